package bioxen_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func TestLoadConfig(t *testing.T) {
	t.Parallel()
	want := biovm.Config{
		ResourceLimits: biovm.ResourceLimits{MaxATP: new(62.5), MaxRibosomes: new(40)},
		MinimalMode:    new(false),
	}
	tests := map[string]struct {
		file, text string
		want       biovm.Config
		problem    string // in the error; empty when there is none
	}{
		"json":              {file: "a.json", text: `{"resource_limits": {"max_atp": 62.5, "max_ribosomes": 40}, "minimal_mode": false}`, want: want},
		"json by default":   {file: "settings", text: `{"resource_limits": {"max_atp": 62.5, "max_ribosomes": 40}, "minimal_mode": false}`, want: want},
		"yaml by content":   {file: "settings.conf", text: "resource_limits:\n  max_atp: 62.5\n  max_ribosomes: 40\nminimal_mode: false\n", want: want},
		"no name says it":   {file: "settings", text: "\n {\"minimal_mode\": fals", problem: "EOF"},
		"yaml":              {file: "a.yaml", text: "# a comment\nresource_limits:\n  max_atp: 62.5\n  max_ribosomes: 40\nminimal_mode: false\n", want: want},
		"yml":               {file: "A.YML", text: "{resource_limits: {max_atp: 62.5, max_ribosomes: 40}, minimal_mode: no}\n", problem: "minimal_mode"},
		"json in yaml":      {file: "a.yml", text: `{"resource_limits": {"max_atp": 62.5, "max_ribosomes": 40}, "minimal_mode": false}`, want: want},
		"an anchor":         {file: "a.yml", text: "resource_limits: &l {max_atp: 62.5, max_ribosomes: 40}\nminimal_mode: false\n", want: want},
		"empty yaml":        {file: "a.yaml", text: "# nothing\n"},
		"no json":           {file: "a.json", text: "minimal_mode: false\n", problem: "invalid character"},
		"no yaml":           {file: "a.yaml", text: "a: [", problem: "["},
		"unknown in yaml":   {file: "a.yaml", text: "max_atp: 3\n", problem: `no setting "max_atp"`},
		"two documents":     {file: "a.yaml", text: "minimal_mode: true\n---\nplasmid_support: true\n", problem: "second document"},
		"a list":            {file: "a.yaml", text: "- minimal_mode\n", problem: "a.yaml"},
		"twice in yaml":     {file: "a.yaml", text: "minimal_mode: true\nminimal_mode: false\n", problem: "minimal_mode"},
		"not finite":        {file: "a.yaml", text: "resource_limits: {max_atp: .nan}\n", problem: "a.yaml"},
		"a fraction":        {file: "a.yaml", text: "resource_limits: {max_ribosomes: 1.5}\n", problem: "max_ribosomes"},
		"too long":          {file: "a.yaml", text: strings.Repeat("#", 1<<20+1), problem: "longer than"},
		"a bomb of aliases": {file: "a.yaml", text: bomb(), problem: "a.yaml"},
	}
	dir := t.TempDir()
	for name, tt := range tests {
		folder := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		path := filepath.Join(folder, tt.file)
		if err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(path, []byte(tt.text), 0o600)); err != nil {
			t.Fatal(err)
		}
		got, err := bioxen.LoadConfig(path)
		if tt.problem != "" {
			if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.problem) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: LoadConfig of %.60q = %.300v, want an ErrInvalid that names the file and says %q", name, tt.text, err, tt.problem)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: LoadConfig of %q: %v", name, tt.text, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: LoadConfig of %q (-want +got):\n%s", name, tt.text, diff)
		}
	}
}

// bomb is a small document that takes a billion nodes when its aliases are
// written out.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 8 {
		from, to := string(rune('0'+i)), string(rune('1'+i))
		b.WriteString("a" + to + ": &a" + to + " [" + strings.Repeat("*a"+from+", ", 9) + "*a" + from + "]\n")
	}
	return b.String()
}

func TestLoadConfigUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "nothing.yaml"), filepath.Join(dir, "nothing", "a.json")} {
		if _, err := bioxen.LoadConfig(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
			t.Errorf("LoadConfig(%q) = %v, want fs.ErrNotExist that names it", path, err)
		}
	}
	if _, err := bioxen.LoadConfig(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("LoadConfig of a directory = %v, want an error that names it", err)
	}
}

// A device has no end, and a settings file has one.
func TestLoadConfigTooLarge(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "large.yaml")
	if err := os.WriteFile(path, bytes.Repeat([]byte("# a comment\n"), 1<<17), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, "/dev/zero"} {
		if _, err := os.Stat(path); err != nil {
			continue // this system has none
		}
		_, err := bioxen.LoadConfig(path)
		if !errors.Is(err, biovm.ErrInvalid) || !errors.Is(err, source.ErrTooLarge) && !errors.Is(err, source.ErrNotRegular) || !strings.Contains(err.Error(), path) {
			t.Errorf("LoadConfig(%q) = %v, want an ErrInvalid that names it", path, err)
		}
	}
}
