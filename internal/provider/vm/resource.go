package vm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// The timeouts that hold when the configuration names none.
const (
	createTimeout = 5 * time.Minute
	updateTimeout = 5 * time.Minute
	deleteTimeout = 5 * time.Minute

	// machineTimeout holds in place of them for a VM with a machine to boot.
	machineTimeout = 15 * time.Minute
)

// Resource is bioxen_vm.
type Resource struct{ providerdata.Resource }

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// NewResource returns the resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata implements [resource.Resource].
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm"
}

// Schema implements [resource.Resource].
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "UUID of the VM"},
	}}
}

// Create implements [resource.Resource]. The VM's ID is in the state before
// anything else can go wrong; until the next read the engine keeps it as
// pending, to be adopted if this process dies first.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, plan.timeout(createTimeout))
	resp.Diagnostics.Append(diags...)
	spec := plan.spec(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	made, err := create(ctx, client, spec)
	if err != nil {
		n := r.noun(plan)
		if errors.Is(err, biovm.ErrExists) {
			n.Fallback = path.Root("name")
		}
		n.Add(&resp.Diagnostics, "The VM cannot be made", err)
		return
	}
	if c, ok := made.vm.(biovm.Confirmer); ok {
		r.Data.Made(c.Confirm)
	}
	state := plan
	state.fill(made.status)
	state.promised(plan)
	state.FreeGrowthRate, state.GeneCount = types.Float64Null(), types.Int64Null()
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), state.ID)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if err := made.settle(ctx, biovm.State(plan.State.ValueString())); err != nil {
		r.noun(plan).Add(&resp.Diagnostics, fmt.Sprintf("The VM is there, but it cannot be brought to the state %s", plan.State.ValueString()), err)
		return
	}
	if err := readBack(ctx, r.Data, &state); err != nil {
		r.noun(plan).Add(&resp.Diagnostics, "The VM is there, but it cannot be read", err)
		return
	}
	state.promised(plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// A newVM is one that was just made.
type newVM struct {
	vm     biovm.VM
	status biovm.Status
}

// create makes the VM, waiting for capacity and for its name if it must. On error nothing is
// left behind.
func create(ctx context.Context, client *bioxen.Client, spec biovm.Spec) (newVM, error) {
	driver, err := client.Driver(spec.VMType)
	if err != nil {
		return newVM{}, err
	}
	var made newVM
	attempt := func(ctx context.Context) error {
		var err error
		made.vm, err = driver.Create(ctx, spec)
		return err
	}
	if spec.VMType == biovm.XCPng {
		err = attempt(ctx) // it shares its chassis with nobody who could give something back
	} else {
		err = providerdata.AwaitName(ctx, client, func(ctx context.Context) error {
			return providerdata.Await(ctx, client, attempt)
		})
	}
	if err != nil {
		return newVM{}, err
	}
	if made.status, err = made.vm.Status(ctx); err != nil {
		return newVM{}, errors.Join(err, made.vm.Destroy(context.WithoutCancel(ctx)))
	}
	return made, nil
}

// settle brings the VM to how a new one is to be. One that was adopted may
// hold what a process that died had allocated to it.
func (n newVM) settle(ctx context.Context, want biovm.State) error {
	if a, ok := n.vm.(biovm.Allocator); ok && n.status.Allocated != (biovm.Allocation{}) {
		if _, err := a.ResetAllocation(ctx); err != nil {
			return err
		}
	}
	return bring(ctx, n.vm, want)
}

// readBack fills m from the VM that it names. Of a VM on a pool nothing is asked
// but the pool.
func readBack(ctx context.Context, data *providerdata.Data, m *model) error {
	found, err := find(ctx, data, *m)
	if err != nil {
		return err
	}
	s := found.Status
	m.fill(s)
	if s.State == biovm.Failed {
		return nil // there is nothing to solve
	}
	client, _ := data.Client()
	genes, err := client.GeneCount(s)
	if err != nil {
		return err
	}
	if s.Growth != nil {
		m.solve(*s.Growth, genes)
		return nil
	}
	if m.onPool() {
		return nil // the guest will say
	}
	v, err := found.VM(ctx)
	if err != nil {
		return err
	}
	metrics, err := v.Metrics(ctx)
	if err != nil {
		return err
	}
	m.solve(metrics.Growth, genes)
	return nil
}

// find finds the VM of a model: by its pool when it has one, and is known to.
func find(ctx context.Context, data *providerdata.Data, m model) (providerdata.Found, error) {
	if host := m.host(); !host.IsNull() {
		return data.FindOn(ctx, host.ValueString(), m.ID.ValueString())
	}
	return data.FindLocal(ctx, m.ID.ValueString())
}

// noun is where the problems of a model's VM are shown.
func (r *Resource) noun(m model) diagnose.Noun {
	n := noun()
	if m.onPool() {
		n = machineNoun()
	}
	n.Reword = m.reword
	return n
}

// Read implements [resource.Resource].
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	_, ok := r.Data.Client()
	if resp.Diagnostics.HasError() || !ok || !r.Data.HostKnown(state.host().ValueString()) {
		return // without a data directory, or the pool, the state is all there is
	}
	r.Data.Ledger.See(state.ID.ValueString())
	problem, err := confirm(ctx, r.Data, state)
	if err == nil {
		err = readBack(ctx, r.Data, &state)
	}
	// Terraform below 1.12 keeps no identity: it is due even for what is gone.
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), state.ID)...)
	if errors.Is(err, biovm.ErrNotFound) && !r.poolGone(ctx, state) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		r.noun(state).Add(&resp.Diagnostics, "The VM cannot be read", err)
		return
	}
	if problem != "" {
		resp.Diagnostics.AddWarning(fmt.Sprintf("VM %q was changed outside of Terraform", state.Name.ValueString()), problem+".")
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// poolGone reports whether it is the VM's pool that is not known any more, and
// not the VM.
func (r *Resource) poolGone(ctx context.Context, state model) bool {
	client, ok := r.Data.Client()
	if !ok || state.host().IsNull() {
		return false
	}
	_, err := client.Host(ctx, state.host().ValueString())
	return err != nil
}

// confirm tells the VM's driver that Terraform knows the VM. It returns what
// others did to a VM on a pool.
func confirm(ctx context.Context, data *providerdata.Data, m model) (problem string, err error) {
	found, err := find(ctx, data, m)
	if err != nil {
		return "", err
	}
	if m.onPool() {
		problem = found.Status.Problem
	}
	if !found.Status.Pending {
		return problem, nil
	}
	v, err := found.VM(ctx)
	if err != nil {
		return problem, err
	}
	if c, ok := v.(biovm.Confirmer); ok {
		return problem, c.Confirm(ctx)
	}
	return problem, nil
}

// Update implements [resource.Resource].
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, client, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, plan.timeout(updateTimeout))
	resp.Diagnostics.Append(diags...)
	change := changeOf(ctx, state, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	plan.ID = state.ID
	planned := plan
	if err := update(ctx, client, r.Data, plan, change); err != nil {
		r.noun(plan).Add(&resp.Diagnostics, "The VM cannot be changed", err)
		// Part of it may have been done: the state is to say what is.
		if readBack(context.WithoutCancel(ctx), r.Data, &plan) == nil {
			resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		}
		return
	}
	if err := readBack(ctx, r.Data, &plan); err != nil {
		r.noun(plan).Add(&resp.Diagnostics, "The VM was changed, but it cannot be read", err)
		return
	}
	plan.promised(planned)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), plan.ID)...)
}

// changeOf is what the plan changes of the VM's spec.
func changeOf(ctx context.Context, state, plan model, diags *diag.Diagnostics) biovm.Change {
	var c biovm.Change
	if !plan.Config.Equal(state.Config) {
		c.Config = new(plan.config(ctx, diags))
	}
	if !plan.Medium.Equal(state.Medium) {
		c.Medium = new(plan.medium())
	}
	if !plan.Knockouts.Equal(state.Knockouts) {
		c.Knockouts = new(texts(plan.Knockouts))
	}
	if !plan.Packages.Equal(state.Packages) {
		c.Packages = new(texts(plan.Packages))
	}
	if s := sourceOf(plan.Model); s != nil && !plan.Model.Equal(state.Model) {
		c.ModelSource = &s.Source // its content is the same, or the VM would be replaced
	}
	if s := sourceOf(plan.Genome); s != nil && !plan.Genome.Equal(state.Genome) {
		c.GenomeSource = &s.Source // likewise
	}
	if !plan.Seed.Equal(state.Seed) {
		c.Seed = new(plan.Seed.ValueInt64())
	}
	if !plan.XCPng.Equal(state.XCPng) {
		c.XCPng = plan.xcpngSpec(ctx, diags)
	}
	return c
}

func update(ctx context.Context, client *bioxen.Client, data *providerdata.Data, plan model, change biovm.Change) error {
	if _, err := confirm(ctx, data, plan); err != nil {
		return err
	}
	found, err := find(ctx, data, plan)
	if err != nil {
		return err
	}
	v, err := found.VM(ctx)
	if err != nil {
		return err
	}
	if change != (biovm.Change{}) {
		u, ok := v.(biovm.Updater)
		if !ok {
			return fmt.Errorf("vm %q: %w: a %s vm cannot be changed in place", v.ID(), biovm.ErrUnsupported, v.Type())
		}
		attempt := func(ctx context.Context) error { return u.Update(ctx, change) }
		if plan.onPool() {
			err = attempt(ctx)
		} else {
			err = providerdata.Await(ctx, client, attempt)
		}
		if err != nil {
			return err
		}
	}
	return bring(ctx, v, biovm.State(plan.State.ValueString()))
}

// Delete implements [resource.Resource].
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, _, ok := providerdata.Begin[model](ctx, r.Data, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	timeout, diags := state.Timeouts.Delete(ctx, state.timeout(deleteTimeout))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := destroy(ctx, r.Data, state); err != nil && (!errors.Is(err, biovm.ErrNotFound) || r.poolGone(ctx, state)) {
		r.noun(state).Add(&resp.Diagnostics, "The VM cannot be destroyed", err)
	}
}

func destroy(ctx context.Context, data *providerdata.Data, state model) error {
	found, err := find(ctx, data, state)
	if err != nil {
		return err
	}
	v, err := found.VM(ctx)
	if err != nil {
		return err
	}
	return v.Destroy(ctx)
}

// ImportState implements [resource.ResourceWithImportState]: by name or UUID.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ref, _, ok := providerdata.Imported(ctx, r.Data, req, "id", &resp.Diagnostics)
	if !ok {
		return
	}
	found, err := r.Data.Find(ctx, ref)
	if err != nil {
		noun().Add(&resp.Diagnostics, "The VM cannot be imported by its name or UUID", err)
		return
	}
	s := found.Status
	if s.XCPng != nil {
		// What tells the read where to look.
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("xcpng").AtName("host"), s.XCPng.Host)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), s.UUID)...)
	// Empty settings fit a configuration that has them empty and one that has
	// none; see quiet.
	empty := limitsValue(biovm.ResourceLimits{})
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("config").AtName("resource_limits"), empty)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), s.UUID)...)
}
