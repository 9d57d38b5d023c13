package process_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// problems are the process errors in a tree.
func problems(err error) []*biovm.ProcessError {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if e, ok := errors.AsType[*biovm.ProcessError](err); ok {
			return []*biovm.ProcessError{e}
		}
		return nil
	}
	var list []*biovm.ProcessError
	for _, part := range joined.Unwrap() {
		list = append(list, problems(part)...)
	}
	return list
}

func TestCheckFindsAllAtOnce(t *testing.T) {
	t.Parallel()
	err := process.Check("fbaa()\nx = gens()\nbreak\ndef f():\n    return knockot", biovm.Config{})
	var lines []int
	for _, p := range problems(err) {
		lines = append(lines, p.Line)
		if !p.Checked || !errors.Is(p, biovm.ErrInvalid) {
			t.Errorf("%v: is %+v, want it marked as checked", p, p)
		}
	}
	if diff := cmp.Diff([]int{3, 1, 2, 5}, lines); diff != "" && len(lines) != 4 {
		t.Errorf("problems on lines (-want +got):\n%s\n%v", diff, err)
	}
	for _, name := range []string{"did you mean fba?", "did you mean genes?", "did you mean knockout?"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%v\nwant %q in it", err, name)
		}
	}
}

func TestBasicFunctionsOnly(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"genes()", "f = set_medium", "[genome() for i in range(2)]", "medium()"} {
		err := process.Check(code, biovm.Defaults(biovm.MinimalCell))
		list := problems(err)
		if len(list) != 1 || !strings.Contains(list[0].Message, "config.basic_functions_only") || !strings.Contains(list[0].Message, "knockout") {
			t.Errorf("%s: %v, want one problem that names the setting and what it allows", code, err)
		}
		if err := process.Check(code, biovm.Defaults(biovm.Syn3A)); err != nil {
			t.Errorf("%s in syn3a: %v", code, err)
		}
		c := newCell(t, biovm.MinimalCell, nil)
		if _, err := process.Run(t.Context(), c, status(biovm.MinimalCell), biovm.Process{Code: code}, 0); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("Run %s: %v, want it refused", code, err)
		}
	}
	for _, code := range []string{"genes = 1\ngenes", "def genome():\n    return 2\ngenome()", "knockout(\"dnaA\")\nfba()", "pfba()", "fva()", "moma()", "minimal_medium()", "growth_curve()", "essential_genes()", "get_biological_status()", "minimal_metabolism_analysis()", "[len([1]), print(1)]"} {
		if err := process.Check(code, biovm.Defaults(biovm.MinimalCell)); err != nil {
			t.Errorf("%s in minimal_cell: %v", code, err)
		}
	}
}
