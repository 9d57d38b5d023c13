//go:build !race

package process_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// Each of these would take gigabytes, hours or the whole host if nothing
// stopped it.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, code, want string }{
		{"endless loop", "while True:\n    pass", "used up its steps"},
		{"endless recursion", "def f():\n    f()\nf()", "functions call each other more than"},
		{"long string", `"a" * 2000000000`, "bytes that are allowed at once"},
		{"long string by bits", `"a" * (1 << 60)`, "bytes that are allowed at once"},
		{"long list", "[0] * 1000000000", "bytes that are allowed at once"},
		{"long list in place", "x = [0]\nx *= 1000000000", "bytes that are allowed at once"},
		{"long tuple", "10000000000 * (1, 2)", "bytes that are allowed at once"},
		{"doubled string", "s = \"a\"\nwhile True:\n    s = s + s", "at once"},
		{"doubled string in place", "s = \"a\"\nwhile True:\n    s += s", ""},
		{"doubled element", "d = {0: \"a\"}\nwhile True:\n    d[0] += d[0]", "at once"},
		{"doubled list", "s = [1]\nwhile True:\n    s += s", "at once"},
		{"doubled list by extend", "s = [1]\nwhile True:\n    s.extend(s)", "at once"},
		{"doubled by getattr", "s = [1]\ne = getattr(s, \"extend\")\nwhile True:\n    e(s)", "at once"},
		{"doubled by join", "s = \"ab\"\nwhile True:\n    s = s.join([s, s, s])", "at once"},
		{"doubled by replace", "s = \"aa\"\nwhile True:\n    s = s.replace(\"a\", s)", "at once"},
		{"doubled by format", "s = \"a\"\nwhile True:\n    s = \"{0}{0}\".format(s)", "text is longer"},
		{"doubled by keyword format", "s = \"a\"\nwhile True:\n    s = \"{x}{x}\".format(x=s)", "text is longer"},
		{"doubled by percent", "s = \"a\"\nwhile True:\n    s = \"%s%s\" % (s, s)", "text is longer"},
		{"doubled text", "x = []\nfor i in range(60):\n    x = [x, x]\nstr(x)", "text is longer"},
		{"doubled text printed", "x = []\nfor i in range(60):\n    x = [x, x]\nprint(x)", "used up its output"},
		{"doubled text failed", "x = []\nfor i in range(60):\n    x = [x, x]\nfail(x)", "text is longer"},
		{"doubled result", "x = []\nfor i in range(60):\n    x = [x, x]\nx", "used up its result size"},
		{"doubled comparison", "x, y = [], []\nfor i in range(9):\n    x, y = [x] * 100, [y] * 100\nx == y", "too large to compare"},
		{"doubled sort", "x = []\nfor i in range(9):\n    x = [x] * 100\nsorted(x)", "too many to compare"},
		{"doubled search", "x, y = [], []\nfor i in range(9):\n    x, y = [x] * 100, [y] * 100\nx.index(y)", "too large to compare"},
		{"doubled tuple", "x = ()\nfor i in range(60):\n    x = (x, x)\n{x: 1}", "tuples nest deeper"},
		{"doubled tuple by zip", "x = ()\nfor i in range(60):\n    x = zip([x], [x])[0]\n{x: 1}", "tuples nest deeper"},
		{"doubled tuple by rest", "def f(*a):\n    return a\nx = ()\nfor i in range(60):\n    x = f(x, x)\n{x: 1}", "tuples nest deeper"},
		{"doubled tuple by lambda", "f = lambda *a: a\nx = ()\nfor i in range(60):\n    x = f(x, x)\n{x: 1}", "tuples nest deeper"},
		{"doubled tuple by items", "x = ()\nfor i in range(60):\n    x = {0: (x, x)}.items()[0]\n{x: 1}", "tuples nest deeper"},
		{"doubled tuple by sum", "x = ()\nfor i in range(60):\n    x = tuple([x]) + tuple([x])\n{x: 1}", "tuples nest deeper"},
		{"deep tuple", "x = ()\nwhile True:\n    x = (x,)", "tuples nest deeper"},
		{"deep list", "x = []\nfor i in range(100000):\n    x = [x]\nx", "nests deeper than"},
		{"deep list printed", "x = []\nfor i in range(100000):\n    x = [x]\nprint(x)", "used up its output"},
		{"deep list in text", "x = []\nfor i in range(100000):\n    x = [x]\nstr(x)", "nests deeper"},
		{"shift", "1 << 1000000000", "more than 65536 bits"},
		{"negative shift", "1 << -1", "negative shift count"},
		{"squares", "x = 3\nwhile True:\n    x = x * x", "more than 65536 bits"},
		{"squares in place", "x = 3\nwhile True:\n    x *= x", "more than 65536 bits"},
		{"long integer", `int("9" * 1000000)`, "more than 65536 bits"},
		{"list of a range", "list(range(10000000000))", "at once"},
		{"sorted range", "sorted(range(10000000000))", "at once"},
		{"any of a range", "any(range(10000000000))", "at once"},
		{"zipped range", "zip(range(10000000000))", "at once"},
		{"extended by a range", "[].extend(range(10000000000))", "at once"},
		{"set of a range", "set(range(10000000000))", "at once"},
		{"arguments of a range", "print(*range(10000000000))", "at once"},
		{"rest of a range", "def f(*a):\n    pass\nf(*range(10000000000))", "at once"},
		{"range as a result", "range(10000000000)", "used up its result size"},
		{"split", "x = \" a\" * 30000000\nx.split()", "at once"},
		{"slices kept", "x = [0] * 1000000\nl = []\nwhile True:\n    l.append(x[:])", ""},
		{"strings kept", "x = \"a\" * 1000000\nl = []\nwhile True:\n    l.append(x + \"b\")", ""},
		{"lists kept", "l = []\nwhile True:\n    l.append([l] * 100)", ""},
		{"endless print", "while True:\n    print(\"a\")", "used up its output"},
		{"huge print", "print(\"a\" * 60000000)", "used up its output"},
		{"huge result", "\"a\" * 60000000", "used up its result size"},
		{"brackets", strings.Repeat("(", 500_000), "excessive nesting"},
		{"square brackets", strings.Repeat("[", 500_000), "excessive nesting"},
		{"minuses", strings.Repeat("-", 200_000) + "1", "excessive nesting"},
		{"nots", strings.Repeat("not ", 100_000) + "1", "excessive nesting"},
		{"sums", "1" + strings.Repeat("-1", 100_000), "nests deeper"},
		{"lambdas", strings.Repeat("lambda:", 100_000) + "1", "excessive nesting"},
		{"conditions", strings.Repeat("1 if 1 else ", 80_000) + "1", "excessive nesting"},
		{"calls", "f" + strings.Repeat("()", 100_000), "nests deeper"},
		{"dots", "f" + strings.Repeat(".f", 100_000), "nests deeper"},
		{"NUL", "1\n2 \x00 3", "line 2, column 3: the code has a NUL byte"},
		{"not text", "\xff\xfe", "not UTF-8"},
	} {
		began := time.Now()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c := newCell(t, biovm.Syn3A, nil)
		_, err := process.Run(t.Context(), c, status(biovm.Syn3A), biovm.Process{Code: tt.code, Limits: biovm.Limits{Steps: 10_000_000}}, 0)
		runtime.ReadMemStats(&after)
		var limit *biovm.LimitError
		var failure *biovm.ProcessError
		switch {
		case err == nil:
			t.Errorf("%s: ended well, want an error", tt.name)
			continue
		case !errors.As(err, &limit) && !errors.As(err, &failure):
			t.Errorf("%s: %T %v, want a limit or process error", tt.name, err, err)
		case !strings.Contains(err.Error(), tt.want):
			t.Errorf("%s: %v\nwant %q in it", tt.name, err, tt.want)
		}
		if len(err.Error()) > 4000 {
			t.Errorf("%s: the message is %d bytes long", tt.name, len(err.Error()))
		}
		const gigabyte = 1 << 30
		if made := after.Sys - min(before.Sys, after.Sys); made > 3*gigabyte {
			t.Errorf("%s: the host grew by %d bytes", tt.name, made)
		}
		if d := time.Since(began); testing.Verbose() {
			t.Logf("%s took %v: %v", tt.name, d.Round(time.Millisecond), err)
		}
	}
}
