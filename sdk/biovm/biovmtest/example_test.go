package biovmtest_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/biovmtest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// A driver's own tests are one call for each way in which it can be set up.
func ExampleTestDriver() {
	_ = func(t *testing.T) { // func TestDriver(t *testing.T)
		biovmtest.TestDriver(t, func(t *testing.T) biovm.Driver {
			t.Helper()
			e, err := engine.Open(t.Context(), engine.Options{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			return basic.New(e)
		})
	}
}
