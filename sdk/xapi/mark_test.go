package xapi_test

import (
	"errors"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// Of those who add one key to the pool one succeeds, lost answers or not.
func TestMarkOfPool(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	ref, _, err := c.Pool(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddPoolOtherConfig(t.Context(), ref, "bioxen:name:a", "mine"); err != nil {
		t.Fatal(err)
	}
	if err := c.AddPoolOtherConfig(t.Context(), ref, "bioxen:name:a", "yours"); !errors.Is(err, xapi.MapDuplicateKey) {
		t.Errorf("adding a key that is there: %v, want %v", err, xapi.MapDuplicateKey)
	}
	_, record, err := c.Pool(t.Context())
	if err != nil || record.OtherConfig["bioxen:name:a"] != "mine" {
		t.Errorf("other_config %q, %v; want the first value", record.OtherConfig, err)
	}
	for range 2 {
		if err := c.RemovePoolOtherConfig(t.Context(), ref, "bioxen:name:a"); err != nil {
			t.Errorf("removing it: %v", err)
		}
	}
	// The first attempt adds the key, the second finds it.
	s.Inject(xapitest.Fault{Method: "pool.add_to_other_config", Effect: xapitest.DropAfter()})
	if err := c.AddPoolOtherConfig(t.Context(), ref, "bioxen:name:b", "mine"); !errors.Is(err, xapi.MapDuplicateKey) {
		t.Errorf("adding a key when the answer gets lost: %v, want %v", err, xapi.MapDuplicateKey)
	}
}
