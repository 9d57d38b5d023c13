package biovm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestXCPngSpecValidate(t *testing.T) {
	t.Parallel()
	s := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng, XCPng: &biovm.XCPngSpec{Host: "lab", Template: "debian"}}
	if err := s.Validate(); err != nil {
		t.Errorf("Validate(%+v) = %v", s, err)
	}
	s.XCPng = &biovm.XCPngSpec{VCPUs: -1, MemoryMiB: -2, AddressWithin: "10.0.0.0", SSHTimeout: -time.Second}
	s.VMType = biovm.Basic
	var got []string
	for _, e := range biovm.FieldErrors(s.Validate()) {
		got = append(got, e.Path)
	}
	want := []string{"xcpng", "xcpng.vcpus", "xcpng.memory_mib", "xcpng.address_within", "xcpng.ssh_timeout"}
	if !slices.Equal(got, want) {
		t.Errorf("Validate names %q, want %q", got, want)
	}
}

func TestXCPngSpecOver(t *testing.T) {
	t.Parallel()
	under := biovm.XCPngSpec{Host: "lab", Template: "debian", VCPUs: 2, SSHTimeout: time.Minute, KeepDisks: true}
	got := biovm.XCPngSpec{Template: "alpine", MemoryMiB: 512}.Over(under)
	want := biovm.XCPngSpec{Host: "lab", Template: "alpine", VCPUs: 2, MemoryMiB: 512, SSHTimeout: time.Minute, KeepDisks: true}
	if got != want {
		t.Errorf("Over = %+v, want %+v", got, want)
	}
	if got := (biovm.XCPngSpec{}).Over(under); got != under {
		t.Errorf("an empty spec over %+v = %+v", under, got)
	}
}

// TestXCPngHostSecret holds that a password is in nothing that is printed or
// encoded.
func TestXCPngHostSecret(t *testing.T) {
	t.Parallel()
	h := biovm.XCPngHost{Name: "lab", URL: "https://pool.example", Username: "root", Password: "hunter2"}
	encoded, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(encoded), fmt.Sprint(h), fmt.Sprintf("%v %+v %#v %s %q", h, h, h, h, h), fmt.Sprintf("%v", []any{&h, h})} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("the password is in %q", text)
		}
		if !strings.Contains(text, "pool.example") {
			t.Errorf("the address is not in %q", text)
		}
	}
}

func TestXCPngHostValidate(t *testing.T) {
	t.Parallel()
	good := biovm.XCPngHost{Name: "lab", URL: "https://10.0.0.1:8443", Username: "root", Pins: []string{strings.Repeat("ab:", 31) + "AB"}}
	if err := good.Validate(); err != nil {
		t.Errorf("Validate(%v) = %v", good, err)
	}
	bad := biovm.XCPngHost{Name: "a b", URL: "http://pool.example", Pins: []string{"abc"}}
	err := bad.Validate()
	var got []string
	for _, e := range biovm.FieldErrors(err) {
		got = append(got, e.Path)
	}
	if want := []string{"name", "url", "username", "pins[0]"}; !slices.Equal(got, want) || !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Validate(%v) = %v, at %q, want %q", bad, err, got, want)
	}
	other := good
	other.Password = "x"
	if !good.Equal(good) || good.Equal(other) {
		t.Error("Equal does not tell passwords apart")
	}
	other = good
	other.Template, other.Network, other.SR = "t", "n", "s"
	if got, want := other.Defaults(), (biovm.XCPngSpec{Host: "lab", Template: "t", Network: "n", SR: "s"}); got != want || good.Equal(other) {
		t.Errorf("Defaults() = %+v, want %+v, and not Equal to a host without", got, want)
	}
}
