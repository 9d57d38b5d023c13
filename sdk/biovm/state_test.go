package biovm_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

type edge struct {
	From biovm.State
	Op   biovm.Op
	To   biovm.State
}

// diagram reads the arrows in VM's doc comment: state --op--> state.
func diagram(t *testing.T) map[edge]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "vm.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var doc string
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
			if s, ok := g.Specs[0].(*ast.TypeSpec); ok && s.Name.Name == "VM" {
				doc = g.Doc.Text()
			}
		}
	}
	edges := map[edge]bool{}
	for line := range strings.Lines(doc) {
		words := strings.Fields(line)
		for i, w := range words {
			if strings.HasPrefix(w, "--") && strings.HasSuffix(w, ">") && i > 0 && i+1 < len(words) {
				edges[edge{biovm.State(words[i-1]), biovm.Op(strings.Trim(w, "->")), biovm.State(words[i+1])}] = true
			}
		}
	}
	if len(edges) < 5 {
		t.Fatalf("the diagram in VM's doc comment has %d arrows: %v; it was not found, or its form has changed", len(edges), edges)
	}
	return edges
}

// TestStateTable holds that the table allows exactly what VM's doc comment
// says: the diagram's arrows, destroy everywhere, processes while running, and
// changes of a VM that is not in error.
func TestStateTable(t *testing.T) {
	t.Parallel()
	want := diagram(t)
	for _, s := range biovm.States() {
		want[edge{s, biovm.OpDestroy, biovm.Destroyed}] = true
		if s != biovm.Failed {
			want[edge{s, biovm.OpAllocate, s}] = true
			want[edge{s, biovm.OpUpdate, s}] = true
		}
	}
	want[edge{biovm.Running, biovm.OpExecute, biovm.Running}] = true

	got := map[edge]bool{}
	for _, s := range biovm.States() {
		for _, op := range biovm.Ops() {
			next, err := s.Next(op)
			switch {
			case err == nil:
				got[edge{s, op, next}] = true
			case !errors.Is(err, biovm.ErrState) || next != "":
				t.Errorf("State(%q).Next(%q) = %q, %v; want no state and an ErrState", s, op, next, err)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the state table differs from VM's doc comment (-doc +table):\n%s", diff)
	}
}

func TestNextSaysWhatIsNeeded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		state biovm.State
		op    biovm.Op
		want  string
	}{
		{biovm.Running, biovm.OpStart, `wrong state: it is running, and start needs it to be created or stopped`},
		{biovm.Created, biovm.OpExecute, `wrong state: it is created, and execute needs it to be running`},
		{biovm.Failed, biovm.OpUpdate, `wrong state: it is error, and update needs it to be created, running, paused or stopped`},
	}
	for _, tt := range tests {
		if _, err := tt.state.Next(tt.op); err == nil || err.Error() != tt.want {
			t.Errorf("State(%q).Next(%q) = %v, want %s", tt.state, tt.op, err, tt.want)
		}
	}
	for _, tt := range []struct {
		state biovm.State
		op    biovm.Op
	}{{"frozen", biovm.OpStart}, {biovm.Destroyed, biovm.OpDestroy}, {biovm.Running, "melt"}} {
		if _, err := tt.state.Next(tt.op); !errors.Is(err, biovm.ErrState) {
			t.Errorf("State(%q).Next(%q) = %v, want an ErrState", tt.state, tt.op, err)
		}
	}
}
