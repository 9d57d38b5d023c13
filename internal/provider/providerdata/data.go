// Package providerdata is what a configured provider hands to its resources
// and data sources: the client, and the ledger of the plan under way.
package providerdata

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/ledger"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Data is one configuration of the provider. It is safe for concurrent use.
type Data struct {
	// Ledger sums up what the plan under way makes of shared chassis.
	Ledger *ledger.Ledger

	client *bioxen.Client

	mu   sync.Mutex // guards what follows
	made []func(context.Context) error
	// looks are the reads of pools, done and under way; see find.go.
	looks map[string]*look
	// applying: an apply is under way, and looks are out of date at once.
	applying bool
	// forgotten is closed and made anew when a genome was deleted; see AwaitGenome.
	forgotten chan struct{}
	// unknown are pools that cannot be asked yet; anyUnknown: no pool can.
	unknown    []string
	anyUnknown bool
}

// confirmations bounds how many are under way at once: each is a call to a pool
// or its guest, and there is little time.
const confirmations = 8

// Made remembers how to confirm what was just made and handed to Terraform.
func (d *Data) Made(confirm func(context.Context) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.made = append(d.made, confirm)
}

// Confirm confirms all that was made. Terraform has it when it lets the
// provider go in peace: without this a VM could be adopted, by a configuration
// that asks for an equal one, until the next refresh confirms it. What is not
// confirmed by the end of ctx waits for that.
func (d *Data) Confirm(ctx context.Context) {
	d.mu.Lock()
	made := d.made
	d.made = nil
	d.mu.Unlock()
	var under sync.WaitGroup
	defer under.Wait()
	turns := make(chan struct{}, confirmations)
	for _, confirm := range made {
		select {
		case turns <- struct{}{}:
		case <-ctx.Done():
			return
		}
		under.Go(func() {
			defer func() { <-turns }()
			// What is gone meanwhile needs no confirmation, and all else is the
			// next refresh's to report.
			_ = confirm(ctx)
		})
	}
}

// New returns the data of a configuration; client is nil while the data
// directory is not known.
func New(client *bioxen.Client) *Data {
	statuses := func(context.Context) ([]biovm.Status, error) { return nil, nil }
	if client != nil {
		// On pools, each VM has a chassis in its own guest.
		statuses = client.LocalStatuses
	}
	return &Data{client: client, Ledger: ledger.New(statuses), looks: map[string]*look{}, forgotten: make(chan struct{})}
}

// From takes the data out of a Configure request. It is nil before the
// provider is configured, as during validation.
func From(v any, diags *diag.Diagnostics) *Data {
	if v == nil {
		return nil
	}
	d, ok := v.(*Data)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("The provider handed over %T. This is a bug in the provider; please report it.", v))
		return nil
	}
	return d
}

// Client returns the client. It is not there before the provider is
// configured, or while its data directory is known only after an apply.
func (d *Data) Client() (*bioxen.Client, bool) {
	if d == nil || d.client == nil {
		return nil, false
	}
	return d.client, true
}

// MustClient is Client for calls that can do nothing without: it reports why
// there is none.
func (d *Data) MustClient(diags *diag.Diagnostics) (*bioxen.Client, bool) {
	c, ok := d.Client()
	if !ok {
		diags.AddError("It is not known yet where the VMs are", "The provider's data_dir or endpoint depends on a value that is known only after an apply. "+
			"Apply that first (terraform apply -target=...), or name the place by a value that is known, such as a variable.")
	}
	return c, ok
}
