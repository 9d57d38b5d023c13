package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	committed = "../../sdk/engine/organism/data"
	published = "../../../shared"
)

// needPublished skips where the published files are not beside the
// repository; what they gave is committed.
func needPublished(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(published, "data")); err != nil {
		t.Skip("the published files (../shared/data) are not there, so the tables cannot be made anew")
	}
}

func TestCommittedTablesAreWhatTheGeneratorMakes(t *testing.T) {
	t.Parallel()
	needPublished(t)
	tables, err := generate(published)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range tables {
		got, err := os.ReadFile(filepath.Join(committed, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs from what the generator makes (%v); run make gen-data", name, err)
		}
	}
	err = fs.WalkDir(os.DirFS(committed), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && tables[name] == nil && name != ".gitattributes" {
			t.Errorf("%s is committed, but the generator does not make it", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestGeneratorRepeatsItself(t *testing.T) {
	t.Parallel()
	needPublished(t)
	out := t.TempDir()
	for _, want := range []string{"written", "unchanged"} {
		var log strings.Builder
		if err := run(&log, published, out); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(log.String()) {
			if !strings.HasPrefix(line, "total") && !strings.HasSuffix(line, want+"\n") {
				t.Errorf("run says %q, want %s", line, want)
			}
		}
	}
}

func TestRecordedChecksumsAreThoseOfTheInputs(t *testing.T) {
	t.Parallel()
	needPublished(t)
	lists, err := filepath.Glob(filepath.Join(committed, "*", "inputs.sha256"))
	if err != nil || len(lists) != 3 {
		t.Fatalf("Glob(inputs.sha256) = %q, %v, want 3 lists", lists, err)
	}
	for _, list := range lists {
		content, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			input, err := os.ReadFile(filepath.Join(published, "data", filepath.FromSlash(name)))
			sum := sha256.Sum256(input)
			if got := hex.EncodeToString(sum[:]); err != nil || got != want {
				t.Errorf("%s: SHA-256 of %s is %s (%v), recorded %s; run make gen-data", list, name, got, err, want)
			}
		}
	}
}

func TestRunWithoutInputsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	err := run(&strings.Builder{}, t.TempDir(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "syn3a_genes.tsv") || !strings.Contains(err.Error(), "-shared") {
		t.Errorf("run on an empty folder: %v, want an error that names the file and the flag", err)
	}
}

func TestModelRefusesOtherGoals(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	for coefficient, want := range map[string]string{"1": "", "2": "maximises one flux", "0": "one objective"} {
		text := `{"id": "m", "metabolites": [], "reactions": [{"id": "A", "metabolites": {}, "objective_coefficient": ` + coefficient + `}]}`
		if err := os.WriteFile(filepath.Join(root, "data", "m.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := (&shelf{root: root}).sub().model("m.json")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("coefficient %s: error %v, want one with %q", coefficient, err, want)
		}
	}
}
