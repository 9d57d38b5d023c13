package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// addLife gives a command the flags that let a cell live.
func addLife(cmd *cobra.Command) {
	f := cmd.Flags()
	addMinutes(cmd, "minutes", "let the cell live for `N` simulated minutes, instead of a process")
	addCount(cmd, "replicas", 1, "let `N` cells live, with seeds that follow each other, and sum them up")
	f.StringSlice("record", nil, "record these `FIGURES` over time, separated by commas; \"all\" is each that needs no further name")
	addMinutes(cmd, "every", "record every `N` simulated minutes; a hundredth of the time by default")
}

// life is the process that the flags of addLife ask for; ok is false
// where they ask for none.
func life(cmd *cobra.Command, files []string) (code string, ok bool, err error) {
	f := cmd.Flags()
	if !f.Changed("minutes") {
		for _, flag := range []string{"replicas", "record", "every"} {
			if f.Changed(flag) {
				return "", false, usagef(cmd, "--%s: is of use with --minutes only", flag)
			}
		}
		return "", false, nil
	}
	if f.Changed("expression") || len(files) > 0 {
		return "", false, usagef(cmd, "give --minutes or a process, not both: a process can call simulate() itself")
	}
	minutes, err := span(cmd, "minutes")
	if err != nil {
		return "", false, err
	}
	replicas, err := f.GetInt("replicas")
	if err != nil {
		return "", false, err
	}
	if replicas < 1 {
		return "", false, usagef(cmd, "--replicas: %d: must be 1 or more", replicas)
	}
	arguments := []string{literal(minutes)}
	if f.Changed("replicas") {
		arguments = append(arguments, "replicas="+strconv.Itoa(replicas))
	}
	record, err := f.GetStringSlice("record")
	if err != nil {
		return "", false, err
	}
	if slices.Contains(record, "") || f.Changed("record") && len(record) == 0 {
		return "", false, usagef(cmd, "--record: a name is empty; name figures, with commas and no spaces between them, or say all")
	}
	if len(record) == 1 && record[0] == "all" {
		arguments = append(arguments, "record=True")
	} else if len(record) > 0 {
		names, err := json.Marshal(record) // as Starlark writes a list of names
		if err != nil {
			return "", false, fmt.Errorf("write --record: %w", err)
		}
		arguments = append(arguments, "record="+string(names))
	}
	if f.Changed("every") {
		every, err := span(cmd, "every")
		if err != nil {
			return "", false, err
		}
		if every > minutes {
			return "", false, usagef(cmd, "--every %v: must not be more than --minutes %v, or only the beginning is recorded", every, minutes)
		}
		arguments = append(arguments, "every="+literal(every))
	}
	return "simulate(" + strings.Join(arguments, ", ") + ")", true, nil
}

// span reads a flag that is a time.
func span(cmd *cobra.Command, flag string) (float64, error) {
	v, err := cmd.Flags().GetFloat64(flag)
	if err == nil && !(v > 0 && v <= math.MaxFloat64) {
		err = usagef(cmd, "--%s: %v: must be a number of minutes above 0", flag, v)
	}
	return v, err
}

// literal writes a finite number as Starlark reads it.
func literal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// lifeError says what went wrong in the process that life made: nobody wrote it, so
// that neither a place in it nor its calls say anything. What is about an argument is
// about its flag.
func lifeError(cmd *cobra.Command, err error) error {
	problems := inTree[*biovm.ProcessError](err)
	if len(problems) == 0 { // a limit, which its flag raises
		return &programError{err: err}
	}
	text := strings.TrimPrefix(problems[0].Message, "simulate: ")
	for _, flag := range []string{"minutes", "replicas", "record", "every"} {
		if rest, ok := strings.CutPrefix(text, flag); ok && (strings.HasPrefix(rest, ": ") || strings.HasPrefix(rest, " must ")) {
			return usagef(cmd, "--%s%s", flag, rest)
		}
	}
	return errors.New(text)
}

// printLife prints what became of a cell, its figures with their units.
func (a *app) printLife(cmd *cobra.Command, vm biovm.VM, life json.RawMessage) error {
	listed, err := vm.Execute(cmd.Context(), biovm.Process{Code: "figures()"})
	if err != nil {
		return err
	}
	var figures []struct{ Name, Unit string }
	if err := json.Unmarshal(listed.Value, &figures); err != nil {
		return fmt.Errorf("read the figures: %w", err)
	}
	units := map[string]string{}
	for _, f := range figures {
		kind, _, _ := strings.Cut(f.Name, ":")
		units[f.Name], units[kind+":"] = f.Unit, f.Unit
	}
	unitOf := func(name string) string {
		if kind, _, ok := strings.Cut(name, ":"); ok {
			return units[kind+":"]
		}
		return units[name]
	}
	v, err := members(life)
	if err != nil {
		return err
	}
	parts, _ := v.([]field) // simulate answers a dict
	for _, part := range parts {
		named, _ := part.value.([]field)
		for i, f := range named {
			switch unit := unitOf(strings.TrimSuffix(f.name, ".sd")); {
			case unit == "":
			case part.name == "figures":
				named[i].value = withUnit(f.value, unit)
			case part.name == "record":
				named[i].name += ", " + unit
			}
		}
	}
	return printText(a.Stdout, outlineObject(parts, ""))
}

// withUnit writes a unit after a number, or each of several.
func withUnit(v any, unit string) any {
	if several, ok := v.([]field); ok {
		for i := range several {
			several[i].value = withUnit(several[i].value, unit)
		}
		return several
	}
	return scalar(v) + " " + unit
}
