package genbank_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genbank"
)

const tiny = `LOCUS       TINY                      12 bp    DNA     circular SYN 01-JAN-2020
FEATURES             Location/Qualifiers
     gene            2..4
                     /locus_tag="T_1"
     gene            complement(6..9)
                     /locus_tag="T_2"
ORIGIN
        1 acgtacgtac gt
//
`

// Records are read one after the other.
func ExampleReader_Read() {
	r := genbank.NewReader(strings.NewReader(tiny))
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(record.Locus.Name, len(record.Sequence), "bases,", len(record.Features), "features")
	}
	// Output:
	// TINY 12 bases, 2 features
}

// Of a record too large for memory, features and sequence come as they are read.
func ExampleReader_stream() {
	r := genbank.NewReader(strings.NewReader(tiny))
	gc, bases := 0, 0
	r.OnFeature = func(_ *genbank.Record, f *genome.Feature) error {
		fmt.Println(f.Get("locus_tag"), f.Location.String())
		return nil
	}
	r.OnSequence = func(_ *genbank.Record, piece []byte) error {
		c := genome.Compose(piece)
		gc, bases = gc+c.G+c.C, bases+len(piece)
		return nil
	}
	if _, err := r.Read(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(gc, "of", bases)
	// Output:
	// T_1 2..4
	// T_2 complement(6..9)
	// 6 of 12
}
