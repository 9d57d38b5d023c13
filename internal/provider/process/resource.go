package process

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Resource is bioxen_process.
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
	resp.TypeName = req.ProviderTypeName + "_process"
}

// Schema implements [resource.Resource].
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema()
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "UUID of the record"},
	}}
}

// Create implements [resource.Resource]: it runs the process.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, _, ok := providerdata.Begin[model](ctx, r.Data, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	record, err := execute(ctx, r.Data, plan)
	if err != nil {
		noun().Add(&resp.Diagnostics, "The process failed", err)
		return
	}
	r.Data.Made(func(ctx context.Context) error { return confirm(ctx, r.Data, record) })
	plan.fill(record)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), plan.ID)...)
}

func execute(ctx context.Context, data *providerdata.Data, plan model) (biovm.Record, error) {
	p, err := plan.process()
	if err != nil {
		return biovm.Record{}, err
	}
	v, err := recorder(ctx, data, plan.VMID.ValueString())
	if err != nil {
		return biovm.Record{}, err
	}
	return v.ExecuteRecorded(ctx, p, plan.triggers())
}

func recorder(ctx context.Context, data *providerdata.Data, vm string) (biovm.Recorder, error) {
	found, err := data.Find(ctx, vm)
	if err != nil {
		return nil, err
	}
	return recorderOf(ctx, found)
}

func recorderOf(ctx context.Context, found providerdata.Found) (biovm.Recorder, error) {
	v, err := found.VM(ctx)
	if err != nil {
		return nil, err
	}
	r, ok := v.(biovm.Recorder)
	if !ok {
		return nil, fmt.Errorf("vm %q: %w: a %s vm keeps no records of processes", v.ID(), biovm.ErrUnsupported, v.Type())
	}
	return r, nil
}

// Read implements [resource.Resource].
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	_, ok := r.Data.Client()
	if resp.Diagnostics.HasError() || !ok {
		return // without a data directory the state is all there is
	}
	record, err := read(ctx, r.Data, state.VMID.ValueString(), state.ID.ValueString())
	// Terraform below 1.12 keeps no identity: it is due even for what is gone.
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), state.ID)...)
	if errors.Is(err, biovm.ErrNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if errors.Is(err, errAsleep) {
		return // the record is in the guest, and so as it was
	}
	if guest, ok := errors.AsType[*guestError](err); ok {
		resp.Diagnostics.AddAttributeWarning(path.Root("vm_id"), "The guest does not answer now", fmt.Sprintf(
			"What the state says of the process is what was seen last: %v.", guest.err))
		return
	}
	if err != nil {
		noun().Add(&resp.Diagnostics, "The record of the process cannot be read", err)
		return
	}
	state.fill(record)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// errAsleep says that a record is in a guest that does not run.
var errAsleep = errors.New("the guest does not run")

// A guestError says that a guest which runs could not be asked for a record.
type guestError struct{ err error }

func (e *guestError) Error() string { return e.err.Error() }

func (e *guestError) Unwrap() error { return e.err }

// guestTime bounds what a refresh waits for a guest that keeps a record, as
// others may want to know as much of theirs.
const guestTime = 10 * time.Second

// read finds a record and tells its keeper that Terraform knows it. The records
// of a VM on a pool are in its guest; when that does not run, it fails with
// errAsleep.
func read(ctx context.Context, data *providerdata.Data, vm, id string) (biovm.Record, error) {
	client, _ := data.Client()
	record, err := client.Record(ctx, id)
	if err == nil {
		return record, confirm(ctx, data, record)
	}
	if !errors.Is(err, biovm.ErrNotFound) || vm == "" {
		return record, err
	}
	found, err := data.Find(ctx, vm)
	switch {
	case err != nil:
		return record, err
	case found.Status.XCPng == nil:
		return record, &biovm.OpError{Op: "read record " + id + " of", VM: found.Status.ID, Err: biovm.ErrNotFound}
	case found.Status.State != biovm.Running:
		return record, errAsleep
	}
	v, err := recorderOf(ctx, found)
	if err != nil {
		return record, err
	}
	ctx, cancel := context.WithTimeout(ctx, guestTime)
	defer cancel()
	record, err = v.Record(ctx, id)
	if err == nil {
		err = v.ConfirmRecord(ctx, id)
	}
	switch {
	case errors.Is(err, biovm.ErrState):
		return record, errAsleep // since the pool was looked at
	case err != nil && !errors.Is(err, biovm.ErrNotFound):
		return record, &guestError{err}
	}
	return record, err
}

func confirm(ctx context.Context, data *providerdata.Data, record biovm.Record) error {
	v, err := recorder(ctx, data, record.VMUUID)
	if err != nil {
		return err
	}
	return v.ConfirmRecord(ctx, record.ID)
}

// Update implements [resource.Resource]. All that can change in place is the
// timeout, which nothing but a new execution would use.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), plan.ID)...)
}

// Delete implements [resource.Resource]: it forgets the record.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, _, ok := providerdata.Begin[model](ctx, r.Data, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	v, err := recorder(ctx, r.Data, state.VMID.ValueString())
	if err == nil {
		err = v.DeleteRecord(ctx, state.ID.ValueString())
	}
	if err != nil && !errors.Is(err, biovm.ErrNotFound) {
		noun().Add(&resp.Diagnostics, "The record of the process cannot be deleted", err)
	}
}

// ImportState implements [resource.ResourceWithImportState]: by the record's
// UUID.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	_, ok := r.Data.MustClient(&resp.Diagnostics)
	if !ok {
		return
	}
	id := req.ID
	if id == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
	}
	record, err := findRecord(ctx, r.Data, id)
	if err != nil {
		noun().Add(&resp.Diagnostics, "The process cannot be imported by the UUID of its record", err)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), record.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("vm_id"), record.VMUUID)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), record.ID)...)
}

// findRecord finds a record by its ID, in the data directory or in the running
// guest of any VM on a pool.
func findRecord(ctx context.Context, data *providerdata.Data, id string) (biovm.Record, error) {
	client, _ := data.Client()
	record, err := client.Record(ctx, id)
	if err == nil || !errors.Is(err, biovm.ErrNotFound) {
		return record, err
	}
	all, allErr := data.Statuses(ctx)
	if allErr != nil {
		return record, allErr
	}
	var silent []error // another guest may have it
	for _, s := range all {
		if s.XCPng == nil || s.State != biovm.Running {
			continue
		}
		there, err := read(ctx, data, s.UUID, id)
		if err == nil {
			return there, nil
		}
		if !errors.Is(err, biovm.ErrNotFound) && !errors.Is(err, errAsleep) {
			silent = append(silent, err)
		}
	}
	if len(silent) > 0 {
		return record, errors.Join(silent...)
	}
	return record, err
}
