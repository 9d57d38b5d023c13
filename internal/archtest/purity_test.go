package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

func TestPurity(t *testing.T) {
	t.Parallel()
	report(t, checkPurity(repository(t)))
}

func TestPrinting(t *testing.T) {
	t.Parallel()
	report(t, checkPrinting(repository(t)))
}

func TestNoSleep(t *testing.T) {
	t.Parallel()
	report(t, checkSleep(repository(t)))
}

// checkPurity says where a pure package reaches for the world. A platform's own
// file would be an impurity as well.
func checkPurity(tr *tree) (problems []string) {
	for _, f := range tr.files {
		if f.test || !match(f.pkg, pure()) {
			continue
		}
		for _, imp := range f.imports() {
			for _, no := range impureImports() {
				base, deep := strings.CutSuffix(no.path, "/...")
				if imp == no.path || deep && strings.HasPrefix(imp, base+"/") {
					problems = append(problems, fmt.Sprintf("%s: a pure package must not import %s: %s", f.path, imp, no.instead))
				}
			}
		}
		for _, no := range impureUses() {
			f.uses(no.path, func(name string, line int) {
				if slices.Contains(no.names, name) {
					problems = append(problems, fmt.Sprintf("%s:%d: a pure package must not use %s.%s: %s", f.path, line, no.path, name, no.instead))
				}
			})
		}
	}
	return problems
}

// checkPrinting says where a library writes to the terminal.
func checkPrinting(tr *tree) (problems []string) {
	for _, f := range tr.files {
		if f.test || match(f.pkg, printers()) {
			continue
		}
		complain := func(what string, line int) {
			problems = append(problems, fmt.Sprintf("%s:%d: libraries do not print, but here is %s: return it, or take an io.Writer or a *slog.Logger", f.path, line, what))
		}
		f.uses("fmt", func(name string, line int) {
			if strings.HasPrefix(name, "Print") {
				complain("fmt."+name, line)
			}
		})
		if f.pkg != "" { // main.go says why it could not serve
			f.uses("os", func(name string, line int) {
				if name == "Stdout" || name == "Stderr" {
					complain("os."+name, line)
				}
			})
			f.uses("log", func(name string, line int) {
				complain("log."+name, line)
			})
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if id, ok := call.Fun.(*ast.Ident); ok && (id.Name == "println" || id.Name == "print") {
					complain(id.Name, f.fset.Position(id.Pos()).Line)
				}
			}
			return true
		})
	}
	return problems
}

// checkSleep says where code, tests included, waits for time to pass.
func checkSleep(tr *tree) (problems []string) {
	for _, f := range tr.files {
		f.uses("time", func(name string, line int) {
			if name == "Sleep" && !usesSynctest(f) {
				problems = append(problems, fmt.Sprintf("%s:%d: time.Sleep: wait on an event, or use testing/synctest", f.path, line))
			}
		})
	}
	return problems
}

// usesSynctest reports whether the file's clock is (also) synctest's, where a
// sleep takes no time.
func usesSynctest(f *file) bool {
	return f.test && f.localName("testing/synctest") != ""
}
