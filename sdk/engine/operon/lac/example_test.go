package lac_test

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon/lac"
)

// Two cells in the same medium, which is what they were before.
func Example() {
	for _, induced := range []bool{false, true} {
		cell, err := lac.New(lac.Config{Medium: lac.Medium{TMG: 10}, Induced: induced, Seed: 1})
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := cell.Advance(context.Background(), 10*3600); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(cell.Metrics().Status)
	}
	// Output:
	// repressed
	// induced
}

func ExampleBistableWindow() {
	low, high, _, err := lac.BistableWindow(lac.Config{}, lac.TMG, 0.1, 1000)
	fmt.Printf("two states from %.0f to %.0f µM TMG %v\n", low, high, err)
	// Output: two states from 3 to 32 µM TMG <nil>
}
