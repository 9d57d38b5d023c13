package engine

import (
	"fmt"
	"testing"
)

func TestDefaultDir(t *testing.T) {
	t.Parallel()
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for _, c := range []struct {
		goos   string
		getenv func(string) string
		want   string
	}{
		{"linux", env("HOME", "/people/u"), "/people/u/.local/state/bioxen"},
		{"linux", env("HOME", "/people/u", "XDG_STATE_HOME", "/state"), "/state/bioxen"},
		{"linux", env("HOME", "/people/u", "XDG_STATE_HOME", "relative"), "/people/u/.local/state/bioxen"},
		{"freebsd", env("HOME", "/people/u"), "/people/u/.local/state/bioxen"},
		{"darwin", env("HOME", "/people/u", "XDG_STATE_HOME", "/state"), "/people/u/Library/Application Support/bioxen"},
		{"windows", env("LOCALAPPDATA", "/local", "HOME", "/people/u"), "/local/bioxen"},
		{"linux", env(), ""},
		{"windows", env("HOME", "/people/u"), ""},
	} {
		got, err := defaultDir(c.goos, c.getenv)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("default directory on %s: got %q, %v; want %q", c.goos, got, err, c.want)
		}
		if err != nil && fmt.Sprint(err) == "" {
			t.Errorf("%s: the error says nothing", c.goos)
		}
	}
}
