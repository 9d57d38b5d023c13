package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNewEnough(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{
		"1.11.0": true, "1.11.4": true, "1.12.0-rc1": true, "1.100.0": true, "2.0.0": true,
		"1.10.5": false, "1.9.8": false, "0.15.5": false, "": false, "new": false, "1": false, "1.x": false,
	} {
		if got := newEnough(version); got != want {
			t.Errorf("newEnough(%q) = %t, want %t", version, got, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	got := environment([]string{"USER=me", "TF_CLI_CONFIG_FILE=/x", "TF_LOG=TRACE", "BIOXEN_DATA_DIR=/mine", "PATH=/bin"})
	want := []string{"USER=me", "PATH=/bin", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"}
	if !slices.Equal(got, want) {
		t.Errorf("environment = %q, want %q", got, want)
	}
}

// TestWithoutTerraform holds what is said when terraform is missing or old.
func TestWithoutTerraform(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	var out bytes.Buffer
	err := run(t.Context(), &out)
	if want := "terraform is not on PATH: install Terraform 1.11 or newer"; err == nil || !strings.HasPrefix(err.Error(), want) || out.Len() > 0 {
		t.Errorf("without terraform, run prints %q and says %v, want %s", out.String(), err, want)
	}
	old := filepath.Join(dir, "terraform")
	script := "#!/bin/sh\necho '{\"terraform_version\": \"1.10.5\"}'\n"
	if err := os.WriteFile(old, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	err = run(t.Context(), &out)
	if want := old + " is Terraform 1.10.5, which is too old: install 1.11 or newer"; err == nil || !strings.HasPrefix(err.Error(), want) || out.Len() > 0 {
		t.Errorf("with an old terraform, run prints %q and says %v, want %s", out.String(), err, want)
	}
}

// answer is what terraform output says when all is well.
func answer() string {
	grown := func(organism, chassis string, free, rate, minutes float64, limit string, ribosomes int) string {
		return fmt.Sprintf(`{"type": %q, "chassis": %q, "genes": 496, "free_growth_rate": %g, "growth_rate": %g, "doubling_time_minutes": %g, "limited_by": %q, "ribosomes": %d, "atp": 70}`,
			organism, chassis, free, rate, minutes, limit, ribosomes)
	}
	titrated := func(ribosomes int, minutes float64) string {
		return fmt.Sprintf(`"syn3a-%d": %s`, ribosomes, grown("syn3a", "orthogonal", 0.342393, 41.5888/minutes, minutes, "ribosomes", ribosomes))
	}
	analysis := `{"active_reactions": 217, "uptake": {"EX_o2_e": 6.9}, "essential_genes": {"in_silico": ["a", "b"], "in_vivo": ["a"], "agreement": {"accuracy": 0.877}}}`
	return `{"cells": {"value": {
		"syn3a": ` + grown("syn3a", "ecoli", 0.342393119823, 0.237888, 174.8, "atp", 15) + `,
		"ecoli": ` + grown("ecoli", "ecoli", 0.876997214, 0.451286, 92.2, "ribosomes", 30) + `,
		"minimal_cell": ` + grown("minimal_cell", "ecoli", 0.214642, 0.1, 400, "atp", 12) + `}},
	"titration": {"value": {` + strings.Join([]string{titrated(425, 124.83), titrated(100, 530.51), titrated(300, 176.84), titrated(200, 265.26)}, ",") + `}},
	"analyses": {"value": {"syn3a": ` + analysis + `, "ecoli": ` + analysis + `, "minimal_cell": ` + analysis + `}}}`
}

func TestReport(t *testing.T) {
	t.Parallel()
	out, err := readOutputs([]byte(answer()))
	if err != nil {
		t.Fatal(err)
	}
	text, err := out.report()
	if err != nil {
		t.Errorf("report finds that %v", err)
	}
	last := -1
	for _, want := range []string{"0.2379 1/h", "174.8 min", "Breuer", "no published value; derived here from iMB155: 0.2146 1/h", "syn3a-100", "530.5 min", "syn3a-200", "265.3 min", "syn3a-300", "syn3a-425", "217 reactions", "2 genes are essential by the model and 1 by experiment (they agree on 87.7 %)"} {
		if at := strings.Index(text, want); at < 0 {
			t.Errorf("the report has no %q:\n%s", want, text)
		} else if strings.HasPrefix(want, "syn3a-") {
			if at < last {
				t.Errorf("%s is not in order:\n%s", want, text)
			}
			last = at
		}
	}
}

// TestReportDiffers holds that a figure that is not the known one is found.
func TestReportDiffers(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"a free rate":     {`"free_growth_rate": 0.876997214`, `"free_growth_rate": 0.875`},
		"no rate":         {`"free_growth_rate": 0.214642`, `"free_growth_rate": 0`},
		"a doubling time": {`"doubling_time_minutes": 265.26`, `"doubling_time_minutes": 260`},
		"a missing cell":  {`"syn3a-300"`, `"syn3a-200"`},
		"no processes":    {`"analyses": {"value": {"syn3a"`, `"analyses": {"value": {"ecoli"`},
	} {
		text := strings.Replace(answer(), change[0], change[1], 1)
		if text == answer() {
			t.Fatalf("%s: there is no %s to change", name, change[0])
		}
		out, err := readOutputs([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.report(); err == nil {
			t.Errorf("%s: report finds nothing wrong", name)
		}
	}
	if _, err := readOutputs([]byte("no json")); err == nil {
		t.Error("readOutputs of no JSON gives no error")
	}
}

func TestSayEvent(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][2]string{
		`{"type":"apply_complete","@message":"bioxen_vm.a: Creation complete after 0s [id=x]"}`:                              {"  bioxen_vm.a: Creation complete after 0s", ""},
		`{"type":"change_summary","@message":"Apply complete! Resources: 1 added"}`:                                          {"  Apply complete! Resources: 1 added", ""},
		`{"type":"diagnostic","diagnostic":{"severity":"error","summary":"No","detail":"why","address":"bioxen_vm.a"}}`:      {"", "bioxen_vm.a No: why"},
		`{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"Provider development overrides are in effect"}}`: {"", ""},
		`panic: so`: {"", "panic: so"},
	} {
		var said string
		problem := sayEvent([]byte(line), func(format string, args ...any) { said = fmt.Sprintf(format, args...) })
		if said != want[0] || problem != want[1] {
			t.Errorf("of %s it says %q and the problem %q, want %q and %q", line, said, problem, want[0], want[1])
		}
	}
}
