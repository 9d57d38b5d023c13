package operon_test

import (
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

func ExampleState_Manage() {
	state, effects, err := operon.State{}.Manage([]string{"lac", "trp"}, operon.KnockOut)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range effects {
		fmt.Println(e.Operon, e.Before, "→", e.After)
	}
	fmt.Println(state.Genes())
	// Output:
	// lac regulated → lost
	// trp regulated → lost
	// [lacA lacY lacZ trpA trpB trpC trpD trpE trpL]
}
