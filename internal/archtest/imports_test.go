package archtest

import (
	"fmt"
	"strings"
	"testing"
)

func TestArrows(t *testing.T) {
	t.Parallel()
	report(t, checkArrows(repository(t)))
}

func TestQuarantine(t *testing.T) {
	t.Parallel()
	report(t, checkQuarantine(repository(t)))
}

func TestStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	report(t, checkStandardOnly(repository(t)))
}

// report fails the test with each problem.
func report(t *testing.T, problems []string) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

// checkArrows says which imports inside the module the policy does not allow.
// Tests may look at anything that Go lets them; what ships may not import what
// exists for tests.
func checkArrows(tr *tree) (problems []string) {
	for _, f := range tr.files {
		allow, ok := allowed(f.pkg)
		if !ok {
			problems = append(problems, fmt.Sprintf("%s: no rule covers the package %q: add one to arrows, with the reason", f.path, f.pkg))
			continue
		}
		if f.test {
			continue
		}
		for _, imp := range f.imports() {
			pkg, ok := inModule(imp)
			switch {
			case !ok:
			case testSide(pkg) && !testSide(f.pkg):
				problems = append(problems, fmt.Sprintf("%s imports %s, which is for tests only", f.path, pkg))
			case !match(pkg, allow):
				problems = append(problems, fmt.Sprintf("%s must not import %s; its package may import %s", f.path, pkg, oneOf(allow)))
			}
		}
	}
	return problems
}

// checkQuarantine says which third parties are where they must not be.
func checkQuarantine(tr *tree) (problems []string) {
	for _, f := range tr.files {
		for _, imp := range f.imports() {
			if _, ours := inModule(imp); ours || standard(imp) {
				continue
			}
			q, ok := quarantineOf(imp)
			switch {
			case !ok:
				problems = append(problems, fmt.Sprintf("%s imports %s, a dependency that nobody decided on: see docs/adr/0007", f.path, imp))
			case match(f.pkg, q.pkgs):
			case (f.test || testSide(f.pkg)) && match(f.pkg, q.tests):
			default:
				problems = append(problems, fmt.Sprintf("%s must not import %s, which belongs in %s (and the tests of %s)", f.path, imp, oneOf(q.pkgs), oneOf(q.tests)))
			}
		}
	}
	return problems
}

// checkStandardOnly says which packages that promise the standard library alone
// import more, outside tests.
func checkStandardOnly(tr *tree) (problems []string) {
	for _, f := range tr.files {
		if f.test || !match(f.pkg, standardOnly()) {
			continue
		}
		for _, imp := range f.imports() {
			if !standard(imp) {
				problems = append(problems, fmt.Sprintf("%s must not import %s: %s uses the standard library only", f.path, imp, f.pkg))
			}
		}
	}
	return problems
}

// allowed is what the first rule that covers pkg lets it import.
func allowed(pkg string) ([]string, bool) {
	for _, r := range arrows() {
		if match(pkg, []string{r.pkgs}) {
			return r.allow, true
		}
	}
	return nil, false
}

func quarantineOf(imp string) (quarantine, bool) {
	for _, q := range quarantines() {
		if strings.HasPrefix(imp+"/", q.prefix) {
			return q, true
		}
	}
	return quarantine{}, false
}

// oneOf names packages for people.
func oneOf(pkgs []string) string {
	if len(pkgs) == 0 {
		return "nothing of ours"
	}
	names := make([]string, len(pkgs))
	for i, p := range pkgs {
		names[i] = p
		if p == "" {
			names[i] = "main.go"
		}
	}
	return strings.Join(names, ", ")
}
