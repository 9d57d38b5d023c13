package biovmtest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// sumOf is the SHA-256 of a text, as manifests and requests have it.
func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// packageFolder writes a package of one file, name.star, and returns where.
func packageFolder(t *testing.T, name, version, code string, requires map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	var manifest strings.Builder
	fmt.Fprintf(&manifest, "name = %q\nversion = %q\ndescription = \"For a test\"\nlicence = \"MIT\"\n[requires.packages]\n", name, version)
	for _, other := range slices.Sorted(maps.Keys(requires)) {
		fmt.Fprintf(&manifest, "%s = %q\n", other, requires[other])
	}
	fmt.Fprintf(&manifest, "[files]\n\"%s.star\" = %q\n", name, sumOf(code))
	for file, content := range map[string]string{"bioxen-package.toml": manifest.String(), name + ".star": code} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func install(t *testing.T, vm biovm.VM, r biovm.PackageRequest) biovm.Package {
	t.Helper()
	p, err := vm.InstallPackage(t.Context(), r)
	if err != nil {
		t.Fatalf("InstallPackage(%+v): %v", r, err)
	}
	return p
}

// listed are the names and versions of what is installed.
func listed(t *testing.T, vm biovm.VM) string {
	t.Helper()
	list, err := ability[biovm.PackageKeeper](t, vm).Packages(t.Context())
	if err != nil {
		t.Fatalf("Packages: %v", err)
	}
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.Name + " " + p.Version
	}
	return strings.Join(names, ", ")
}

// testPackages holds that what is installed can be loaded, by name, from
// wherever it came, until it is removed.
func testPackages(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := running(t, d, spec(d, "a"))
	keeper := ability[biovm.PackageKeeper](t, vm)
	if got := listed(t, vm); got != "" {
		t.Errorf("a new vm has the packages %s", got)
	}
	media := install(t, vm, biovm.PackageRequest{Source: "media", Range: "^1.0"})
	if media.Name != "media" || len(media.Digest) != 64 || media.InSpec || media.Request == nil || *media.Request != (biovm.PackageRequest{Source: "media", Range: "^1.0"}) || media.EntryPoints["on"] == "" {
		t.Errorf("installed %+v, want media as asked for", media)
	}
	folder := packageFolder(t, "doubles", "0.2.0", "load(\"@media//media.star\", \"names\")\ndef twice():\n    return 2 * len(names())\n", map[string]string{"media": "^1.0"})
	doubles := install(t, vm, biovm.PackageRequest{Source: folder})
	if doubles.Version != "0.2.0" || doubles.Requires["media"] != "^1.0" || len(doubles.Request.SHA256) != 64 {
		t.Errorf("installed %+v, want doubles 0.2.0 with its sum", doubles)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if again := install(t, vm, biovm.PackageRequest{Source: "media", Range: "^1.0"}); again.Digest != media.Digest {
		t.Errorf("installed once more: %+v, want %+v", again, media)
	}
	if got, want := listed(t, vm), "doubles 0.2.0, media "+media.Version; got != want {
		t.Errorf("packages %s, want %s", got, want)
	}
	const code = "load(\"@doubles//doubles.star\", \"twice\")\ntwice()"
	r := execute(t, vm, code)
	if string(r.Value) != "4" || len(r.Packages) != 2 || r.Packages[0] != doubles.PackageVersion || r.Packages[1] != media.PackageVersion {
		t.Errorf("%s = %s with %+v, want 4 with both packages", code, r.Value, r.Packages)
	}
	// They stay while the VM stands still.
	for _, change := range []func() error{
		func() error { return vm.Stop(t.Context()) }, func() error { return vm.Start(t.Context()) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
	}
	if r := execute(t, vm, code); string(r.Value) != "4" {
		t.Errorf("after a restart %s = %s, want 4", code, r.Value)
	}
	if changed, err := keeper.UpdatePackages(t.Context()); err != nil || len(changed) > 0 {
		t.Errorf("UpdatePackages changed %+v, %v, want nothing", changed, err)
	}
	testPackagesRemoved(t, vm, code)
}

// testPackagesRemoved removes what testPackages installed.
func testPackagesRemoved(t *testing.T, vm biovm.VM, code string) {
	t.Helper()
	keeper := ability[biovm.PackageKeeper](t, vm)
	if err := keeper.RemovePackage(t.Context(), "media"); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "required by doubles") {
		t.Errorf("RemovePackage of what another requires: %v, want it refused with the other's name", err)
	}
	for _, name := range []string{"", "./doubles"} {
		if err := keeper.RemovePackage(t.Context(), name); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "is no name of a package") {
			t.Errorf("RemovePackage(%q): %v, want it refused", name, err)
		}
	}
	for _, name := range []string{"doubles", "doubles", "media", "never_there"} {
		if err := keeper.RemovePackage(t.Context(), name); err != nil {
			t.Errorf("RemovePackage(%s): %v", name, err)
		}
	}
	if got := listed(t, vm); got != "" {
		t.Errorf("when all was removed the vm has the packages %s", got)
	}
	_, err := vm.Execute(t.Context(), biovm.Process{Code: code})
	var e *biovm.ProcessError
	if !errors.As(err, &e) || !e.Checked || e.Package != "doubles" || e.Line != 1 {
		t.Errorf("loading what was removed: %v, want an error about doubles in line 1", err)
	}
}

// testPackagesOfSpec holds that a VM has the packages that its spec lists, and
// what they require.
func testPackagesOfSpec(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	s := spec(d, "a")
	s.Packages = []string{"media@^1.0", "essentiality"}
	vm := create(t, d, s)
	if got := status(t, vm).Spec.Packages; !slices.Equal(got, []string{"essentiality", "media@^1.0"}) {
		t.Errorf("the spec lists %v", got)
	}
	if err := vm.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	const code = "load(\"@essentiality//stats.star\", \"sqrt\")\nload(\"@media//media.star\", \"names\")\n[sqrt(4), names()[0]]"
	if r := execute(t, vm, code); !sameJSON(t, r.Value, `[2, "rich"]`) {
		t.Errorf("%s = %s", code, r.Value)
	}
	keeper := ability[biovm.PackageKeeper](t, vm)
	if err := keeper.RemovePackage(t.Context(), "media"); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "spec") {
		t.Errorf("RemovePackage of what the spec lists: %v, want it refused", err)
	}
	// By hand and by the spec: taken out of one, the other keeps it.
	install(t, vm, biovm.PackageRequest{Source: "media"})
	u := ability[biovm.Updater](t, vm)
	if err := u.Update(t.Context(), biovm.Change{Packages: new([]string{"growth_law"})}); err != nil {
		t.Fatal(err)
	}
	if got, want := listed(t, vm), "growth_law 1.0.0, media 1.0.0"; got != want {
		t.Errorf("after Update the packages are %s, want %s", got, want)
	}
	if err := u.Update(t.Context(), biovm.Change{Packages: new([]string{"nonsense"})}); !slices.Equal(paths(err), []string{"packages[0]"}) {
		t.Errorf("Update to a package that is nowhere: %v, want a problem at packages[0]", err)
	}
	if err := errors.Join(u.Update(t.Context(), biovm.Change{Packages: new([]string{})}), keeper.RemovePackage(t.Context(), "media")); err != nil {
		t.Error(err)
	}
	if got := listed(t, vm); got != "" {
		t.Errorf("when none is listed the vm has the packages %s", got)
	}
}

// testPackagesRefused holds that what cannot be installed changes nothing.
func testPackagesRefused(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	for path, packages := range map[string][]string{
		"packages[0]": {"medai"},
		"packages[1]": {"media", "essentiality@^9"},
	} {
		s := spec(d, "a")
		s.Packages = packages
		if err := d.Check(t.Context(), s); !slices.Equal(paths(err), []string{path}) {
			t.Errorf("Check of packages %v: %v, want a problem at %s", packages, err, path)
		}
		if _, err := d.Create(t.Context(), s); !slices.Equal(paths(err), []string{path}) {
			t.Errorf("Create with packages %v: %v, want a problem at %s", packages, err, path)
		}
	}
	vm := running(t, d, spec(d, "a"))
	broken := packageFolder(t, "broken", "1.0.0", "x = \n", nil)
	changed := packageFolder(t, "changed", "1.0.0", "x = 1\n", nil)
	if err := os.WriteFile(filepath.Join(changed, "changed.star"), []byte("x = 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		request    biovm.PackageRequest
		path, want string
	}{
		{biovm.PackageRequest{Source: "medai"}, "package.source", "media"},
		{biovm.PackageRequest{Source: "media", Range: "^9"}, "package.source", "not in the range"},
		{biovm.PackageRequest{Source: "media", Range: "newest"}, "package.range", "no range of versions"},
		{biovm.PackageRequest{Source: "media", SHA256: sumOf("")}, "package.sha256", "catalogue"},
		{biovm.PackageRequest{Source: "./nowhere"}, "package.source", "no such file"},
		{biovm.PackageRequest{Source: "https://example.org/p.tar.gz"}, "package.sha256", "needed"},
		{biovm.PackageRequest{Source: "http://example.org/p.tar.gz", SHA256: sumOf("")}, "package.source", "https"},
		{biovm.PackageRequest{Source: t.TempDir()}, "package.source", "no bioxen-package.toml"},
		{biovm.PackageRequest{Source: written(t, "p.tar.gz", "hello").Source}, "package.source", "no .tar.gz"},
		{biovm.PackageRequest{Source: broken}, "package.source", "broken.star:1:"},
		{biovm.PackageRequest{Source: changed}, "package.source", "SHA-256"},
		{biovm.PackageRequest{Source: packageFolder(t, "needy", "1.0.0", "x = 1\n", map[string]string{"media": "^9"})}, "package.source", "needy 1.0.0 requires ^9"},
		{biovm.PackageRequest{Source: packageFolder(t, "needy", "1.0.0", "x = 1\n", map[string]string{"meida": ""})}, "package.source", `no package "meida" is to be had, which needy 1.0.0 requires`},
		{biovm.PackageRequest{Source: packageFolder(t, "old", "1.0.0", "x = 1\n", nil), Range: "^2"}, "package.range", "old 1.0.0"},
	} {
		_, err := vm.InstallPackage(t.Context(), tt.request)
		if !errors.Is(err, biovm.ErrInvalid) || !slices.Equal(paths(err), []string{tt.path}) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("InstallPackage(%+v): %v, want a problem at %s with %q", tt.request, err, tt.path, tt.want)
		}
	}
	if got := listed(t, vm); got != "" {
		t.Errorf("after what was refused the vm has the packages %s", got)
	}
	// Who names a folder means what is in it: a pre-release, or text that packs as
	// well as a bomb does.
	install(t, vm, biovm.PackageRequest{Source: packageFolder(t, "early", "1.0.0-rc.1", "# "+strings.Repeat("x", 1<<20-16)+"\nx = 1\n", nil)})
	if r := execute(t, vm, "load(\"@early//early.star\", \"x\")\nx"); string(r.Value) != "1" {
		t.Errorf("a pre-release answers %s, want 1", r.Value)
	}
}
