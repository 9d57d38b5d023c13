package fasta_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
)

// Sequences are read one after the other.
func ExampleReader_Read() {
	r := fasta.NewReader(strings.NewReader(">p1 plasmid\nACGTACGT\nACGT\n>p2\nTTTT\n"))
	r.Alphabet = fasta.DNA
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(record.ID, len(record.Sequence))
	}
	// Output:
	// p1 12
	// p2 4
}
