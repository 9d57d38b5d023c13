package bioxen_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// What options say goes before the environment, and trust comes from one place.
func TestWithEnv(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon := map[string]string{bioxen.EnvEndpoint: "https://env", bioxen.EnvToken: "secret", bioxen.EnvPins: "aa,bb", bioxen.EnvCACert: ca}
	with := func(env map[string]string, name, value string) map[string]string {
		env = maps.Clone(env)
		env[name] = value
		return env
	}
	for name, tt := range map[string]struct {
		options bioxen.Options
		env     map[string]string
		want    bioxen.Options
	}{
		"nothing":           {},
		"a directory":       {bioxen.Options{}, map[string]string{bioxen.EnvDataDir: "/env"}, bioxen.Options{DataDir: "/env"}},
		"another directory": {bioxen.Options{DataDir: "/said"}, with(daemon, bioxen.EnvDataDir, "/env"), bioxen.Options{DataDir: "/said"}},
		"memory":            {bioxen.Options{InMemory: true}, daemon, bioxen.Options{InMemory: true}},
		"a daemon":          {bioxen.Options{}, daemon, bioxen.Options{Endpoint: "https://env", Token: "secret", Pins: []string{"aa", "bb"}, CACertPEM: []byte("theirs")}},
		"another daemon":    {bioxen.Options{Endpoint: "https://said", Token: "said"}, with(daemon, bioxen.EnvCACert, ""), bioxen.Options{Endpoint: "https://said", Token: "said", Pins: []string{"aa", "bb"}}},
		"other pins":        {bioxen.Options{Pins: []string{"cc"}}, daemon, bioxen.Options{Endpoint: "https://env", Token: "secret", Pins: []string{"cc"}}},
		"other authorities": {bioxen.Options{CACertPEM: []byte("ours")}, daemon, bioxen.Options{Endpoint: "https://env", Token: "secret", CACertPEM: []byte("ours")}},
	} {
		got, err := tt.options.WithEnv(func(k string) string { return tt.env[k] })
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, d)
		}
	}
	var bad *bioxen.EnvError
	two := with(daemon, bioxen.EnvDataDir, "/env")
	if _, err := (bioxen.Options{}).WithEnv(func(k string) string { return two[k] }); !errors.Is(err, bioxen.ErrTwoPlaces) || !errors.As(err, &bad) || !cmp.Equal(bad.Variables, []string{bioxen.EnvDataDir, bioxen.EnvEndpoint}) {
		t.Errorf("two places: %v", err)
	}
	gone := with(daemon, bioxen.EnvCACert, ca+"x")
	if _, err := (bioxen.Options{}).WithEnv(func(k string) string { return gone[k] }); !errors.Is(err, os.ErrNotExist) || !errors.As(err, &bad) || bad.Variables[0] != bioxen.EnvCACert {
		t.Errorf("authorities that are not there: %v", err)
	}
}
