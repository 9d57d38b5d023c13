package notice_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/internal/notice"
)

// TestEmbedded keeps what is embedded equal to the files at the root.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	for name, got := range map[string]string{"LICENSE": notice.License(), "NOTICE": notice.Notice()} {
		want, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s differs from the embedded copy: run \"make gen\" (-file +embedded):\n%s", name, diff)
		}
	}
}

// TestCredits holds that every source of an organism's tables is credited.
func TestCredits(t *testing.T) {
	t.Parallel()
	tables, err := filepath.Glob(filepath.Join("..", "..", "sdk", "engine", "organism", "data", "*", "sources.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		text, err := os.ReadFile(table)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			for field := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune("\t;, ", r) }) {
				doi, ok := strings.CutPrefix(strings.TrimSpace(field), "doi:")
				if ok && !strings.Contains(notice.Notice(), doi) {
					t.Errorf("%s cites %s, and NOTICE does not credit it", table, doi)
				}
			}
		}
	}
}
