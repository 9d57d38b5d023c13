package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTerminal holds that what files are called inside, and errors say of them,
// does nothing to a terminal, and that what a program prints stays as it is.
func TestTerminal(t *testing.T) {
	t.Parallel()
	const red = "\x1b[31m"
	dir := t.TempDir()
	fasta, model := filepath.Join(dir, "a.fa"), filepath.Join(dir, "a.json")
	for file, text := range map[string]string{
		fasta: ">a" + red + "\u009b1m\u202eb\x07\nACGT\n",
		model: `{"id": "m\u001b[31m", "metabolites": [{"id": "a", "compartment": "c"}], "genes": [], "reactions": [
			{"id": "R\u001b[31m1", "metabolites": {"a": -1}, "lower_bound": 0, "upper_bound": 9, "objective_coefficient": 1, "gene_reaction_rule": ""}]}`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"genome", "check", fasta},
		{"genome", "stats", fasta},
		{"model", "check", model},
		{"model", "fba", model},
		{"model", "fba", model, "--knockout", "R" + red},
		{"model", "check", filepath.Join(dir, red)},
	} {
		_, stdout, stderr := command{args: args}.run(t)
		if all := stdout + stderr; all == "" || strings.ContainsAny(all, "\x1b\u009b\u202e\x07") {
			t.Errorf("%q prints %q", args, all)
		}
	}
	if _, stdout, _ := (command{args: []string{"run", "syn3a", "-e", `print("` + `\x1b[31m` + `")`}}).run(t); stdout != red+"\n" {
		t.Errorf("a program that prints %q prints %q", red, stdout)
	}
}
