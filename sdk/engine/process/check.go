package process

import (
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Check reads a program as a cell with the settings would, without running
// it, and reports all that it can know: malformed code, names that are
// unknown, with the nearest ones, and built-ins that basic_functions_only
// forbids. The problems are [biovm.ProcessError]s with Checked set, joined, in
// the order of the code.
func Check(code string, cfg biovm.Config) error {
	f, err := parse(code)
	if err != nil {
		return err
	}
	v := newVocabulary(cfg)
	if errs := resolved(f, v); len(errs) > 0 {
		return errors.Join(errs...)
	}
	// As it will run, a name that is only ever changed and never set is unknown.
	if f, err = parse(code); err != nil {
		return err
	}
	rewrite(f)
	return errors.Join(resolved(f, v)...)
}

// Builtins describes the cell's verbs, by name.
func Builtins() []biovm.Builtin {
	var list []biovm.Builtin
	for _, v := range verbs() {
		list = append(list, biovm.Builtin{Name: v.name, Doc: v.doc})
	}
	return list
}
