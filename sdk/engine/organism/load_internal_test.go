package organism

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// embedded copies the tables of some organisms, to be damaged.
func embedded(t *testing.T, folders ...string) fstest.MapFS {
	t.Helper()
	tables := fstest.MapFS{}
	for _, folder := range folders {
		names, err := fs.Glob(data, path.Join("data", folder, "*.tsv"))
		if err != nil || len(names) == 0 {
			t.Fatalf("no tables of %s: %v", folder, err)
		}
		for _, name := range names {
			content, err := fs.ReadFile(data, name)
			if err != nil {
				t.Fatal(err)
			}
			tables[name] = &fstest.MapFile{Data: content}
		}
	}
	return tables
}

func TestLoadRefusesDamagedTables(t *testing.T) {
	t.Parallel()
	tests := []struct {
		table, old, changed string
		want                string // part of the error
	}{
		{"genes", "locus\tstart", "locus\tbegin", `"begin", want "start"`},
		{"genes", "JCVISYN3A_0001\t1\t1353", "JCVISYN3A_0001\tone\t1353", `"one"`},
		{"genes", "JCVISYN3A_0001\t1\t1353", "JCVISYN3A_0001\t1\tend", `"end"`},
		{"genes", "\tE\t148\t", "\tE\tmany\t", `"many"`},
		{"genes", "JCVISYN3A_0001\t1\t", "JCVISYN3A_0001 1\t", "fields"},
		{"metabolites", "C6H11O9P\t-2", "C6H11O9P\tminus", `"minus"`},
		{"metabolites", "\nf6p_c\t", "\nf6_c\t", `"f6p_c"`},
		{"reactions", "PFK\tPFK", "PGI\tPFK", "twice"},
		{"reactions", "PGI\tPGI\t\t-1000", "PGI\tPGI\t\t-x", `"-x"`},
		{"reactions", "-1000\t1000\tJCVISYN3A_0445", "-1000\tx\tJCVISYN3A_0445", `"x"`},
		{"reactions", "\tJCVISYN3A_0445\t", "\t(JCVISYN3A_0445\t", "parenthesis"},
		{"reactions", "-1 g6p_c 1 f6p_c", "-1 g6p_c 1 nothing_c", `"nothing_c"`},
		{"reactions", "-1 g6p_c 1 f6p_c", "-1 g6p_c one f6p_c", `"one"`},
		{"constants", "objective\tEX_biomass_c", "objective\tEX_biomass", `"EX_biomass"`},
		{"constants", "genome_bp\t543379", "genome_bp\tlong", `"long"`},
		{"constants", "atp_reference\t", "atp\t", "atp_reference is missing"},
		{"sources", "what\t", "who\t", `"who"`},
		{"expression", "locus\ta", "locus\tA", `"A", want "a"`},
		{"expression", "0001\t593\t", "0001\tmany\t", `"many"`},
		{"expression", "0001\t593\t", "0001\t594\t", "450 amino acids do not fit 1354 bases"},
		{"expression", "\tAU\t\t148\t", "\tAT\t\t148\t", `"AT"`},
		{"expression", "\tAU\t\t148\t", "\tAU\tqueen\t148\t", `"queen"`},
		{"expression", "\tAU\t\t148\t", "\tAU\t\tstrong\t", `"strong"`},
		{"expression", "\t148\t19\t", "\t148\tx\t", `"x"`},
		{"expression", "JCVISYN3A_0001\t", "JCVISYN3A_9001\t", "gene JCVISYN3A_0001 is not in the table of expression"},
	}
	for _, tt := range tests {
		tables := embedded(t, "syn3a")
		name := "data/syn3a/" + tt.table + ".tsv"
		content := string(tables[name].Data)
		damaged := strings.Replace(content, tt.old, tt.changed, 1)
		if damaged == content {
			t.Fatalf("%s does not hold %q", name, tt.old)
		}
		tables[name] = &fstest.MapFile{Data: []byte(damaged)}
		o, err := load(tables, biovm.Syn3A)
		if err == nil || o != nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("load with %q for %q in %s: got %v, %v, want an error with %s", tt.changed, tt.old, tt.table, o, err, tt.want)
		}
	}
}

func TestLoadNeedsEveryTable(t *testing.T) {
	t.Parallel()
	for name := range embedded(t, "syn3a") {
		tables := embedded(t, "syn3a")
		delete(tables, name)
		if _, err := load(tables, biovm.Syn3A); err == nil || !strings.Contains(err.Error(), path.Base(name)) {
			t.Errorf("load without %s: got %v, want an error that names it", name, err)
		}
	}
}

func TestVersionFollowsEveryTable(t *testing.T) {
	t.Parallel()
	syn3a := func(tables fs.FS) func() (*Organism, error) {
		return func() (*Organism, error) { return load(tables, biovm.Syn3A) }
	}
	whole := embedded(t, "syn3a", "minimal_cell")
	before, err := loadMinimalCell(whole, syn3a(whole))
	if err != nil {
		t.Fatal(err)
	}
	for name := range whole {
		tables := embedded(t, "syn3a", "minimal_cell")
		tables[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(tables[name].Data), "\n", " \n", 2))}
		sum, err := digest(tables, "syn3a", "minimal_cell")
		if err != nil || strings.HasSuffix(before.ModelVersion(), "+"+sum) {
			t.Errorf("a change of %s does not change the version %s (%v)", name, before.ModelVersion(), err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, typ := range []biovm.BiologicalType{biovm.Syn3A, biovm.EColi} {
		b.Run(string(typ), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := load(data, typ); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFirstLookup(b *testing.B) {
	o, err := load(data, biovm.EColi)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		newNameIndex(o.genes)
	}
}

func BenchmarkNear(b *testing.B) {
	o, err := load(data, biovm.EColi)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		o.Near("lacZZ", 3)
	}
}
