package engine_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// pack makes a package of one file, NAME.star, whose value "version" is its
// version; requires are lines of its manifest.
func pack(t testing.TB, name, version string, requires ...string) *packages.Package {
	t.Helper()
	code := fmt.Sprintf("version = %q\n", version)
	manifest := fmt.Sprintf("name = %q\nversion = %q\ndescription = \"For a test\"\nlicence = \"MIT\"\n[requires.packages]\n%s\n[files]\n\"%s.star\" = %q\n",
		name, version, strings.Join(requires, "\n"), name, sumOf([]byte(code)))
	p, err := packages.ReadFolder(fstest.MapFS{packages.ManifestName: {Data: []byte(manifest)}, name + ".star": {Data: []byte(code)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bringPackage puts a package's archive into a data directory, and asks for it.
func bringPackage(t testing.TB, e *engine.Engine, p *packages.Package) biovm.PackageRequest {
	t.Helper()
	var b bytes.Buffer
	if err := p.WriteArchive(&b); err != nil {
		t.Fatal(err)
	}
	sum := sumOf(b.Bytes())
	if err := e.PutFile(t.Context(), sum, b.Bytes()); err != nil {
		t.Fatal(err)
	}
	return biovm.PackageRequest{Source: "./" + p.Name(), SHA256: sum}
}

func install(t testing.TB, e *engine.Engine, vm string, r biovm.PackageRequest) biovm.Package {
	t.Helper()
	p, err := e.InstallPackage(t.Context(), vm, r)
	if err != nil {
		t.Fatalf("install %+v in %s: %v", r, vm, err)
	}
	return p
}

func installed(t testing.TB, e *engine.Engine, vm string) string {
	t.Helper()
	list, err := e.Packages(t.Context(), vm)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.Name + " " + p.Version
	}
	return strings.Join(names, ", ")
}

func value(t testing.TB, e *engine.Engine, vm, code string) string {
	t.Helper()
	r, err := e.Execute(t.Context(), vm, biovm.Process{Code: code})
	if err != nil {
		t.Fatalf("%s in %s: %v", code, vm, err)
	}
	return string(r.Value)
}

// Content is there once, as long as a VM has it, and survives its engine.
func TestPackagesInDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Open(t, engine.Options{Dir: dir})
	started(t, e, syn3a("a"))
	spec := syn3a("b")
	spec.Packages = []string{"media"}
	started(t, e, spec)
	own := bringPackage(t, e, pack(t, "own", "1.0.0"))
	for _, vm := range []string{"a", "b"} {
		install(t, e, vm, own)
	}
	media := install(t, e, "a", biovm.PackageRequest{Source: "media"})
	const code = "load(\"@own//own.star\", \"version\")\nload(\"@media//media.star\", \"names\")\n[version, len(names())]"
	record, err := e.ExecuteRecorded(t.Context(), "b", biovm.Process{Code: code}, nil)
	if err != nil || len(record.Result.Packages) != 2 || record.Result.Packages[0] != media.PackageVersion {
		t.Fatalf("record %+v, %v, want both packages in it", record.Result, err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = enginetest.Open(t, engine.Options{Dir: dir})
	if got := installed(t, e, "a"); got != "media 1.0.0, own 1.0.0" {
		t.Errorf("after a restart a has %s", got)
	}
	if got := value(t, e, "a", code); got != `["1.0.0",2]` {
		t.Errorf("after a restart %s = %s", code, got)
	}
	again, err := e.Record(t.Context(), record.ID)
	if diff := cmp.Diff(record.Result.Packages, again.Result.Packages); diff != "" || err != nil {
		t.Errorf("the record's packages, %v (-before +after):\n%s", err, diff)
	}
	for i, vm := range []string{"a", "b"} {
		operate(t, e, vm, biovm.OpDestroy)
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		e = enginetest.Open(t, engine.Options{Dir: dir})
		if there, err := e.HoldFile(t.Context(), own.SHA256); err != nil || there != (i == 0) {
			t.Errorf("when %s is destroyed the package's file is there: %t, %v", vm, there, err)
		}
		// Who asked holds it: let go.
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		e = enginetest.Open(t, engine.Options{Dir: dir})
	}
}

// A release with another catalogue changes nothing of what is installed, until
// somebody says so.
func TestUpdatePackages(t *testing.T) {
	t.Parallel()
	e := memory(t)
	engine.SetCatalogue(e, []*packages.Package{pack(t, "base", "1.0.0"), pack(t, "top", "1.0.0", `base = "^1.0"`)})
	started(t, e, syn3a("a"))
	install(t, e, "a", biovm.PackageRequest{Source: "top", Range: "^1.0"})
	if got := installed(t, e, "a"); got != "base 1.0.0, top 1.0.0" {
		t.Fatalf("installed %s, want what it requires besides", got)
	}
	engine.SetCatalogue(e, []*packages.Package{
		pack(t, "base", "1.2.0"), pack(t, "base", "2.0.0"), pack(t, "top", "1.1.0", `base = "^1.1"`), pack(t, "top", "2.0.0"), pack(t, "other", "1.0.0", `base = "^2"`),
	})
	if got := value(t, e, "a", "load(\"@base//base.star\", \"version\")\nversion"); got != `"1.0.0"` {
		t.Errorf("base is %s under another catalogue, want it as it was installed", got)
	}
	install(t, e, "a", biovm.PackageRequest{Source: "top", Range: "^1.0"})
	if got := installed(t, e, "a"); got != "base 1.0.0, top 1.0.0" {
		t.Errorf("installed once more: %s, want no change", got)
	}
	// base cannot go further than top's range, nor top than what was asked for.
	changed, err := e.UpdatePackages(t.Context(), "a", "base")
	if err != nil || len(changed) != 1 || changed[0].Version != "1.2.0" {
		t.Errorf("update of base changed %+v, %v, want 1.2.0", changed, err)
	}
	changed, err = e.UpdatePackages(t.Context(), "a")
	if err != nil || len(changed) != 1 || changed[0].Name != "top" || changed[0].Version != "1.1.0" {
		t.Errorf("update of all changed %+v, %v, want top 1.1.0", changed, err)
	}
	var refused *biovm.FieldError
	_, err = e.InstallPackage(t.Context(), "a", biovm.PackageRequest{Source: "other"})
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "other 1.0.0 requires ^2") || !strings.Contains(err.Error(), "top 1.1.0 requires ^1.1") {
		t.Errorf("a conflict: %v, want both who require base", err)
	}
	// A range that top left: it goes, and its requirement with it.
	install(t, e, "a", biovm.PackageRequest{Source: "top", Range: "^2.0"})
	if got := installed(t, e, "a"); got != "top 2.0.0" {
		t.Errorf("installed %s, want top 2.0.0, which requires nothing", got)
	}
	if _, err := e.UpdatePackages(t.Context(), "a", "tip"); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "did you mean top") {
		t.Errorf("update of what is not there: %v, want an invalid name with the nearest", err)
	}
}

// A package from a file takes the place of the catalogue's, and the other way
// round; it never changes by itself.
func TestPackageSources(t *testing.T) {
	t.Parallel()
	e := memory(t)
	engine.SetCatalogue(e, []*packages.Package{pack(t, "base", "2.0.0"), pack(t, "top", "1.0.0", `base = ">=1"`)})
	spec := syn3a("a")
	spec.Packages = []string{"top"}
	started(t, e, spec)
	own := bringPackage(t, e, pack(t, "base", "1.0.0"))
	if p := install(t, e, "a", own); p.Request == nil || p.Request.Source != "./base" || !cmp.Equal(p.RequiredBy, []string{"top"}) {
		t.Errorf("installed %+v, want the file's, which top requires", p)
	}
	if got := installed(t, e, "a"); got != "base 1.0.0, top 1.0.0" {
		t.Errorf("installed %s, want the file's base", got)
	}
	if changed, err := e.UpdatePackages(t.Context(), "a"); err != nil || len(changed) > 0 {
		t.Errorf("update changed %+v, %v, want nothing", changed, err)
	}
	install(t, e, "a", biovm.PackageRequest{Source: "base"})
	if got := installed(t, e, "a"); got != "base 2.0.0, top 1.0.0" {
		t.Errorf("installed %s, want the catalogue's base again", got)
	}
	// The spec can ask for nothing that what is there by hand forbids.
	install(t, e, "a", own)
	err := e.Update(t.Context(), "a", biovm.Change{Packages: new([]string{"base@^2"})})
	if f := biovm.FieldErrors(err); len(f) != 1 || f[0].Path != "packages" || !strings.Contains(err.Error(), "no version fits: the installation by hand requires 1.0.0, but the vm's spec requires ^2; there is 1.0.0") {
		t.Errorf("a spec against an installation by hand: %v, want both at packages", err)
	}
	install(t, e, "a", biovm.PackageRequest{Source: "base"})
	if _, err := e.InstallPackage(t.Context(), "a", biovm.PackageRequest{Source: "./x", SHA256: sumOf([]byte("nothing"))}); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "package.sha256") {
		t.Errorf("a file that nobody brought: %v, want an invalid sha256", err)
	}
	// A package that was only checked may lack one that comes before it.
	needy := bringPackage(t, e, pack(t, "needy", "1.0.0", `own = "^1"`))
	p, err := e.CheckPackage(t.Context(), spec, needy)
	if err != nil || p.Missing != "own" || p.Version != "1.0.0" {
		t.Errorf("checked %+v, %v, want that own is missing", p, err)
	}
	if _, err := e.InstallPackage(t.Context(), "a", needy); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "package.source") {
		t.Errorf("installed without it: %v, want it refused", err)
	}
}

// Who is to be installed first, last or at once in one VM makes no difference.
func TestInstallConcurrently(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	engines := []*engine.Engine{enginetest.Open(t, engine.Options{Dir: dir}), enginetest.Open(t, engine.Options{Dir: dir})}
	started(t, engines[0], syn3a("a"))
	var group sync.WaitGroup
	const n = 8
	for i := range n {
		e := engines[i%2]
		r := bringPackage(t, e, pack(t, fmt.Sprintf("p%d", i), "1.0.0"))
		group.Go(func() {
			if _, err := e.InstallPackage(t.Context(), "a", r); err != nil {
				t.Errorf("install %s: %v", r.Source, err)
			}
		})
	}
	group.Go(func() {
		if err := engines[1].Update(t.Context(), "a", biovm.Change{Packages: new([]string{"media"}), Seed: new(int64(7))}); err != nil {
			t.Errorf("update: %v", err)
		}
	})
	group.Wait()
	want := "media 1.0.0"
	for i := range n {
		want += fmt.Sprintf(", p%d 1.0.0", i)
	}
	for _, e := range engines {
		if got := installed(t, e, "a"); got != want {
			t.Errorf("installed %s, want %s", got, want)
		}
	}
	for i := range n {
		e := engines[i%2]
		group.Go(func() {
			if err := e.RemovePackage(t.Context(), "a", fmt.Sprintf("p%d", i)); err != nil {
				t.Errorf("remove p%d: %v", i, err)
			}
		})
	}
	group.Wait()
	if got := installed(t, engines[0], "a"); got != "media 1.0.0" {
		t.Errorf("when all were removed: %s", got)
	}
}

// A package costs a process nothing until it is loaded, and a VM's steps are the
// same whoever else has packages.
func TestPackagesCostNothing(t *testing.T) {
	t.Parallel()
	e := memory(t)
	started(t, e, syn3a("bare"))
	spec := syn3a("full")
	spec.Packages = []string{"media", "growth_law", "essentiality", "genome_report"}
	started(t, e, spec)
	var steps []uint64
	for _, vm := range []string{"bare", "full"} {
		r, err := e.Execute(t.Context(), vm, biovm.Process{Code: "fba()[\"limited_by\"]"})
		if err != nil || r.Packages != nil {
			t.Fatalf("%s: %+v, %v, want no packages", vm, r, err)
		}
		steps = append(steps, r.Steps)
	}
	if steps[0] != steps[1] {
		t.Errorf("steps %v, want the same", steps)
	}
}

func TestCheckProcessWithPackages(t *testing.T) {
	t.Parallel()
	e := memory(t)
	started(t, e, syn3a("a"))
	install(t, e, "a", bringPackage(t, e, pack(t, "own", "1.0.0")))
	check := func(vm, code string) error {
		return e.CheckProcess(t.Context(), syn3a(vm), biovm.Process{Code: code})
	}
	for _, code := range []string{"load(\"@own//own.star\", \"version\")", "load(\"@media//media.star\", \"on\")"} {
		if err := check("a", code); err != nil {
			t.Errorf("%s: %v, want it sound: the catalogue can be installed", code, err)
		}
	}
	var p *biovm.ProcessError
	if err := check("b", "load(\"@own//own.star\", \"version\")"); !errors.As(err, &p) || p.Package != "own" || !p.Checked {
		t.Errorf("a package that is not in the VM: %v, want an error that names it", err)
	}
	if err := check("a", "load(\"@own//own.star\", \"verson\")"); !errors.As(err, &p) || p.Package != "" || !strings.Contains(err.Error(), "did you mean version") {
		t.Errorf("a name that is not in the package: %v, want an error that no package would mend", err)
	}
}

func TestPackageEvents(t *testing.T) {
	t.Parallel()
	e := memory(t)
	started(t, e, syn3a("a"))
	last, err := e.LastEvent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	install(t, e, "a", biovm.PackageRequest{Source: "media"})
	install(t, e, "a", biovm.PackageRequest{Source: "media"}) // changes nothing
	if err := e.RemovePackage(t.Context(), "a", "media"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for ev, err := range e.Watch(t.Context(), last) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %t", ev.Kind, strings.Contains(string(ev.Data), "media")))
		if len(got) == 2 {
			break
		}
	}
	if diff := cmp.Diff([]string{"packages true", "packages false"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if now, err := e.LastEvent(t.Context()); err != nil || now != last+2 {
		t.Errorf("%d events, %v, want two", now-last, err)
	}
}

// Who names a file means that one: a pre-release needs no range. What others
// require of it they say by its version.
func TestPackageFromFileIsMeant(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	started(t, e, syn3a("a"))
	install(t, e, "a", bringPackage(t, e, pack(t, "own", "2.0.0-rc.1")))
	early := bringPackage(t, e, pack(t, "own", "2.0.0-rc.2"))
	early.Range = "^1"
	if _, err := e.InstallPackage(t.Context(), "a", early); !slices.Equal(paths(err), []string{"package.range"}) {
		t.Errorf("out of the range: %v, want a problem at package.range", err)
	}
	early.Range = ""
	install(t, e, "a", early)
	for _, tt := range []struct{ name, requires, want string }{
		{"any", `own = ""`, "package own: no version fits: the installation by hand requires 2.0.0-rc.2, but any 1.0.0 requires *; there is 2.0.0-rc.2"},
		{"older", `own = "^1.0"`, "the installation by hand requires 2.0.0-rc.2"},
	} {
		_, err := e.InstallPackage(t.Context(), "a", bringPackage(t, e, pack(t, tt.name, "1.0.0", tt.requires)))
		if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s requires %s: %v, want %q", tt.name, tt.requires, err, tt.want)
		}
	}
	install(t, e, "a", bringPackage(t, e, pack(t, "early", "1.0.0", `own = ">=2.0.0-0"`)))
	if got := installed(t, e, "a"); got != "early 1.0.0, own 2.0.0-rc.2" {
		t.Errorf("installed %s", got)
	}
}
