package packages

import (
	"cmp"
	"maps"
	"slices"

	"github.com/Masterminds/semver/v3"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// A Requirement asks for a version of a package.
type Requirement struct {
	Name string
	// Range is a range of versions; empty is any.
	Range string
	// By says who asks, for messages: a package and its version. Empty is the
	// caller.
	By string
}

func (r Requirement) by() string {
	if r.By == "" {
		return "the request"
	}
	return r.By
}

func (r Requirement) rangeText() string {
	if r.Range == "" {
		return AnyVersion
	}
	return r.Range
}

// A Choice is what packages are chosen from.
type Choice struct {
	// Pool is what there is. Of two packages of the same name and version, the
	// first counts.
	Pool []*Package
	// Keep are names of packages in the pool, with their digests, that are
	// chosen before higher versions if they fit.
	Keep map[string]string
	// Engine is this engine's version; a text that is no version, as "dev",
	// is for every package.
	Engine string
}

// maxTries bounds the search. Real questions take a few tries.
const maxTries = 20_000

// Resolve chooses packages that meet all requirements and those of each other:
// of each the highest version that fits all. The answer is sorted, each after
// what it requires, and does not depend on the order of the pool or the
// requirements. Errors are an [UnknownError], [ConflictError] or [CycleError].
func (c Choice) Resolve(wanted []Requirement) ([]*Package, error) {
	s := search{choice: c, byName: c.byName(), chosen: map[string]*Package{}, fits: map[[2]string]bool{}}
	open := slices.Clone(wanted)
	slices.SortStableFunc(open, func(a, b Requirement) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.By, b.By), cmp.Compare(a.Range, b.Range))
	})
	if err := s.solve(open); err != nil {
		return nil, err
	}
	return sorted(s.chosen)
}

// byName sorts the pool: what is kept first, then the highest version.
func (c Choice) byName() map[string][]*Package {
	m := map[string][]*Package{}
	for _, p := range c.Pool {
		same := func(q *Package) bool { return q.Version() == p.Version() }
		if !slices.ContainsFunc(m[p.Name()], same) {
			m[p.Name()] = append(m[p.Name()], p)
		}
	}
	for name, list := range m {
		kept := func(p *Package) int {
			if c.Keep[name] == p.Digest() {
				return 0
			}
			return 1
		}
		slices.SortFunc(list, func(a, b *Package) int { return cmp.Or(cmp.Compare(kept(a), kept(b)), -compareVersions(a, b)) })
	}
	return m
}

// compareVersions compares those of verified packages.
func compareVersions(a, b *Package) int {
	va, errA := semver.StrictNewVersion(a.Version())
	vb, errB := semver.StrictNewVersion(b.Version())
	if errA != nil || errB != nil {
		return cmp.Compare(a.Version(), b.Version())
	}
	return va.Compare(vb)
}

// A search chooses packages one after the other, and goes back on a choice
// that leads nowhere.
type search struct {
	choice Choice
	byName map[string][]*Package
	chosen map[string]*Package
	tries  int
	fits   map[[2]string]bool // version and range, once read
}

func (s *search) fit(version, versions string) bool {
	key := [2]string{version, versions}
	fits, known := s.fits[key]
	if !known {
		fits = Fits(version, versions)
		s.fits[key] = fits
	}
	return fits
}

// solve meets all requirements, or says why the first choices could not.
func (s *search) solve(all []Requirement) error {
	if err := s.broken(all); err != nil {
		return err
	}
	name, ok := s.next(all)
	if !ok {
		return nil
	}
	candidates, err := s.candidates(name, all)
	if err != nil {
		return err
	}
	var first error
	for _, p := range candidates {
		if s.tries++; s.tries > maxTries {
			return cmp.Or(first, error(s.conflict(name, all)))
		}
		s.chosen[name] = p
		err := s.solve(slices.Concat(all, p.Requirements()))
		if err == nil {
			return nil
		}
		delete(s.chosen, name)
		if first == nil {
			first = err
		}
	}
	return first
}

// next is the first name, by the alphabet, that is required and not chosen.
func (s *search) next(all []Requirement) (string, bool) {
	var names []string
	for _, r := range all {
		if s.chosen[r.Name] == nil {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return "", false
	}
	return slices.Min(names), true
}

// broken is a requirement that a chosen package does not meet.
func (s *search) broken(all []Requirement) error {
	for _, r := range all {
		if p := s.chosen[r.Name]; p != nil && !s.fit(p.Version(), r.Range) {
			return s.conflict(r.Name, all)
		}
	}
	return nil
}

// candidates are the packages of a name that meet all that is required of it
// so far.
func (s *search) candidates(name string, all []Requirement) ([]*Package, error) {
	there := s.byName[name]
	if len(there) == 0 {
		i := slices.IndexFunc(all, func(r Requirement) bool { return r.Name == name })
		return nil, &UnknownError{Requirement: all[i], Near: near.Names(name, slices.Sorted(maps.Keys(s.byName)), nearNames)}
	}
	var fit, runs []*Package
	for _, p := range there {
		misses := func(r Requirement) bool { return r.Name == name && !s.fit(p.Version(), r.Range) }
		if slices.ContainsFunc(all, misses) {
			continue
		}
		fit = append(fit, p)
		if fitsEngine(s.choice.Engine, p.manifest.Requires.Engine) {
			runs = append(runs, p)
		}
	}
	if len(runs) > 0 {
		return runs, nil
	}
	err := s.conflict(name, all)
	if len(fit) > 0 {
		err = &ConflictError{Package: name, Engine: s.choice.Engine, Versions: versions(fit)}
		for _, p := range fit {
			err.Requirements = append(err.Requirements, Requirement{Name: "engine", Range: p.manifest.Requires.Engine, By: p.String()})
		}
	}
	return nil, err
}

// conflict names all who require a package that no version fits; of those that
// a choice meets alone, none is left out, since together they do not.
func (s *search) conflict(name string, all []Requirement) *ConflictError {
	e := &ConflictError{Package: name, Versions: versions(s.byName[name])}
	for _, r := range all {
		if r.Name == name && !slices.Contains(e.Requirements, r) {
			e.Requirements = append(e.Requirements, r)
		}
	}
	return e
}

func versions(list []*Package) []string {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b *Package) int { return -compareVersions(a, b) })
	var all []string
	for _, p := range list {
		all = append(all, p.Version())
	}
	return all
}

// Requirements are what the package requires of others, by name.
func (p *Package) Requirements() []Requirement {
	var list []Requirement
	for _, name := range slices.Sorted(maps.Keys(p.manifest.Requires.Packages)) {
		list = append(list, Requirement{Name: name, Range: p.manifest.Requires.Packages[name], By: p.String()})
	}
	return list
}

// sorted puts each package after what it requires, and refuses circles.
func sorted(chosen map[string]*Package) ([]*Package, error) {
	var list []*Package
	const onPath, done = 1, 2
	state := map[string]int{}
	var path []string
	var visit func(name string) error
	visit = func(name string) error {
		path = append(path, name)
		defer func() { path = path[:len(path)-1] }()
		switch state[name] {
		case onPath:
			return &CycleError{Packages: slices.Clone(path[slices.Index(path, name):])}
		case done:
			return nil
		}
		state[name] = onPath
		for _, r := range chosen[name].Requirements() {
			if err := visit(r.Name); err != nil {
				return err
			}
		}
		state[name] = done
		list = append(list, chosen[name])
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		if err := visit(name); err != nil {
			return nil, err
		}
	}
	return list, nil
}
