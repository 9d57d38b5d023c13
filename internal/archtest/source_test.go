// Package archtest holds the policy of the repository as tests: who may import
// whom, which third party is confined to which package, what the pure packages
// may not touch, how big a file may be, and what nothing may be called.
//
// The tests read the source files themselves rather than ask "go list": go test
// caches a pass by the files that the test opened, and would not see that a
// subprocess's answer has changed.
package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// module is the path of the module, with the slash that follows it.
const module = "github.com/bioxen/terraform-provider-bioxen/"

// A file is one Go file of the module.
type file struct {
	path      string // from the root of the repository, with slashes
	pkg       string // the folder: "" is the root
	test      bool   // its name ends in _test.go
	generated bool
	lines     int
	syntax    *ast.File
	fset      *token.FileSet
}

// A tree is the repository as the tests see it.
type tree struct {
	fsys  fs.FS
	files []*file  // Go files, by path
	texts []string // all files that a person may have written, by path
}

// repository is the tree that this test is part of.
func repository(t *testing.T) *tree {
	t.Helper()
	tr, err := load(os.DirFS(filepath.Join("..", "..")))
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.files) == 0 {
		t.Fatal("no Go files found: the test looks in the wrong place")
	}
	return tr
}

// load reads all of fsys but what git does not track and nested modules.
func load(fsys fs.FS) (*tree, error) {
	tr := &tree{fsys: fsys}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(fsys, name):
			return fs.SkipDir
		case d.IsDir() || !d.Type().IsRegular() || ignored(name):
			return nil
		}
		tr.texts = append(tr.texts, name)
		if !strings.HasSuffix(name, ".go") || strings.Contains("/"+name, "/testdata/") {
			return nil
		}
		f, err := parse(fsys, name)
		if err != nil {
			return err
		}
		tr.files = append(tr.files, f)
		return nil
	})
	return tr, err
}

// skipped reports whether the folder is none of ours: git's, ignored by git, or
// a module of its own.
func skipped(fsys fs.FS, name string) bool {
	switch path.Base(name) {
	case ".git", ".terraform", "bin", "dist":
		return true
	}
	if name == "." {
		return false
	}
	_, err := fs.Stat(fsys, name+"/go.mod")
	return err == nil && !strings.Contains(name, "testdata")
}

// ignored reports whether git ignores a file of that name, it is git's own, as
// in a linked work tree, or a database of checksums that no person wrote.
func ignored(name string) bool {
	base := path.Base(name)
	for _, suffix := range []string{".test", ".out", ".tfstate", ".tfstate.backup", ".log"} {
		if strings.HasSuffix(base, suffix) {
			return true
		}
	}
	return base == "go.sum" || base == ".git"
}

func parse(fsys fs.FS, name string) (*file, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	pkg := path.Dir(name)
	if pkg == "." {
		pkg = ""
	}
	return &file{
		path:      name,
		pkg:       pkg,
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(syntax),
		lines:     bytes.Count(src, []byte("\n")),
		syntax:    syntax,
		fset:      fset,
	}, nil
}

// imports are the paths that the file imports.
func (f *file) imports() []string {
	var paths []string
	for _, spec := range f.syntax.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

// localName is the name by which the file knows the package, or "" if it does
// not import it.
func (f *file) localName(imp string) string {
	for _, spec := range f.syntax.Imports {
		if strings.Trim(spec.Path.Value, `"`) != imp {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		base := path.Base(imp)
		if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
			base = path.Base(path.Dir(imp)) // math/rand/v2 is rand
		}
		return base
	}
	return ""
}

// uses calls found for each pkg.Name in the file, for the imported package imp.
func (f *file) uses(imp string, found func(name string, line int)) {
	local := f.localName(imp)
	if local == "" || local == "_" {
		return
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == local {
				found(sel.Sel.Name, f.fset.Position(sel.Pos()).Line)
			}
		}
		return true
	})
}

// inModule strips the path of the module from an import; ok is false for the
// standard library and third parties.
func inModule(imp string) (pkg string, ok bool) {
	if imp+"/" == module {
		return "", true
	}
	return strings.CutPrefix(imp, module)
}

// standard reports whether the import is of the standard library: the first
// element of its path has no dot.
func standard(imp string) bool {
	first, _, _ := strings.Cut(imp, "/")
	return !strings.Contains(first, ".")
}

// match reports whether pkg is one of patterns. A pattern that ends in "..."
// takes in everything below.
func match(pkg string, patterns []string) bool {
	for _, p := range patterns {
		base, deep := strings.CutSuffix(p, "...")
		if pkg == base || deep && (base == "" || strings.HasPrefix(pkg, base+"/")) {
			return true
		}
	}
	return false
}

// testSide reports whether the package exists for tests: its name ends in
// "test", or it is a simulator or part of the lab.
func testSide(pkg string) bool {
	for elem := range strings.SplitSeq(pkg, "/") {
		if strings.HasSuffix(elem, "test") || elem == "xapisim" || elem == "lab" {
			return true
		}
	}
	return false
}
