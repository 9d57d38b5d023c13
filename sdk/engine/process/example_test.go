package process_test

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

func Example() {
	spec := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}
	c, err := cell.New(spec, biovm.Resources{ATP: 100, Ribosomes: 15}, biovm.Defaults(biovm.Syn3A), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	code := `
print("without pyruvate dehydrogenase:")
{"ratio": "%d percent" % (100 * knockout("JCVISYN3A_0227")["ratio"])}
`
	result, err := process.Run(context.Background(), c, biovm.Status{Spec: spec}, biovm.Process{Code: code}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s%s\n", result.Stdout, result.Value)
	// Output:
	// without pyruvate dehydrogenase:
	// {"ratio":"62 percent"}
}
