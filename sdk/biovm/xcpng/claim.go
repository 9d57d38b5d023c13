package xcpng

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// claimPrefix and a name make the key of the pool's other_config that says whose
// the name is. Only one can add a key.
const claimPrefix = "bioxen:name:"

// A claimant is who has claimed a name.
type claimant struct {
	Owner string `json:"owner"`
	// Nonce tells a claim from others of the same owner.
	Nonce string `json:"nonce"`
}

// claim takes a name for the owner, which machines that the pool has may bear
// already: those of makers that are gone are destroyed first. It fails with
// ErrExists when the name is somebody's. The caller holds the name's lock.
func (d *Driver) claim(ctx context.Context, c *xapi.Client, name biovm.ID, nonce string) error {
	ref, _, err := c.Pool(ctx)
	if err != nil {
		return translate(err)
	}
	text, err := json.Marshal(claimant{Owner: d.options.Keeper.Owner(), Nonce: nonce})
	if err != nil {
		return fmt.Errorf("claim the name: %w", err)
	}
	key := claimPrefix + string(name)
	for range maxStampTries {
		err := c.AddPoolOtherConfig(ctx, ref, key, string(text))
		if !errors.Is(err, xapi.MapDuplicateKey) {
			return translate(err)
		}
		_, p, err := c.Pool(ctx)
		if err != nil {
			return translate(err)
		}
		there, ok := p.OtherConfig[key]
		switch {
		case !ok:
			continue // it was given back just now
		case there == string(text):
			return nil // the answer to the first attempt was lost
		}
		if err := d.mayTake(name, there, key); err != nil {
			return err
		}
		if err := c.RemovePoolOtherConfig(ctx, ref, key); err != nil {
			return translate(err)
		}
	}
	return fmt.Errorf("%w: others keep claiming the name", biovm.ErrExists)
}

// mayTake reports whether a claim may be taken over: that of a process of ours
// that is gone.
func (d *Driver) mayTake(name biovm.ID, text, key string) error {
	var c claimant
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return fmt.Errorf("%w: the pool's other_config[%q] says so, in words that this release cannot read", biovm.ErrExists, key)
	}
	alive, ours, err := d.options.Keeper.Alive(c.Owner)
	switch {
	case err != nil:
		return err
	case !ours:
		return fmt.Errorf("%w: somebody with another data directory has claimed the name %q in the pool; if that is over, remove the key %q from the pool's other_config", biovm.ErrExists, string(name), key)
	case alive && c.Owner != d.options.Keeper.Owner():
		return fmt.Errorf("%w: another process is creating it", biovm.ErrExists)
	}
	return nil // this process holds the name's lock, so its own claim is a leftover
}

// release gives a name back; one that nobody has is no error.
func release(ctx context.Context, c *xapi.Client, name biovm.ID) error {
	ref, _, err := c.Pool(ctx)
	if err != nil {
		return translate(err)
	}
	return translate(c.RemovePoolOtherConfig(ctx, ref, claimPrefix+string(name)))
}

// leftovers are the machines of makers that are gone which bear a name: half made
// ones, and those that were not even stamped yet. The caller has the name.
func leftovers(v view, name biovm.ID) []xapi.VMRef {
	var refs []xapi.VMRef
	for ref, vm := range v.vms {
		unstamped := vm.OtherConfig[nameKey] == "" && strings.HasPrefix(vm.NameLabel, string(name)+" (being made ")
		s, _, err := stampOf(&vm)
		half := ours(&vm) && vm.OtherConfig[nameKey] == string(name) && err == nil && s.Phase != phaseReady
		if unstamped && !vm.IsControlDomain || half {
			refs = append(refs, ref)
		}
	}
	return refs
}
