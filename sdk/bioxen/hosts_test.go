package bioxen_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// What the caller says of a pool goes before what is kept of it, part by part;
// but a password is used at the address only that it was kept for.
func TestHostsAreMerged(t *testing.T) {
	t.Parallel()
	pins := []string{strings.Repeat("ab", 32)}
	kept := biovm.XCPngHost{Name: "lab", URL: "https://kept", Username: "keeper", Password: "kept", Pins: pins}
	tests := map[string]struct {
		given []biovm.XCPngHost
		want  biovm.XCPngHost
		err   error
	}{
		"kept":                  {nil, kept, nil},
		"whole":                 {[]biovm.XCPngHost{{Name: "lab", URL: "https://given", Username: "u", Password: "p"}}, biovm.XCPngHost{Name: "lab", URL: "https://given", Username: "u", Password: "p"}, nil},
		"password":              {[]biovm.XCPngHost{{Name: "lab", Password: "p"}}, biovm.XCPngHost{Name: "lab", URL: "https://kept", Username: "keeper", Password: "p", Pins: pins}, nil},
		"trust":                 {[]biovm.XCPngHost{{Name: "lab", CACertPEM: "pem"}}, biovm.XCPngHost{Name: "lab", URL: "https://kept", Username: "keeper", Password: "kept", CACertPEM: "pem"}, nil},
		"another address":       {[]biovm.XCPngHost{{Name: "lab", URL: "https://given", Username: "keeper"}}, biovm.XCPngHost{}, biovm.ErrInvalid},
		"another user":          {[]biovm.XCPngHost{{Name: "lab", Username: "u"}}, biovm.XCPngHost{}, biovm.ErrInvalid},
		"of another name":       {[]biovm.XCPngHost{{Name: "other", URL: "https://given"}}, kept, nil},
		"nowhere but here":      {[]biovm.XCPngHost{{Name: "lab", URL: "https://kept", Username: "keeper", Password: "p"}}, biovm.XCPngHost{Name: "lab", URL: "https://kept", Username: "keeper", Password: "p", Pins: pins}, nil},
		"address as it is kept": {[]biovm.XCPngHost{{Name: "lab", URL: "https://kept"}}, kept, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := open(t, bioxen.Options{InMemory: true, XCPng: test.given})
			if err := c.PutHost(t.Context(), kept); err != nil {
				t.Fatal(err)
			}
			got, err := c.Host(t.Context(), "lab")
			if !errors.Is(err, test.err) || !got.Equal(test.want) {
				t.Errorf("Host = %v with password %q, %v; want %v with %q, %v", got, got.Password, err, test.want, test.want.Password, test.err)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	whole := biovm.XCPngHost{Name: "given", URL: "https://given", Username: "u", Password: "p"}
	c := open(t, bioxen.Options{InMemory: true, XCPng: []biovm.XCPngHost{whole, {Name: "bare"}}})
	if err := c.PutHost(ctx, biovm.XCPngHost{Name: "kept", URL: "https://kept", Username: "u"}); err != nil {
		t.Fatal(err)
	}
	if names, err := c.HostNames(ctx); err != nil || !cmp.Equal(names, []string{"bare", "given", "kept"}) {
		t.Errorf("HostNames = %q, %v", names, err)
	}
	if got, err := c.Host(ctx, "given"); err != nil || !got.Equal(whole) {
		t.Errorf("Host = %v, %v", got, err)
	}
	for name, want := range map[string]error{"bare": biovm.ErrInvalid, "kept": biovm.ErrInvalid, "none": biovm.ErrNotFound} {
		if _, err := c.Host(ctx, name); !errors.Is(err, want) {
			t.Errorf("Host(%q) = %v, want %v", name, err, want)
		}
	}
	if err := c.DeleteHost(ctx, "kept"); err != nil {
		t.Error(err)
	}
	if _, err := c.KeptHost(ctx, "kept"); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("KeptHost of a deleted one = %v, want %v", err, biovm.ErrNotFound)
	}
	if _, err := bioxen.Open(ctx, bioxen.Options{InMemory: true, XCPng: []biovm.XCPngHost{whole, whole}}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Open with a pool given twice = %v, want an ErrInvalid", err)
	}
}

// Without pools there is nothing of xcpng VMs, and nobody is asked.
func TestNoHosts(t *testing.T) {
	t.Parallel()
	c := open(t, bioxen.Options{InMemory: true})
	if _, err := c.Get(t.Context(), "nobody"); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Get = %v, want %v", err, biovm.ErrNotFound)
	}
	if all, err := c.List(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("List = %v, %v; want none", all, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestHostFromEnv(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("-----BEGIN CERTIFICATE-----"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		env  map[string]string
		want biovm.XCPngHost
		ok   bool
	}{
		"nothing":     {map[string]string{"BIOXEN_XCPNG_HOST": "lab", "BIOXEN_XCPNG_PINS": "x"}, biovm.XCPngHost{}, false},
		"a password":  {map[string]string{"BIOXEN_XCPNG_PASSWORD": "p"}, biovm.XCPngHost{Name: "default", Password: "p"}, true},
		"with a file": {map[string]string{"BIOXEN_XCPNG_URL": "u", "BIOXEN_XCPNG_CA": file}, biovm.XCPngHost{Name: "default", URL: "u", CACertPEM: "-----BEGIN CERTIFICATE-----"}, true},
		"everything": {map[string]string{
			"BIOXEN_XCPNG_HOST": "lab", "BIOXEN_XCPNG_URL": "https://a", "BIOXEN_XCPNG_USERNAME": "root", "BIOXEN_XCPNG_PASSWORD": "p",
			"BIOXEN_XCPNG_CA": "-----BEGIN CERTIFICATE-----\n", "BIOXEN_XCPNG_PINS": "a, b\nc",
		}, biovm.XCPngHost{Name: "lab", URL: "https://a", Username: "root", Password: "p", CACertPEM: "-----BEGIN CERTIFICATE-----\n", Pins: []string{"a", "b", "c"}}, true},
	}
	for name, test := range tests {
		got, ok, err := bioxen.HostFromEnv(func(k string) string { return test.env[k] })
		if ok != test.ok || !got.Equal(test.want) || err != nil {
			t.Errorf("%s: HostFromEnv = %v with password %q, %t, %v; want %v, %t", name, got, got.Password, ok, err, test.want, test.ok)
		}
	}
	_, _, err := bioxen.HostFromEnv(func(k string) string {
		return map[string]string{"BIOXEN_XCPNG_URL": "u", "BIOXEN_XCPNG_CA": file + "x"}[k]
	})
	if err == nil || !strings.Contains(err.Error(), "BIOXEN_XCPNG_CA") {
		t.Errorf("a CA file that is not there: %v, want an error that names the variable", err)
	}
}

func TestAgentFromEnv(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	executable := filepath.Join(dir, "terraform-provider-bioxen")
	none := func(string) string { return "" }
	if got := bioxen.AgentFromEnv(none, executable).Path; got != "" {
		t.Errorf("without a bioxen beside: %q", got)
	}
	beside := filepath.Join(dir, "bioxen")
	if err := os.WriteFile(beside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := bioxen.AgentFromEnv(none, executable).Path; got != beside {
		t.Errorf("with a bioxen beside: %q, want %q", got, beside)
	}
	if got := bioxen.AgentFromEnv(func(string) string { return "/x" }, executable).Path; got != "/x" {
		t.Errorf("with BIOXEN_AGENT: %q, want /x", got)
	}
}

func TestGeneCount(t *testing.T) {
	t.Parallel()
	c := open(t, bioxen.Options{InMemory: true})
	for _, test := range []struct {
		knockouts []string
		want      int
	}{{nil, 496}, {[]string{"JCVISYN3A_0876", "jcvisyn3a_0876", "MMSYN1_0445"}, 494}} {
		spec := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng, Knockouts: test.knockouts, XCPng: &biovm.XCPngSpec{Host: "lab"}}
		if got, err := c.GeneCount(biovm.Status{Spec: spec}); got != test.want || err != nil {
			t.Errorf("GeneCount without %q = %d, %v; want %d", test.knockouts, got, err, test.want)
		}
		if q, err := c.Quote(t.Context(), spec, biovm.Allocation{}); err != nil || q.Grant.Ribosomes != 15 {
			t.Errorf("Quote of an xcpng VM = %+v, %v; want the 15 ribosomes of a basic one", q, err)
		}
	}
}
