package packages_test

import (
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

func Example() {
	all, err := packages.Catalogue()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range packages.Search(all, "screen") {
		fmt.Println(p, "-", p.Manifest().Description)
	}
	// Output:
	// essentiality 1.0.0 - Knock-out screens against experimental classes: confusion matrix, accuracy, MCC
	// media 1.0.0 - Named media, and screens of carbon sources with and without oxygen, and of components
}
