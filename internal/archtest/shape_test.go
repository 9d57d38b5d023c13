package archtest

import (
	"fmt"
	"go/ast"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestFileSize(t *testing.T) {
	t.Parallel()
	report(t, checkSize(repository(t)))
}

func TestNames(t *testing.T) {
	t.Parallel()
	report(t, checkNames(repository(t)))
}

func TestMentions(t *testing.T) {
	t.Parallel()
	report(t, checkMentions(repository(t)))
}

// checkSize says which hand-written files have outgrown one noun.
func checkSize(tr *tree) (problems []string) {
	for _, f := range tr.files {
		if !f.generated && f.lines > maxLines {
			problems = append(problems, fmt.Sprintf("%s has %d lines, more than %d: split it by noun", f.path, f.lines, maxLines))
		}
	}
	return problems
}

// checkNames says which packages, files and types have a name that says nothing.
func checkNames(tr *tree) (problems []string) {
	for _, f := range tr.files {
		elems := strings.Split(f.pkg, "/")
		elems = append(elems, f.syntax.Name.Name)
		elems = append(elems, strings.Split(strings.TrimSuffix(path.Base(f.path), ".go"), "_")...)
		for _, e := range elems {
			if e = strings.TrimSuffix(strings.ToLower(e), "test"); slices.Contains(emptyNames(), e) ||
				strings.HasSuffix(e, "util") || strings.HasSuffix(e, "utils") {
				problems = append(problems, fmt.Sprintf("%s: %q says nothing: name it for what it provides", f.path, e))
			}
		}
		for _, d := range f.syntax.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range gen.Specs {
				if ts, ok := s.(*ast.TypeSpec); ok && slices.Contains(emptyNames(), strings.ToLower(ts.Name.Name)) {
					problems = append(problems, fmt.Sprintf("%s: the type %s says nothing: name it for what it is", f.path, ts.Name.Name))
				}
			}
		}
	}
	return problems
}

// checkMentions says which files name a path of somebody's machine or where
// modules were fetched from. Only tests, generators and documents may name the
// folder of source data beside the clone, which most people don't have.
func checkMentions(tr *tree) (problems []string) {
	// In pieces, or this file would be its own first finding.
	personal := regexp.MustCompile(`(?m)(^|[\s"'` + "`" + `(=:])(/` + `(work|root|Users)/|/` + `home/[a-z]|[A-Z]:\\` + `Users)`)
	hosts := regexp.MustCompile(`proxy` + `\.golang\.org|sum` + `\.golang\.org|GO` + `PROXY`)
	beside := "../" + "shared"
	for _, name := range tr.texts {
		text, err := fs.ReadFile(tr.fsys, name)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		if m := personal.Find(text); m != nil {
			problems = append(problems, fmt.Sprintf("%s names a path of one machine: %q", name, strings.TrimSpace(string(m))))
		}
		if m := hosts.Find(text); m != nil {
			problems = append(problems, fmt.Sprintf("%s names %s: where modules come from is the machine's affair", name, m))
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "internal/gendata/") &&
			strings.Contains(string(text), beside) {
			problems = append(problems, fmt.Sprintf("%s names %s, which only tests and generators may need", name, beside))
		}
	}
	return problems
}
