package genomefile_test

import (
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genomefile"
)

// The proteins of a genome, whatever the format of its file.
func ExampleRead() {
	file := strings.NewReader(`LOCUS       TINY                      12 bp    DNA     circular SYN 01-JAN-2020
FEATURES             Location/Qualifiers
     CDS             join(10..12,1..9)
                     /locus_tag="T_1"
                     /transl_table=4
ORIGIN
        1 tgaaaataaa tg
//
`)
	g, format, err := genomefile.Read(file, "tiny.gb")
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range g.Genes {
		protein, err := g.Protein(&g.Genes[i])
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(format, g.Genes[i].Locus, g.Genes[i].Location.String(), protein.Sequence)
	}
	// Output:
	// GenBank T_1 join(10..12,1..9) MWK
}
