package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// The forms that a command can print its answer in.
const (
	formText = "text"
	formJSON = "json"
)

// addOutput gives a command the flag --output.
func addOutput(cmd *cobra.Command) {
	cmd.Flags().StringP("output", "o", formText, "print text or json")
	complete(cmd, "output", formText, formJSON)
}

// output is the form that the caller asks for.
func output(cmd *cobra.Command) (string, error) {
	form, err := cmd.Flags().GetString("output")
	if err != nil {
		return "", err
	}
	if form != formText && form != formJSON {
		return "", usagef(cmd, "--output %q: must be %s or %s", form, formText, formJSON)
	}
	return form, nil
}

// complete has the shell complete a flag with one of some words.
func complete(cmd *cobra.Command, flag string, words ...string) {
	// It fails for a flag that is not there only.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// printJSON prints a value's JSON form.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// printText prints all of a text at once, so that what is printed is whole. What
// would do something to a terminal is replaced: names in files are anybody's.
func printText(w io.Writer, text string) error {
	return printRaw(w, strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return utf8.RuneError
		}
		return r
	}, text))
}

// printRaw prints a text as it is.
func printRaw(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// table renders rows with their columns below each other.
func table(indent string, rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, text := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(indent)
		for i, text := range row {
			if b.WriteString(text); i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]+2-utf8.RuneCountInString(text)))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// A field is a member of a JSON object.
type field struct {
	name  string
	value any // string, json.Number, bool, nil, []any or []field
}

// members reads a JSON value as json.Unmarshal does, but keeps the order of an
// object's members.
func members(raw json.RawMessage) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	v, err := member(dec)
	if err != nil {
		return nil, fmt.Errorf("read the result: %w", err)
	}
	return v, nil
}

func member(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := member(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := dec.Token()
		return list, err
	case json.Delim('{'):
		object := []field{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := member(dec)
			if err != nil {
				return nil, err
			}
			object = append(object, field{fmt.Sprint(name), v})
		}
		_, err := dec.Token()
		return object, err
	}
	return token, nil
}

// outline renders a process' result for people: one line for each scalar, with
// its unit where the name tells it, objects indented. A result that is a mere
// number or text is that, whole.
func outline(raw json.RawMessage) (string, error) {
	v, err := members(raw)
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v + "\n", nil
	case json.Number, bool:
		return fmt.Sprintln(v), nil
	case []any:
		return outlineList(v, ""), nil
	case []field:
		return outlineObject(v, ""), nil
	}
	return "", errors.New("read the result: it is no JSON")
}

func outlineObject(object []field, indent string) string {
	width := 0
	for _, f := range object {
		if isScalar(f.value) {
			width = max(width, utf8.RuneCountInString(f.name))
		}
	}
	var b strings.Builder
	for _, f := range object {
		switch v := f.value.(type) {
		case []field:
			if len(v) == 0 {
				fmt.Fprintf(&b, "%s%s: none\n", indent, f.name)
				continue
			}
			fmt.Fprintf(&b, "%s%s:\n%s", indent, f.name, outlineObject(v, indent+"  "))
		case []any:
			if len(v) == 0 {
				fmt.Fprintf(&b, "%s%s: none\n", indent, f.name)
				continue
			}
			fmt.Fprintf(&b, "%s%s (%d):\n%s", indent, f.name, len(v), outlineList(v, indent+"  "))
		default:
			text := scalar(v)
			if _, written := v.(string); !written { // which has its unit, if it needs one
				text += unit(f.name)
			}
			fmt.Fprintf(&b, "%s%-*s  %s\n", indent, width, f.name, text)
		}
	}
	return b.String()
}

// lineWidth is how long a line of a list gets.
const lineWidth = 78

// outlineList renders scalars side by side and objects below each other.
func outlineList(list []any, indent string) string {
	var b strings.Builder
	line := ""
	flush := func() {
		if line != "" {
			b.WriteString(indent + line + "\n")
			line = ""
		}
	}
	for _, v := range list {
		switch v := v.(type) {
		case []field:
			flush()
			text := outlineObject(v, indent+"  ")
			if text == "" {
				text = indent + "  {}\n"
			}
			b.WriteString(indent + "-" + text[len(indent)+1:])
		case []any:
			flush()
			text := outlineList(v, indent+"  ")
			if text == "" {
				text = indent + "  []\n"
			}
			b.WriteString(indent + "-" + text[len(indent)+1:])
		default:
			word := scalar(v)
			if line != "" && len(indent)+len(line)+1+len(word) > lineWidth {
				flush()
			}
			if line != "" {
				line += " "
			}
			line += word
		}
	}
	flush()
	return b.String()
}

func isScalar(v any) bool {
	switch v.(type) {
	case []field, []any:
		return false
	}
	return true
}

// scalar renders a number with as many digits as anybody can use.
func scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return strconv.FormatInt(n, 10)
		}
		if x, err := v.Float64(); err == nil {
			return number(x)
		}
		return v.String()
	}
	return fmt.Sprint(v)
}

// number renders a figure with six significant digits.
func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// unit is the unit of a figure of that name.
func unit(name string) string {
	switch {
	case strings.HasSuffix(name, "growth_rate"):
		return " 1/h"
	case strings.HasSuffix(name, "_minutes"), name == "age":
		return " min"
	case strings.HasSuffix(name, "_seconds"), name == "replication_began", name == "replication_ended", name == "last_cycle":
		return " s"
	case name == "volume":
		return " fL"
	case name == "surface":
		return " µm²"
	}
	return ""
}
