package enginetest_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

func Example() {
	_ = func(t *testing.T) { // a test
		e := enginetest.Open(t, engine.Options{})
		if _, err := e.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}); err != nil {
			t.Fatal(err)
		}
	}
}
