package packages_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// BenchmarkLoad runs a process that loads a package, and one that has the same
// and does not.
func BenchmarkLoad(b *testing.B) {
	k, err := chassis.Of(biovm.ChassisEColi)
	if err != nil {
		b.Fatal(err)
	}
	spec := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}
	c, err := cell.New(spec, k.Grant(biovm.Syn3A, 544, biovm.Config{}, false), k.Config(biovm.Syn3A, biovm.Config{}, false), nil)
	if err != nil {
		b.Fatal(err)
	}
	all := process.WithPackages(packages.Libraries(catalogue(b))...)
	for name, code := range map[string]string{"nothing": "1", "media": "load(\"@media//media.star\", \"on\")\n1"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := process.Run(b.Context(), c, biovm.Status{Spec: spec}, biovm.Process{Code: code}, 0, all); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCatalogue reads and verifies the embedded packages.
func BenchmarkCatalogue(b *testing.B) {
	for b.Loop() {
		if _, err := packages.Catalogue(); err != nil {
			b.Fatal(err)
		}
	}
}
