package genome_test

import (
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

// In mycoplasmas UGA is tryptophan, in most cells it ends a protein.
func ExampleCode_Translate() {
	for _, number := range []int{4, 11} {
		code, err := genome.CodeOf(number)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(number, string(code.Translate(nil, []byte("ATGTGAAAATAA"))))
	}
	// Output:
	// 4 MWK*
	// 11 M*K*
}

// Where EcoRI cuts a small plasmid, one site lying over its last base.
func ExampleRecord_Sites() {
	plasmid := genome.Record{Bases: []byte("TTCAAAAGAATTCAAAGAA"), Circular: true}
	for _, e := range genome.Enzymes() {
		if e.Name != "EcoRI" {
			continue
		}
		for _, s := range plasmid.Sites(e) {
			fmt.Println(e.Site, "at", s.Start, "cut after", s.Cut, "and", s.OtherCut)
		}
	}
	// Output:
	// GAATTC at 8 cut after 8 and 12
	// GAATTC at 17 cut after 17 and 2
}
