package process_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// newCell builds a cell of a type under the default grant of its own ecoli
// chassis.
func newCell(t testing.TB, organism biovm.BiologicalType, memo cell.Memo) *cell.Cell {
	t.Helper()
	k, err := chassis.Of(biovm.ChassisEColi)
	if err != nil {
		t.Fatal(err)
	}
	kilobases := 544
	if organism == biovm.EColi {
		kilobases = 5000 // room for plasmids
	}
	c, err := cell.New(biovm.Spec{BiologicalType: organism}, k.Grant(organism, kilobases, biovm.Config{}, false), k.Config(organism, biovm.Config{}, false), memo)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// status is what the engine would tell of a VM.
func status(organism biovm.BiologicalType) biovm.Status {
	return biovm.Status{
		ID: "a", State: biovm.Running, SimulatedSeconds: 60,
		Spec: biovm.Spec{ID: "a", BiologicalType: organism, Chassis: biovm.ChassisEColi},
	}
}

// run runs code in a syn3a cell.
func run(t testing.TB, code string, options ...process.Option) (biovm.Result, error) {
	t.Helper()
	return process.Run(t.Context(), newCell(t, biovm.Syn3A, nil), status(biovm.Syn3A), biovm.Process{Code: code}, 7, options...)
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ code, want string }{
		{`1 + 1`, `2`},
		{`x = 1`, `null`},
		{"def f(x):\n    return x * 2\nf(21)", `42`},
		{`print("hi")`, `null`},
		{`[1, 2.5, "a\"\n\u00e9<", None, True, (1, 2), set([3, 1, 3])]`, `[1,2.5,"a\"\né<",null,true,[1,2],[3,1]]`},
		{`{"b": 1, "a": {"c": []}}`, `{"b":1,"a":{"c":[]}}`},
		{`1 << 100`, `1267650600228229401496703205376`},
		{`[1e21, 1e-7, 0.1, 1.0, -0.0]`, `[1e+21,1e-7,0.1,1,-0]`},
		{"i = 0\nwhile i < 10:\n    i += 1\ni", `10`},
		{"def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(15)", `610`},
		{"for i in range(3):\n    x = i\nx", `2`},
		{"1, 2", `[1,2]`},
		{"range(3)", `[0,1,2]`},
		{"# nothing but this", `null`},
		{`list("abc".elems())`, `["a","b","c"]`},
	} {
		got, err := run(t, tt.code)
		if err != nil {
			t.Errorf("%s: %v", tt.code, err)
			continue
		}
		if string(got.Value) != tt.want || !json.Valid(got.Value) {
			t.Errorf("%s = %s, want %s", tt.code, got.Value, tt.want)
		}
	}
}

func TestResult(t *testing.T) {
	t.Parallel()
	got, err := run(t, `print("a", 1)
print("b")
fba()["growth_rate"]`)
	if err != nil {
		t.Fatal(err)
	}
	if got.Stdout != "a 1\nb\n" || got.Seed != 7 || got.Steps == 0 || !strings.HasPrefix(got.ModelVersion, "syn3a-") {
		t.Errorf("result %+v, want what was printed, seed 7, steps and the model's version", got)
	}
	if got.Metrics["analyses"] != 1 || got.Metrics["growth_rate"] <= 0 || got.Metrics["free_growth_rate"] <= got.Metrics["growth_rate"] {
		t.Errorf("metrics %v, want one analysis and both growth rates", got.Metrics)
	}
	if got.WallSeconds != 0 || got.SimulatedSeconds != 0 {
		t.Errorf("wall %v and simulated %v seconds, want none", got.WallSeconds, got.SimulatedSeconds)
	}
}

func TestYield(t *testing.T) {
	t.Parallel()
	var steps uint64
	calls := 0
	got, err := run(t, "for i in range(100000):\n    pass", process.WithYield(func(_ context.Context, n uint64) error {
		calls++
		steps += n
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	if calls < 10 || steps > got.Steps || got.Steps-steps > 20_000 {
		t.Errorf("%d calls with %d of %d steps, want nearly all of them", calls, steps, got.Steps)
	}
	enough := errors.New("enough")
	if _, err := run(t, "while True:\n    pass", process.WithYield(func(context.Context, uint64) error { return enough })); !errors.Is(err, enough) {
		t.Errorf("a yield that fails gives %v, want its error", err)
	}
}
