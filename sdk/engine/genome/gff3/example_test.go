package gff3_test

import (
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/gff3"
)

// Lines of the same ID are one feature, and Parent makes a tree of features.
func ExampleFeatures() {
	lines, err := gff3.NewReader(strings.NewReader("##gff-version 3\n" +
		"chr\t.\tgene\t10\t90\t.\t+\t.\tID=g1;Name=abcD\n" +
		"chr\t.\tCDS\t10\t40\t.\t+\t0\tID=c1;Parent=g1\n" +
		"chr\t.\tCDS\t60\t90\t.\t+\t2\tID=c1;Parent=g1\n")).ReadAll()
	if err != nil {
		fmt.Println(err)
		return
	}
	features, err := gff3.Features(lines)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range features {
		fmt.Println(f.ID, f.Parts[0].Type, len(f.Parts), "parts,", len(f.Children), "children")
	}
	// Output:
	// g1 gene 1 parts, 1 children
	// c1 CDS 2 parts, 0 children
}
