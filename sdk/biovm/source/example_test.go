package source_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

func ExampleReader_Read() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir) //nolint:errcheck // an example
	path := filepath.Join(dir, "model.json")
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	_, sum, err := source.Reader{}.Read(context.Background(), biovm.Part{Name: "model", Source: &biovm.Source{Source: path}})
	fmt.Println(sum, err)
	// Output: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 <nil>
}
