//go:build !race

package engine_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// An engine does not keep every large package that somebody once installed. It
// runs alone, for it looks at the memory of all.
func TestLargePackagesGo(t *testing.T) { //nolint:paralleltest // as it says
	const each, many = 8 << 20, 24
	e := enginetest.Open(t, engine.Options{})
	started(t, e, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
	before := inUse()
	for i := range many {
		text := strings.Repeat(fmt.Sprintf("%07d\t", i), each/8)
		manifest := fmt.Sprintf("name = \"large\"\nversion = \"1.0.%d\"\ndescription = \"For a test\"\nlicence = \"MIT\"\n[files]\n\"a.txt\" = %q\n", i, sumOf([]byte(text)))
		p, err := packages.ReadFolder(fstest.MapFS{packages.ManifestName: {Data: []byte(manifest)}, "a.txt": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		install(t, e, "a", bringPackage(t, e, p))
	}
	if grown := inUse() - before; grown > each*many*2/3 {
		t.Errorf("after %d packages of %d bytes %d bytes more are in use", many, each, grown)
	}
	if got := value(t, e, "a", "len(data(\"@large//a.txt\"))"); got != fmt.Sprint(each) {
		t.Errorf("the last one has %s bytes, want %d", got, each)
	}
}

// inUse is how many bytes of the heap are in use.
func inUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
