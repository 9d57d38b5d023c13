package archtest

import (
	"errors"
	"fmt"
	"go/ast"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestPackagesAreDocumented(t *testing.T) {
	t.Parallel()
	report(t, checkPackages(repository(t)))
}

func TestMap(t *testing.T) {
	t.Parallel()
	report(t, checkMap(repository(t)))
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	report(t, checkDecisions(repository(t)))
}

func TestCredits(t *testing.T) {
	t.Parallel()
	report(t, checkCredits(repository(t)))
}

// checkCredits says which third parties that ship NOTICE does not name.
func checkCredits(tr *tree) (problems []string) {
	text, err := fs.ReadFile(tr.fsys, "NOTICE")
	if err != nil {
		return []string{err.Error()}
	}
	for _, f := range tr.files {
		if f.test || testSide(f.pkg) {
			continue
		}
		for _, imp := range f.imports() {
			if _, ours := inModule(imp); ours || standard(imp) {
				continue
			}
			named := false
			for line := range strings.Lines(string(text)) {
				mod := strings.TrimSpace(line)
				named = named || mod != "" && strings.HasPrefix(imp+"/", mod+"/")
			}
			if !named {
				problems = append(problems, fmt.Sprintf("%s imports %s, and NOTICE does not name its module", f.path, imp))
			}
		}
	}
	return problems
}

// checkPackages says which packages have no package comment, and which public
// ones have no example.
func checkPackages(tr *tree) (problems []string) {
	for _, pkg := range packages(tr) {
		comment, example, code, program := false, false, false, false
		for _, f := range tr.files {
			if f.pkg != pkg {
				continue
			}
			if !f.test {
				code = true
				program = program || f.syntax.Name.Name == "main"
				comment = comment || f.syntax.Doc != nil
				continue
			}
			for _, d := range f.syntax.Decls {
				fn, ok := d.(*ast.FuncDecl)
				example = example || ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Example")
			}
		}
		if code && !comment {
			problems = append(problems, fmt.Sprintf("package %q has no package comment: say what it provides", pkg))
		}
		public := strings.HasPrefix(pkg, "sdk/") && !strings.Contains(pkg, "/internal/") && !program
		if code && public && !example {
			problems = append(problems, fmt.Sprintf("package %q is public and has no Example function", pkg))
		}
	}
	return problems
}

// checkMap says which packages ARCHITECTURE.md does not show. One that a rule
// with "..." covers is shown by the folder that the rule names.
func checkMap(tr *tree) (problems []string) {
	text, err := fs.ReadFile(tr.fsys, "ARCHITECTURE.md")
	if err != nil {
		return []string{err.Error()}
	}
	if n := strings.Count(string(text), "\n"); n > maxMapLines {
		problems = append(problems, fmt.Sprintf("ARCHITECTURE.md has %d lines, more than %d: a map that nobody reads is none", n, maxMapLines))
	}
	for _, pkg := range packages(tr) {
		shown := pkg
		for _, r := range arrows() {
			if base, deep := strings.CutSuffix(r.pkgs, "..."); match(pkg, []string{r.pkgs}) {
				if deep {
					shown = base
				}
				break
			}
		}
		if shown == "" {
			shown = "main.go"
		}
		if !strings.Contains(string(text), shown) {
			problems = append(problems, fmt.Sprintf("ARCHITECTURE.md does not show %s", shown))
		}
	}
	return problems
}

// checkDecisions says which decision records the index leaves out, and which
// direct dependencies no record gives a reason for.
func checkDecisions(tr *tree) (problems []string) {
	index, err := fs.ReadFile(tr.fsys, "docs/adr/README.md")
	if err != nil {
		return []string{err.Error()}
	}
	for _, name := range tr.texts {
		if path.Dir(name) == "docs/adr" && !strings.Contains(string(index), path.Base(name)) && path.Base(name) != "README.md" {
			problems = append(problems, fmt.Sprintf("docs/adr/README.md does not list %s", path.Base(name)))
		}
	}
	reasons, err := fs.ReadFile(tr.fsys, "docs/adr/0007-dependencies.md")
	if err != nil {
		return append(problems, err.Error())
	}
	for _, mod := range []string{"go.mod", "tools/go.mod", "tools/goreleaser/go.mod"} {
		text, err := fs.ReadFile(tr.fsys, mod)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return append(problems, err.Error())
		}
		for _, dep := range direct(string(text)) {
			if !strings.Contains(string(reasons), dep) {
				problems = append(problems, fmt.Sprintf("%s requires %s, and docs/adr/0007 gives no reason for it", mod, dep))
			}
		}
	}
	return problems
}

// direct lists the modules that a go.mod requires for the module's own sake,
// and its tools.
func direct(gomod string) (deps []string) {
	block := ""
	for line := range strings.Lines(gomod) {
		code, comment, _ := strings.Cut(strings.TrimSpace(line), "//")
		words := strings.Fields(code)
		switch {
		case len(words) == 0:
			continue
		case words[0] == ")":
			block = ""
			continue
		case len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case words[0] == "require" || words[0] == "tool":
			block, words = words[0], words[1:]
			deps = appendDirect(deps, block, words, comment)
			block = ""
			continue
		}
		deps = appendDirect(deps, block, words, comment)
	}
	return deps
}

func appendDirect(deps []string, block string, words []string, comment string) []string {
	if block == "tool" || block == "require" && !strings.Contains(comment, "indirect") {
		return append(deps, words[0])
	}
	return deps
}

// packages lists the folders that hold Go files, sorted.
func packages(tr *tree) []string {
	var pkgs []string
	for _, f := range tr.files {
		pkgs = append(pkgs, f.pkg)
	}
	slices.Sort(pkgs)
	return slices.Compact(pkgs)
}
