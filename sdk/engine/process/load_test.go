package process_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// library makes a package of files: name, content, name, content, ...
func library(name string, requires []string, files ...string) process.Package {
	p := process.Package{
		PackageVersion: biovm.PackageVersion{Name: name, Version: "1.0.0", Digest: name + "-digest"},
		Requires:       requires, Files: map[string][]byte{},
	}
	for i := 0; i < len(files); i += 2 {
		p.Files[files[i]] = []byte(files[i+1])
	}
	return p
}

func tools() []process.Package {
	return []process.Package{
		library("tools", []string{"base"},
			"tools.star", "load(\"lib/deep.star\", \"twice\")\nload(\"@base//base.star\", \"one\")\n"+
				"print(\"loading tools\")\nSHARED = [1, 2]\n_hidden = 3\ndef four():\n    return twice(twice(one))\n"+
				"def growth():\n    return fba()[\"growth_rate\"]\ndef stamp(x):\n    SHARED.append(x)\ndef bad():\n    return knockout(\"nonsense\")\n"+
				"def spin():\n    while True:\n        pass\ndef rows():\n    return data(\"lib/t.tsv\", numbers = [\"n\"])\n",
			"lib/deep.star", "load(\"../lib/deeper.star\", \"two\")\nload(\"//top.star\", t = \"two\")\ndef twice(x):\n    return x * two * t // 2\n",
			"lib/deeper.star", "two = 2\n", "top.star", "two = 2\n",
			"lib/t.tsv", "# a table\nname\tn\r\na\t1.5\n\nb\t\n",
			"t.json", `{"a": [1, 2.5, null, true, "x"], "big": 123456789012345678901234567890}`,
			"bad.tsv", "a\tb\n1\n", "bad.json", `{"a": [1,`, "note.txt", "hello\n",
		),
		library("base", nil, "base.star", "load(\"@base//one.star\", _one = \"one\")\none = _one\n", "one.star", "one = 1\n"),
		library("broken", nil, "broken.star", "1 // 0\n"),
		library("unused", nil, "unused.star", "x = 1\n"),
		library("setter", nil, "setter.star", "def go():\n    set_medium(None)\n"),
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ code, want, packages string }{
		{`load("@tools//tools.star", "four")` + "\nfour()", `4`, "base tools"},
		{`load("@tools//tools.star", f = "four")` + "\nload(\"@tools//tools.star\", \"SHARED\")\n[f(), SHARED]", `[4,[1,2]]`, "base tools"},
		{`load("@tools//tools.star", "growth")` + "\ngrowth() == fba()[\"growth_rate\"]", `true`, "base tools"},
		{`load("@tools//tools.star", "rows")` + "\nrows()", `[{"name":"a","n":1.5},{"name":"b","n":null}]`, "base tools"},
		{`data("@tools//t.json")`, `{"a":[1,2.5,null,true,"x"],"big":123456789012345678901234567890}`, "tools"},
		{`data("@tools//note.txt")`, `"hello\n"`, "tools"},
		{`data("@tools//lib/t.tsv")`, `[{"name":"a","n":"1.5"},{"name":"b","n":""}]`, "tools"},
		{`d = data("@tools//t.json")` + "\nd[\"a\"].append(6)\nlen(d[\"a\"])", `6`, "tools"},
		{`[f("@base//one.star") for f in [data]]`, `["one = 1\n"]`, "base"},
		{`1`, `1`, ""},
	} {
		got, err := run(t, tt.code, process.WithPackages(tools()...))
		if err != nil || string(got.Value) != tt.want {
			t.Errorf("%s = %s, %v; want %s", tt.code, got.Value, err, tt.want)
		}
		var used []string
		for _, p := range got.Packages {
			used = append(used, p.Name)
			if p.Version != "1.0.0" || p.Digest != p.Name+"-digest" {
				t.Errorf("%s: used %+v, want its version and digest", tt.code, p)
			}
		}
		if strings.Join(used, " ") != tt.packages {
			t.Errorf("%s: used %v, want %s", tt.code, used, tt.packages)
		}
		again, err := run(t, tt.code, process.WithPackages(tools()...))
		if diff := cmp.Diff(got, again); diff != "" || err != nil {
			t.Errorf("%s: again, %v (-first +now):\n%s", tt.code, err, diff)
		}
	}
	// A file runs once, however often it is loaded.
	got, err := run(t, "load(\"@tools//tools.star\", \"four\")\nload(\"@tools//tools.star\", \"growth\")\n1", process.WithPackages(tools()...))
	if err != nil || got.Stdout != "loading tools\n" {
		t.Errorf("printed %q, %v, want one line", got.Stdout, err)
	}
}

// What Check finds, Run refuses, before anything ran.
func TestLoadCheck(t *testing.T) {
	t.Parallel()
	basic := biovm.Config{BasicFunctionsOnly: new(true)}
	for _, tt := range []struct {
		code, want string
		line, col  int
		cfg        biovm.Config
	}{
		{code: `load("@tool//tools.star", "four")`, line: 1, col: 6, want: `package "tool" is not installed in the vm; did you mean tools?`},
		{code: `load("@tools//tool.star", "four")`, line: 1, col: 6, want: `package tools has no file "tool.star"; did you mean tools.star`},
		{code: "x = 1\n" + `load("@tools//tools.star", "four", y = "fourr")`, line: 2, col: 41, want: "load: @tools//tools.star has no fourr; did you mean four?"},
		{code: `load("@tools//tools.star", "_hidden")`, line: 1, col: 29, want: "not exported: _hidden"},
		{code: `load("tools.star", "four")`, line: 1, col: 6, want: "is in no package"},
		{code: `load("@tools", "four")`, line: 1, col: 6, want: "names no file of a package"},
		{code: `load("@tools//t.json", "a")`, line: 1, col: 6, want: `is no code; read it with data("@tools//t.json")`},
		{code: `load("@tools//../base/base.star", "one")`, line: 1, col: 6, want: "has no file"},
		{code: `load("@setter//setter.star", "go")`, line: 1, col: 6, cfg: basic, want: "@setter//setter.star:2:5: set_medium() may not be used here"},
		{code: `data("@tools//t.jsn")`, line: 1, col: 6, want: `data: package tools has no file "t.jsn"; did you mean t.json`},
		{code: "def f():\n    " + `load("@tools//tools.star", "four")` + "\nf()", line: 2, col: 5, want: "load statement within a function"},
	} {
		err := process.Check(tt.code, tt.cfg, tools()...)
		var e *biovm.ProcessError
		if !errors.As(err, &e) || !e.Checked || !strings.Contains(e.Message, tt.want) {
			t.Errorf("%s: Check says %v, want %q", tt.code, err, tt.want)
			continue
		}
		if e.Line != tt.line || e.Col != tt.col {
			t.Errorf("%s: at %d:%d, want %d:%d", tt.code, e.Line, e.Col, tt.line, tt.col)
		}
		if tt.cfg.BasicFunctionsOnly != nil {
			continue // run's cell allows all
		}
		if _, ran := run(t, tt.code, process.WithPackages(tools()...)); ran == nil || ran.Error() != err.Error() {
			t.Errorf("%s: Check says %v, Run %v", tt.code, err, ran)
		}
	}
}

func TestLoadFailures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code, want, trace string
		line              int
	}{
		{"\nload(\"@broken//broken.star\", \"x\")", "load: @broken//broken.star has no x", "", 2},
		{"load(\"@tools//tools.star\", \"bad\")\n\nbad()", `knockout: syn3a has no gene "nonsense"`, "@tools//tools.star:13:", 3},
		{"load(\"@tools//tools.star\", \"stamp\")\nstamp(1)", "frozen list", "@tools//tools.star:11:", 2},
		{"load(\"@tools//tools.star\", \"SHARED\")\nSHARED.append(1)", "frozen list", "process:2:", 2},
		{"data(\"@tools//\" + \"bad.tsv\")", "line 2 has 1 cells, and there are 2 columns", "process:1:", 1},
		{"data(\"@tools//bad.json\")", "data: @tools//bad.json: byte", "process:1:", 1},
		{"data(\"@tools//t.json\", numbers = [\"a\"])", "has no columns of numbers", "process:1:", 1},
		{"data(\"@tools//lib/t.tsv\", numbers = [\"name\"])", `line 3: name: "a" is no number`, "process:1:", 1},
		{"data(\"@tools//lib/t.tsv\", numbers = [\"m\"])", `there is no column "m"`, "process:1:", 1},
		{"data(\"t.json\")", "is in no package", "", 1},
	} {
		_, err := run(t, tt.code, process.WithPackages(tools()...))
		var e *biovm.ProcessError
		if !errors.As(err, &e) || !strings.Contains(e.Message, tt.want) || e.Line != tt.line || !strings.Contains(e.Backtrace, tt.trace) {
			t.Errorf("%s: error %v at line %d, want %q at %d with %q in\n%s", tt.code, err, e.Line, tt.want, tt.line, tt.trace, e.Backtrace)
		}
	}
	// What goes wrong while a file is loaded is told with both places.
	p := library("broken", nil, "broken.star", "x = 1\ny = x // 0\n")
	_, err := run(t, "\nload(\"@broken//broken.star\", \"x\")", process.WithPackages(p))
	var e *biovm.ProcessError
	if !errors.As(err, &e) || e.Line != 2 || !strings.Contains(e.Message, "division by zero (at @broken//broken.star:2:") {
		t.Errorf("error %v, want the division at line 2 of both", err)
	}
}

// A package has the limits of the program that loads it.
func TestLoadLimits(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Syn3A, nil)
	exec := func(code string, limits biovm.Limits, packages ...process.Package) (biovm.Result, error) {
		return process.Run(t.Context(), c, status(biovm.Syn3A), biovm.Process{Code: code, Limits: limits}, 0, process.WithPackages(packages...))
	}
	var limit *biovm.LimitError
	_, err := exec("load(\"@tools//tools.star\", \"spin\")\nspin()", biovm.Limits{Steps: 20_000}, tools()...)
	if !errors.As(err, &limit) || limit.Limit != "steps" {
		t.Errorf("a package that spins: error %v, want the limit of steps", err)
	}
	loop := library("loop", nil, "a.star", "for i in range(1000):\n    x = i\n", "b.star", "load(\"a.star\", \"x\")\nfor i in range(1000):\n    y = i\n")
	once, err := exec("load(\"@loop//a.star\", \"x\")", biovm.Limits{}, loop)
	if err != nil {
		t.Fatal(err)
	}
	both, err := exec("load(\"@loop//b.star\", \"y\")", biovm.Limits{}, loop)
	if err != nil || both.Steps < 2*once.Steps-100 || once.Steps < 2000 {
		t.Errorf("one file takes %d steps, both %d, %v; want about twice", once.Steps, both.Steps, err)
	}
	if _, err := exec("load(\"@loop//b.star\", \"y\")", biovm.Limits{Steps: both.Steps - 1000}, loop); !errors.As(err, &limit) {
		t.Errorf("fewer steps than both take: error %v, want the limit", err)
	}
	_, err = exec("load(\"@talk//talk.star\", \"x\")", biovm.Limits{OutputBytes: 100}, library("talk", nil, "talk.star", "x = 1\nprint(\"y\" * 200)\n"))
	if !errors.As(err, &limit) || limit.Setting != "limits.output_bytes" {
		t.Errorf("a package that prints: error %v, want the limit of output", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	_, err = process.Run(ctx, c, status(biovm.Syn3A), biovm.Process{Code: "load(\"@spin//spin.star\", \"x\")"}, 0,
		process.WithPackages(library("spin", nil, "spin.star", "x = 1\nwhile True:\n    pass\n")))
	if !errors.Is(err, enough) {
		t.Errorf("a context that ended: error %v, want its cause", err)
	}
}

// What freezing would come to is found out before: Starlark's own would never
// end, or take the whole stack.
func TestHostileModules(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"defaults": "f = 1\nfor i in range(60):\n    f = lambda a = f, b = f: 1\nx = f\n",
		"closures": "def wrap(g):\n    return lambda: g\nx = 1\nfor i in range(100000):\n    x = wrap(x)\n",
		"lists":    "x = []\nfor i in range(1000000):\n    x = [x]\n",
		"itself":   "def make():\n    def a():\n        return b\n    def b():\n        return a\n    return a\nx = [make()]\n",
		"many":     "x = [[] for i in range(2000000)]\n",
	} {
		_, err := run(t, "load(\"@p//p.star\", \"x\")", process.WithPackages(library("p", nil, "p.star", code)))
		var e *biovm.ProcessError
		if !errors.As(err, &e) || !strings.Contains(e.Message, "too large to load") {
			t.Errorf("%s: error %v, want that it is too large", name, err)
		}
	}
	// What is large but not too large, and what holds itself, is.
	for name, code := range map[string]string{
		"numbers": "x = list(range(500000))\n",
		"itself":  "x = []\nx.append(x)\n",
		"inner":   "def make():\n    def a(n):\n        return 1 if n == 0 else n * a(n - 1)\n    return a(5)\nx = make()\n",
	} {
		if _, err := run(t, "load(\"@p//p.star\", \"x\")", process.WithPackages(library("p", nil, "p.star", code))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	circle := library("p", nil, "p.star", "load(\"q.star\", \"x\")\n", "q.star", "load(\"p.star\", \"x\")\n")
	err := process.Check("load(\"@p//p.star\", \"x\")", biovm.Config{}, circle)
	if err == nil || !strings.Contains(err.Error(), "files load each other in a circle: @p//p.star loads @p//q.star loads @p//p.star") {
		t.Errorf("error %v, want the circle", err)
	}
}

func TestSetAllocation(t *testing.T) {
	t.Parallel()
	got, err := run(t, `
before = fba()["growth_rate"]
a = set_allocation(atp=100, ribosomes=1)
low = fba()
set_allocation(ribosomes=2)
high = fba()
lost = knockout("JCVISYN3A_0227", keep=False)["growth_rate"]
set_allocation()
[low["limited_by"], "%d" % (low["growth_rate"] * 100000), high["limited_by"], "%d" % (high["growth_rate"] * 100000),
 a["grant"]["ribosomes"], a["capacity"]["ribosomes"], fba()["growth_rate"] == before, lost < high["growth_rate"]]`)
	// One unit is 0.25477, two are 0.34239 1/h: 325 ribosomes each, on 3600 k R / P
	// and the network's ceiling.
	if want := `["ribosomes","25476","metabolism","34239",1,68,true,true]`; err != nil || string(got.Value) != want {
		t.Errorf("got %s, %v, want %s", got.Value, err, want)
	}
	for code, want := range map[string]string{
		`set_allocation(atp=0)`:          "atp must be above 0 and at most 100 percent, not 0",
		`set_allocation(atp=101)`:        "not 101",
		`set_allocation(atp="all")`:      "atp must be a number",
		`set_allocation(ribosomes=0)`:    "from 1 to 68",
		`set_allocation(ribosomes=69)`:   `a chassis of kind "ecoli" has to give, not 69`,
		`set_allocation(ribosomes=1.5)`:  "not 1.5",
		`set_allocation(ribosomes=True)`: "not True",
	} {
		if _, err := run(t, code); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", code, err, want)
		}
	}
}

// A table of very many columns is read in time that grows as its length does,
// and one of very many rows stops when the time is over.
func TestHostileTables(t *testing.T) {
	t.Parallel()
	var names strings.Builder
	for i := range 400_000 {
		fmt.Fprintf(&names, "%x\t", i)
	}
	names.WriteString("last\n")
	rows := "n\n" + strings.Repeat("1\n", 400_000)
	list := "[" + strings.Repeat("{},", 400_000) + "{}]"
	p := library("p", nil, "wide.tsv", names.String(), "long.tsv", rows, "many.json", list, "bom.tsv", "\ufeffname\tn\na\t1\n", "bom.json", "\ufeff[1]")
	for _, tt := range []struct{ code, want string }{
		{`len(data("@p//wide.tsv", numbers = ["last", "0"]))`, "0"},
		{`len(data("@p//long.tsv", numbers = ["n"]))`, "400000"},
		{`len(data("@p//many.json"))`, "400001"},
		{`data("@p//bom.tsv", numbers = ["n"])`, `[{"name":"a","n":1}]`},
		{`data("@p//bom.json")`, `[1]`},
	} {
		result, err := process.Run(t.Context(), newCell(t, biovm.Syn3A, nil), status(biovm.Syn3A), biovm.Process{Code: tt.code}, 0, process.WithPackages(p))
		if err != nil || string(result.Value) != tt.want {
			t.Errorf("%s = %s, %v, want %s", tt.code, result.Value, err, tt.want)
		}
	}
	// Rows and objects cost what they take, and others get their turn meanwhile.
	for _, code := range []string{`data("@p//long.tsv")`, `data("@p//many.json")`} {
		enough, turns := errors.New("enough"), 0
		yield := func(context.Context, uint64) error {
			if turns++; turns == 3 {
				return enough
			}
			return nil
		}
		_, err := process.Run(t.Context(), newCell(t, biovm.Syn3A, nil), status(biovm.Syn3A), biovm.Process{Code: code}, 0,
			process.WithPackages(p), process.WithYield(yield))
		if !errors.Is(err, enough) || turns != 3 {
			t.Errorf("%s: %v after %d turns, want it to end while it reads", code, err, turns)
		}
		_, err = process.Run(t.Context(), newCell(t, biovm.Syn3A, nil), status(biovm.Syn3A), biovm.Process{Code: code, Limits: biovm.Limits{Steps: 10_000_000}}, 0, process.WithPackages(p))
		if !errors.Is(err, biovm.ErrLimit) {
			t.Errorf("%s within ten million steps: %v, want it to use them up", code, err)
		}
	}
}
