package process

import (
	"fmt"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/syntax"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// filename is how a program is called in backtraces.
const filename = "process"

// dialect is the Starlark that programs are written in.
func dialect() *syntax.FileOptions {
	return &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}
}

const (
	// maxBrackets is how deep brackets nest. The parser descends a dozen calls
	// for each; without a limit a long line of them would end the host.
	maxBrackets = 250
	// maxNesting is how deep expressions and statements nest.
	maxNesting = 2000
)

// parse reads a program's text. Errors are [biovm.ProcessError]s.
func parse(code string) (*syntax.File, error) {
	if line, col, deep := tooManyBrackets(code); deep {
		return nil, checked(line, col, "brackets nest deeper than %d", maxBrackets)
	}
	f, err := dialect().Parse(filename, code, 0)
	if err != nil {
		return nil, syntaxError(err)
	}
	if at, deep := tooDeep(f); deep {
		return nil, checked(int(at.Line), int(at.Col), "the code nests deeper than %d", maxNesting)
	}
	return f, nil
}

func syntaxError(err error) error {
	if e, ok := err.(syntax.Error); ok { //nolint:errorlint // the parser returns it bare
		return checked(int(e.Pos.Line), int(e.Pos.Col), "%s", e.Msg)
	}
	return &biovm.ProcessError{Message: err.Error(), Checked: true}
}

// checked is an error found by reading.
func checked(line, col int, format string, args ...any) error {
	return &biovm.ProcessError{Message: fmt.Sprintf(format, args...), Line: line, Col: col, Checked: true}
}

// tooManyBrackets finds the first bracket that nests too deep, strings and
// comments aside. Where the text is malformed it may count wrong; the parser
// then has its say.
func tooManyBrackets(code string) (line, col int, deep bool) {
	depth, line, start := 0, 1, 0
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '\n':
			line, start = line+1, i+1
		case '#':
			for i+1 < len(code) && code[i+1] != '\n' {
				i++
			}
		case '"', '\'':
			end := stringEnd(code, i)
			line += strings.Count(code[i:end], "\n")
			if n := strings.LastIndexByte(code[i:end], '\n'); n >= 0 {
				start = i + n + 1
			}
			i = end - 1
		case '(', '[', '{':
			if depth++; depth > maxBrackets {
				return line, i - start + 1, true
			}
		case ')', ']', '}':
			depth--
		}
	}
	return 0, 0, false
}

// stringEnd is where the string literal that begins at i ends. A backslash
// takes the next byte with it, in raw strings too.
func stringEnd(code string, i int) int {
	quote := code[i : i+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(code[i:], triple) {
		quote = triple
	}
	for j := i + len(quote); j < len(code); j++ {
		switch {
		case code[j] == '\\':
			j++
		case strings.HasPrefix(code[j:], quote):
			return j + len(quote)
		case code[j] == '\n' && len(quote) == 1:
			return j
		}
	}
	return len(code)
}

// tooDeep finds a node that nests too deep.
func tooDeep(f *syntax.File) (at syntax.Position, deep bool) {
	depth := 0
	syntax.Walk(f, func(n syntax.Node) bool {
		if n == nil {
			depth--
			return true
		}
		if deep {
			return false
		}
		// Walk does not call with nil for a node that is not entered.
		if depth+1 > maxNesting {
			at, _ = n.Span()
			deep = true
			return false
		}
		depth++
		return true
	})
	return at, deep
}

// resolved binds the names of a parsed program, or reports all that are
// unknown or may not be used.
func resolved(f *syntax.File, v *vocabulary) []error {
	var errs []error
	syntax.Walk(f, func(n syntax.Node) bool {
		if l, ok := n.(*syntax.LoadStmt); ok {
			errs = append(errs, checked(int(l.Load.Line), int(l.Load.Col), "there is nothing to load: programs are on their own"))
		}
		return true
	})
	if len(errs) > 0 {
		return errs
	}
	err := resolve.File(f, v.known, func(name string) bool { return isUniversal(name) })
	list, ok := err.(resolve.ErrorList) //nolint:errorlint // the resolver returns it bare
	if err != nil && !ok {
		return []error{syntaxError(err)}
	}
	for _, e := range list {
		errs = append(errs, checked(int(e.Pos.Line), int(e.Pos.Col), "%s", v.hint(e.Msg)))
	}
	return append(errs, v.forbidden(f)...)
}
