package process

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/syntax"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// A Package is code and data that programs load. Nothing in it changes while
// a program may use it.
type Package struct {
	biovm.PackageVersion

	// Requires are the names of the packages that its code may load from
	// besides itself.
	Requires []string
	// Files are its files by path: code ends with .star.
	Files map[string][]byte
}

// codeSuffix ends the names of files that can be loaded.
const codeSuffix = ".star"

// A place is a file of a package; the zero place is the program.
type place struct{ pkg, path string }

func (p place) String() string {
	if p.pkg == "" {
		return filename
	}
	return "@" + p.pkg + "//" + p.path
}

// placeOf reads what String writes.
func placeOf(s string) place {
	pkg, file, ok := strings.Cut(strings.TrimPrefix(s, "@"), "//")
	if !ok {
		return place{}
	}
	return place{pkg, file}
}

// A library is what a program and the packages that it may load know of each
// other.
type library struct {
	packages   map[string]Package
	vocabulary *vocabulary
	modules    map[place]*module
	onPath     []place // modules that are being read, each loaded by the last
	// origins are where problems of loads come from, with the place: those of
	// files that are loaded by files that are loaded are told once, not with all
	// the files in between.
	origins map[error]string
}

// A module is what is known of a file of code without running it.
type module struct {
	exports []string // names that can be loaded, sorted
	errs    []error
}

func newLibrary(v *vocabulary, packages []Package) *library {
	l := &library{packages: make(map[string]Package, len(packages)), vocabulary: v, modules: map[place]*module{}, origins: map[error]string{}}
	for _, p := range packages {
		l.packages[p.Name] = p
	}
	return l
}

// find is the file that a name leads to from a place.
func (l *library) find(from place, name string) (place, error) {
	to, err := l.locate(from, name)
	if err != nil {
		return place{}, err
	}
	files := l.packages[to.pkg].Files
	if _, ok := files[to.path]; ok {
		return to, nil
	}
	return place{}, fmt.Errorf("package %s has no file %q%s", to.pkg, shortened(to.path), biovm.Near(near.Names(to.path, slices.Sorted(maps.Keys(files)), nearNames)))
}

// locate says where a name leads to; there may be nothing.
func (l *library) locate(from place, name string) (place, error) {
	if rest, ok := strings.CutPrefix(name, "@"); ok {
		pkg, file, ok := strings.Cut(rest, "//")
		if !ok || pkg == "" || file == "" {
			return place{}, fmt.Errorf("%q names no file of a package; write it as @name//file%s", shortened(name), codeSuffix)
		}
		return place{pkg, file}, l.mayUse(from, pkg)
	}
	if from.pkg == "" {
		return place{}, fmt.Errorf("%q is in no package; programs load from packages: @name//file%s", shortened(name), codeSuffix)
	}
	file, rooted := strings.CutPrefix(name, "//")
	if !rooted {
		file = path.Join(path.Dir(from.path), name)
	}
	if file == ".." || strings.HasPrefix(file, "../") || strings.HasPrefix(file, "/") {
		return place{}, fmt.Errorf("%q leads out of package %s", shortened(name), from.pkg)
	}
	return place{from.pkg, file}, nil
}

// A missingError says that a program uses a package that is not there.
type missingError struct{ pkg, hint string }

func (e *missingError) Error() string {
	return fmt.Sprintf("package %q is not installed in the vm%s", shortened(e.pkg), e.hint)
}

// loading is what is wrong with a name in a program, at a position.
func loading(pos syntax.Position, verb string, err error) error {
	p := &biovm.ProcessError{Message: verb + ": " + err.Error(), Line: int(pos.Line), Col: int(pos.Col), Checked: true}
	if e, ok := errors.AsType[*missingError](err); ok {
		p.Package = e.pkg
	}
	return p
}

// mayUse says why a place may not use a package.
func (l *library) mayUse(from place, pkg string) error {
	user, inPackage := l.packages[from.pkg]
	if _, ok := l.packages[pkg]; !ok {
		hint := biovm.Near(near.Names(pkg, slices.Sorted(maps.Keys(l.packages)), nearNames))
		if inPackage {
			return fmt.Errorf("package %s needs package %q, which is not installed%s", from.pkg, shortened(pkg), hint)
		}
		return &missingError{pkg: pkg, hint: hint}
	}
	if inPackage && pkg != from.pkg && !slices.Contains(user.Requires, pkg) {
		return fmt.Errorf("package %s does not require package %s; its manifest must list it under [requires.packages]", from.pkg, pkg)
	}
	return nil
}

// check reads a program, or a file of a package, and all that it loads, and
// reports all that is wrong with it. The file is as it came from the parser.
func (l *library) check(at place, code string) (*module, []error) {
	f, err := parse(at.String(), code)
	if err != nil {
		return nil, []error{err}
	}
	errs := resolved(f, l.vocabulary)
	m := &module{exports: exportsOf(f)}
	errs = append(errs, l.checkLoads(at, f)...)
	if len(errs) > 0 {
		return m, inOrder(errs)
	}
	errs = l.checkData(at, f)
	// As it will run, a name that is only ever changed and never set is unknown.
	if f, err = parse(at.String(), code); err != nil {
		return nil, []error{err}
	}
	rewrite(f)
	return m, append(errs, resolved(f, l.vocabulary)...)
}

// inOrder sorts what is wrong with a file by where it is.
func inOrder(errs []error) []error {
	slices.SortStableFunc(errs, func(a, b error) int {
		p, ok := a.(*biovm.ProcessError)   //nolint:errorlint // all of a file's errors are
		q, also := b.(*biovm.ProcessError) //nolint:errorlint // as above
		if !ok || !also {
			return 0
		}
		return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
	})
	return errs
}

// exportsOf lists the names of a resolved file that can be loaded.
func exportsOf(f *syntax.File) []string {
	m, ok := f.Module.(*resolve.Module)
	if !ok {
		return nil
	}
	var names []string
	for _, b := range m.Globals {
		if !strings.HasPrefix(b.First.Name, "_") {
			names = append(names, b.First.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// loads are the load statements at the top level of a file; the resolver
// refuses others.
func loads(f *syntax.File) []*syntax.LoadStmt {
	var list []*syntax.LoadStmt
	for _, s := range f.Stmts {
		if l, ok := s.(*syntax.LoadStmt); ok {
			list = append(list, l)
		}
	}
	return list
}

// checkLoads reports loads of what is not there.
func (l *library) checkLoads(at place, f *syntax.File) []error {
	var errs []error
	for _, s := range loads(f) {
		pos := s.Module.TokenPos
		name, _ := s.Module.Value.(string)
		to, err := l.find(at, name)
		if err == nil && path.Ext(to.path) != codeSuffix {
			err = fmt.Errorf("%s is no code; read it with data(%q)", to, name)
		}
		if err != nil {
			errs = append(errs, loading(pos, "load", err))
			continue
		}
		m := l.module(to)
		for _, e := range m.errs {
			origin := l.originOf(to, e)
			err := checked(int(pos.Line), int(pos.Col), "load: %s", origin)
			l.origins[err] = origin
			errs = append(errs, err)
		}
		if m.errs != nil {
			continue
		}
		for _, id := range s.From {
			if !slices.Contains(m.exports, id.Name) && !strings.HasPrefix(id.Name, "_") {
				errs = append(errs, checked(int(id.NamePos.Line), int(id.NamePos.Col), "load: %s has no %s%s",
					to, id.Name, biovm.Near(near.Names(id.Name, m.exports, nearNames))))
			}
		}
	}
	return errs
}

// originOf is a problem of a file where it comes from.
func (l *library) originOf(at place, err error) string {
	if origin, ok := l.origins[err]; ok {
		return origin
	}
	return inFile(at, err)
}

// inFile is an error's message with the file that it was found in.
func inFile(at place, err error) string {
	p, ok := err.(*biovm.ProcessError) //nolint:errorlint // all of a module's errors are
	if !ok {
		return err.Error()
	}
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", at, p.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", at, p.Line, p.Col, p.Message)
}

// module reads a file of a package, once.
func (l *library) module(at place) *module {
	if i := slices.Index(l.onPath, at); i >= 0 {
		const most = 8 // files of a circle that are worth telling
		circle := append(slices.Clone(l.onPath[i:]), at)
		var names []string
		for j, p := range circle {
			switch {
			case j < most-1 || j >= len(circle)-1 || len(circle) <= most:
				names = append(names, p.String())
			case j == most-1:
				names = append(names, fmt.Sprintf("%d others", len(circle)-most))
			}
		}
		return &module{errs: []error{checked(0, 0, "files load each other in a circle: %s", strings.Join(names, " loads "))}}
	}
	if m, ok := l.modules[at]; ok {
		return m
	}
	l.onPath = append(l.onPath, at)
	defer func() { l.onPath = l.onPath[:len(l.onPath)-1] }()
	m, errs := l.check(at, string(l.packages[at.pkg].Files[at.path]))
	if m == nil {
		m = &module{}
	}
	const most = 3 // problems of one file that are worth telling
	m.errs = errs[:min(most, len(errs))]
	if len(errs) == 0 {
		m.errs = nil
	}
	l.modules[at] = m
	return m
}

// checkData reports calls of data() with a name that leads nowhere. The file
// is resolved.
func (l *library) checkData(at place, f *syntax.File) []error {
	var errs []error
	syntax.Walk(f, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 {
			return true
		}
		fn, ok := c.Fn.(*syntax.Ident)
		if !ok || fn.Name != dataName {
			return true
		}
		if b, ok := fn.Binding.(*resolve.Binding); !ok || b.Scope != resolve.Predeclared {
			return true
		}
		literal, ok := c.Args[0].(*syntax.Literal)
		if !ok || literal.Token != syntax.STRING {
			return true
		}
		name, _ := literal.Value.(string)
		if _, err := l.find(at, name); err != nil {
			errs = append(errs, loading(literal.TokenPos, dataName, err))
		}
		return true
	})
	return errs
}

// bind puts the full names of files into the load statements of a file that
// was checked.
func (l *library) bind(at place, f *syntax.File) error {
	for _, s := range loads(f) {
		name, _ := s.Module.Value.(string)
		to, err := l.find(at, name)
		if err != nil {
			return checked(int(s.Load.Line), int(s.Load.Col), "load: %s", err)
		}
		s.Module.Value = to.String()
	}
	return nil
}

// shortened keeps a name fit for a message.
func shortened(name string) string {
	const most = 100
	if len(name) <= most {
		return name
	}
	return strings.ToValidUTF8(name[:most], "") + "..."
}
