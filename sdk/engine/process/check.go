package process

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Check reads a program as a cell with the settings would, with the packages
// that it may load, without running it, and reports all that it can know:
// malformed code, names that are unknown, with the nearest ones, built-ins that
// basic_functions_only forbids, and what is not there to be loaded. What is
// wrong in a package is told where the program loads it. The problems are
// [biovm.ProcessError]s with Checked set, joined, in the order of the code.
func Check(code string, cfg biovm.Config, packages ...Package) error {
	_, errs := newLibrary(newVocabulary(cfg), packages).check(place{}, code)
	return errors.Join(errs...)
}

// CheckPackage reads all code of a package as a cell that allows every
// built-in would, with the packages that it may load, and reports what Check
// would of a program that loads it, with the places in the package.
func CheckPackage(p Package, others ...Package) error {
	l := newLibrary(newVocabulary(biovm.Config{}), append(slices.Clone(others), p))
	told := map[string]bool{}
	var errs []error
	tell := func(origin, message string) {
		if !told[origin] {
			errs = append(errs, &biovm.ProcessError{Message: message, Checked: true})
		}
		told[origin] = true
	}
	// What is wrong where it is, then what comes of it, if that is elsewhere.
	for _, loaded := range []bool{false, true} {
		for _, name := range slices.Sorted(maps.Keys(p.Files)) {
			if path.Ext(name) != codeSuffix {
				continue
			}
			at := place{p.Name, name}
			for _, err := range l.module(at).errs {
				if _, ok := l.origins[err]; ok == loaded {
					tell(l.originOf(at, err), inFile(at, err))
				}
			}
		}
	}
	const most = 20 // problems of a package that are worth telling
	if more := len(errs) - most; more > 0 {
		errs = append(errs[:most], &biovm.ProcessError{Message: fmt.Sprintf("there are %d more problems", more), Checked: true})
	}
	return errors.Join(errs...)
}

// Exports lists the names that can be loaded from a file of a package that
// CheckPackage found nothing wrong with.
func Exports(p Package, file string, others ...Package) []string {
	l := newLibrary(newVocabulary(biovm.Config{}), append(slices.Clone(others), p))
	return l.module(place{p.Name, file}).exports
}

// Builtins describes the cell's verbs, by name.
func Builtins() []biovm.Builtin {
	var list []biovm.Builtin
	for _, v := range verbs() {
		list = append(list, biovm.Builtin{Name: v.name, Doc: v.doc})
	}
	return list
}
