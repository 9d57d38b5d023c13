package wholecell_test

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

func Example() {
	o, err := organism.Of(biovm.Syn3A)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := wholecell.New(o, wholecell.Config{Seed: 1, Ribosomes: 650, Polymerases: 187})
	if err != nil {
		fmt.Println(err)
		return
	}
	series, err := c.Record(context.Background(), wholecell.Course{Seconds: 120, Every: 60, Names: []string{"ribosomes", "mass"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range series.Times {
		fmt.Printf("%3.0f s: %.0f ribosomes, %.2f newborn cells of protein\n", t, series.Values[0][i], series.Values[1][i])
	}
	// Output:
	//   0 s: 503 ribosomes, 1.00 newborn cells of protein
	//  60 s: 506 ribosomes, 1.01 newborn cells of protein
	// 120 s: 508 ribosomes, 1.01 newborn cells of protein
}
