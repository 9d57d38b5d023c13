package archtest

// This file is the policy: tables only. Widening one is a commit of its own
// that says why; ARCHITECTURE.md shows the arrows as a picture.

// A rule says which packages of the module those of pkgs may import outside
// tests. A trailing "..." takes in everything below.
type rule struct {
	pkgs  string
	allow []string
}

// arrows are the rules; the first that matches a package decides. What no rule
// covers is refused.
func arrows() []rule {
	return []rule{
		// The vocabulary, and what stands on it.
		{"sdk/biovm", nil},
		{"sdk/biovm/biovmtest", []string{"sdk/biovm"}},
		{"sdk/biovm/source", []string{"sdk/biovm"}},
		{"sdk/biovm/basic", []string{"sdk/biovm", "sdk/biovm/source", "sdk/engine..."}},
		{"sdk/biovm/xcpng", []string{"sdk/biovm", "sdk/biovm/basic", "sdk/biovm/source", "sdk/xapi...", "sdk/engine/remote", "internal/sshx"}},

		// The engine's pure packages.
		{"sdk/engine/internal/lp", nil},
		{"sdk/engine/genome...", []string{"sdk/biovm", "sdk/engine/genome..."}},
		{"sdk/engine/chassis", []string{"sdk/biovm"}},
		{"sdk/engine/metabolism...", []string{"sdk/engine/internal/near", "sdk/engine/internal/lp", "sdk/engine/metabolism..."}},
		{"sdk/engine/organism...", []string{"sdk/engine/internal/near", "sdk/biovm", "sdk/engine/metabolism", "sdk/engine/genome", "sdk/engine/organism..."}},
		{"sdk/engine/operon...", []string{"sdk/engine/internal/checkpoint", "sdk/engine/internal/near", "sdk/engine/internal/replicas", "sdk/biovm", "sdk/engine/expression", "sdk/engine/operon..."}},
		{"sdk/engine/plasmid", []string{"sdk/engine/internal/checkpoint", "sdk/engine/internal/replicas", "sdk/biovm", "sdk/engine/expression"}},
		{"sdk/engine/expression...", []string{"sdk/engine/internal/replicas", "sdk/biovm", "sdk/engine/organism", "sdk/engine/genome", "sdk/engine/expression..."}},
		{"sdk/engine/culture", []string{"sdk/biovm", "sdk/engine/metabolism"}},
		{"sdk/engine/wholecell", []string{"sdk/engine/internal/replicas", "sdk/biovm", "sdk/engine/organism", "sdk/engine/metabolism", "sdk/engine/expression"}},
		{"sdk/engine/cell", []string{"sdk/biovm", "sdk/engine/organism", "sdk/engine/metabolism", "sdk/engine/chassis", "sdk/engine/expression"}},
		{"sdk/engine/living", []string{"sdk/engine/internal/near", "sdk/engine/internal/replicas", "sdk/biovm", "sdk/engine/cell", "sdk/engine/culture", "sdk/engine/expression", "sdk/engine/operon...", "sdk/engine/plasmid", "sdk/engine/wholecell"}},
		{"sdk/engine/process", []string{"sdk/engine/internal/near", "sdk/biovm", "sdk/engine/cell", "sdk/engine/living", "sdk/engine/operon", "sdk/engine/organism", "sdk/engine/metabolism", "sdk/engine/chassis", "sdk/engine/expression"}},

		// The engine.
		{"sdk/engine/internal/store", []string{"sdk/biovm"}},
		{"sdk/engine/internal/near", nil},
		{"sdk/engine/internal/checkpoint", []string{"sdk/biovm"}},
		{"sdk/engine/internal/replicas", nil},
		{"sdk/engine/internal...", []string{"sdk/biovm"}},
		{"sdk/engine/packages...", []string{"sdk/engine/internal/near", "sdk/biovm", "sdk/engine/process"}},
		{"sdk/engine/remote", []string{"sdk/biovm"}},
		{"sdk/engine/enginetest", []string{"sdk/biovm", "sdk/engine"}},
		{"sdk/engine", []string{"sdk/biovm", "sdk/engine..."}},

		// XAPI.
		{"sdk/xapi", nil},
		{"sdk/xapi/cloudinit", nil},
		{"sdk/xapi/xapitest/xapisim", []string{"sdk/xapi", "sdk/xapi/xapitest"}},
		{"sdk/xapi/xapitest...", []string{"sdk/xapi", "sdk/xapi/xapitest..."}},

		// Composition, and the doors.
		{"sdk/bioxen", []string{"sdk/biovm...", "sdk/engine..."}},
		{"internal/notice", nil},
		{"internal/sshx...", []string{"internal/sshx"}},
		// source: opens the files that who starts it names.
		{"internal/daemon", []string{"sdk/biovm", "sdk/biovm/source", "sdk/engine", "sdk/engine/remote"}},
		{"internal/tui", []string{"sdk/biovm", "sdk/bioxen"}},
		{"internal/cli", []string{"sdk/bioxen", "sdk/biovm...", "sdk/engine", "sdk/engine/remote", "sdk/engine/expression...", "sdk/engine/metabolism...", "sdk/engine/packages", "sdk/engine/genome...", "sdk/engine/organism", "internal/daemon", "internal/notice", "internal/tui"}},
		{"internal/provider/acctest", []string{"sdk/bioxen", "sdk/biovm", "sdk/engine", "internal/provider"}}, // test-side: verifies data directories
		// xapi: which of a pool's errors are about trust and login, and its measurements.
		{"internal/provider...", []string{"sdk/bioxen", "sdk/biovm", "sdk/biovm/basic", "sdk/biovm/source", "sdk/biovm/xcpng", "sdk/xapi", "internal/provider..."}},
		{"cmd/bioxen", []string{"internal/cli"}},
		{"", []string{"internal/provider"}}, // main.go

		// What does not ship.
		{"internal/gendata", []string{"sdk/biovm", "sdk/engine/organism...", "sdk/engine/metabolism...", "sdk/engine/genome..."}},
		{"internal/archtest", nil},
		{"internal/testrun", nil},
		{"internal/lab/guestinit", []string{"internal/lab/bootplan"}},
		{"internal/lab/bootplan", nil},
		{"internal/lab", []string{"sdk/xapi/xapitest", "internal/lab/bootplan"}},
		{"internal/demo", nil},
		{"internal/samebits", nil},
		{"internal/ratio", []string{"sdk/biovm", "sdk/engine/organism", "sdk/engine/metabolism...", "sdk/engine/genome...", "sdk/engine/expression", "sdk/engine/wholecell"}}, // what it compares with others' programs
		{"examples...", []string{"sdk..."}},
	}
}

// A quarantine confines third-party packages.
type quarantine struct {
	prefix string   // of the import path
	pkgs   []string // that may import it
	tests  []string // whose tests may import it besides
}

// quarantines lists every third party; an import that none covers is refused.
// The first that matches decides. docs/adr/0007 has the reasons.
func quarantines() []quarantine {
	everywhere := []string{"..."}
	return []quarantine{
		{"github.com/hashicorp/terraform-plugin-testing", nil, []string{"internal/provider...", "examples..."}},
		{"github.com/hashicorp/terraform-plugin-", []string{"", "internal/provider..."}, nil},
		{"github.com/hashicorp/terraform-exec", nil, []string{"internal/provider..."}},
		{"modernc.org/sqlite", []string{"sdk/engine/internal/store"}, []string{"sdk/engine..."}},
		{"go.starlark.net/", []string{"sdk/engine/process"}, nil},
		{"github.com/pelletier/go-toml/v2", []string{"sdk/engine/packages"}, nil},
		{"github.com/Masterminds/semver/v3", []string{"sdk/engine/packages"}, nil},
		{"github.com/goccy/go-yaml", []string{"sdk/bioxen"}, []string{"internal/lab"}},
		{"github.com/spf13/cobra", []string{"internal/cli", "cmd/bioxen"}, nil},
		{"github.com/spf13/pflag", []string{"internal/cli", "cmd/bioxen"}, nil},
		{"github.com/mattn/go-isatty", []string{"internal/cli", "internal/tui"}, nil},
		{"github.com/gofrs/flock", []string{"sdk/engine", "sdk/engine/internal..."}, nil},
		{"github.com/google/uuid", []string{"sdk/engine", "sdk/engine/internal..."}, everywhere},
		{"golang.org/x/crypto/ssh", []string{"internal/sshx..."}, []string{"internal/lab"}},
		{"github.com/diskfs/go-diskfs", []string{"sdk/xapi/cloudinit"}, []string{"internal/lab"}},
		{"github.com/danielgtaylor/huma", []string{"internal/daemon"}, nil},
		{"github.com/google/go-cmp/", nil, everywhere},
		{"github.com/rogpeppe/go-internal/", nil, everywhere},
		{"gonum.org/v1/gonum/", nil, []string{"sdk/engine..."}},
	}
}

// standardOnly are the packages that use nothing but the standard library, so
// that anybody can import them at no cost.
func standardOnly() []string {
	return []string{"sdk/biovm", "sdk/xapi", "sdk/xapi/xapitest"}
}

// pure are the packages without I/O, wall clock or global randomness, whose
// results are the same bit for bit on every platform.
func pure() []string {
	return []string{
		"sdk/engine/cell", "sdk/engine/chassis", "sdk/engine/culture", "sdk/engine/expression...", "sdk/engine/genome...",
		"sdk/engine/internal/checkpoint", "sdk/engine/internal/lp", "sdk/engine/internal/near", "sdk/engine/internal/replicas", "sdk/engine/living", "sdk/engine/metabolism...",
		"sdk/engine/operon...", "sdk/engine/organism...", "sdk/engine/packages", "sdk/engine/plasmid", "sdk/engine/process", "sdk/engine/wholecell",
	}
}

// impureImports are what a pure package may not import, with the way out.
func impureImports() []struct{ path, instead string } {
	return []struct{ path, instead string }{
		{"os", "take bytes or an io.Reader"},
		{"os/...", "take what you need as an argument"},
		{"io/ioutil", "take an io.Reader"},
		{"path/filepath", "use path: a pure package has no file system"},
		{"net", "take what you need as an argument"},
		{"net/...", "take what you need as an argument"},
		{"syscall", "leave it to the engine"},
		{"log", "return what there is to say"},
		{"log/slog", "return what there is to say"},
		{"database/sql", "leave it to the store"},
		{"crypto/rand", "take a *rand.Rand made from the VM's seed"},
		{"math/rand", "use math/rand/v2 with a source made from the VM's seed"},
		{"go.starlark.net/lib/math", "its results differ by platform"},
		{"go.starlark.net/lib/time", "it reads the wall clock"},
	}
}

// impureUses are the symbols of allowed packages that a pure package may not
// use, with the way out.
func impureUses() []struct {
	path    string
	names   []string
	instead string
} {
	return []struct {
		path    string
		names   []string
		instead string
	}{
		{
			"time",
			[]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
			"time is a number that the caller passes, a deadline comes with ctx",
		},
		{
			"context",
			[]string{"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"},
			"the caller sets deadlines",
		},
		{
			"math/rand/v2",
			[]string{
				"ExpFloat64", "Float32", "Float64", "Int", "Int32", "Int32N", "Int64", "Int64N", "IntN", "N", "NormFloat64", "Perm",
				"Shuffle", "Uint", "Uint32", "Uint32N", "Uint64", "Uint64N", "UintN",
			},
			"the global source is not seeded: use a *rand.Rand made from the VM's seed",
		},
		{
			"math",
			[]string{
				"Acos", "Acosh", "Asin", "Asinh", "Atan", "Atan2", "Atanh", "Cbrt", "Cos", "Cosh", "Erf", "Erfc", "Erfcinv", "Erfinv",
				"Exp", "Exp2", "Expm1", "Gamma", "Hypot", "Lgamma", "Log", "Log10", "Log1p", "Log2", "Pow", "Sin", "Sincos", "Sinh", "Tan", "Tanh",
			},
			"its last bit differs by platform",
		},
	}
}

// printers are the packages that may write to the terminal.
func printers() []string {
	return []string{"cmd...", "examples...", "internal/cli", "internal/demo", "internal/gendata", "internal/lab/guestinit", "internal/ratio", "internal/samebits", "internal/testrun", "sdk/xapi/xapitest/xapisim"}
}

// maxLines is how long a hand-written Go file may be.
const maxLines = 600

// maxMapLines is how long ARCHITECTURE.md may be.
const maxMapLines = 250

// emptyNames say nothing about what is inside; a package or a file that has one
// ends as the place for everything.
func emptyNames() []string {
	return []string{"common", "helper", "helpers", "manager2", "misc", "shared", "stuff", "util", "utilities", "utils"}
}
