package process

import (
	"fmt"
	"strings"
	"unicode/utf8"

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

// maxNesting is how deep expressions and statements nest. The parser has a
// limit of its own for brackets and the like, but none for long chains of
// operators, which nest as well.
const maxNesting = 2000

// parse reads the text of a program or of a package's file. Errors are
// [biovm.ProcessError]s.
func parse(name, code string) (*syntax.File, error) {
	if i := strings.IndexByte(code, 0); i >= 0 {
		// To the parser the text ends there.
		return nil, checked(1+strings.Count(code[:i], "\n"), i-strings.LastIndexByte(code[:i], '\n'), "the code has a NUL byte; programs are text")
	}
	if !utf8.ValidString(code) {
		return nil, checked(0, 0, "the code is not UTF-8")
	}
	f, err := dialect().Parse(name, code, 0)
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
