package chassis_test

import (
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
)

func Example() {
	k, err := chassis.Of(biovm.ChassisEColi)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("to give:", k.Capacity().Ribosomes, "units of", k.RibosomesPerUnit, "ribosomes")
	fmt.Println("syn3a gets:", k.Grant(biovm.Syn3A, 544, biovm.Config{}, false).Ribosomes)
	// Output:
	// to give: 68 units of 325 ribosomes
	// syn3a gets: 15
}
