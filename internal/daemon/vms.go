package daemon

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

type createInput struct {
	Session string `doc:"The session that the VM belongs to, pending, until it is confirmed; without one it is confirmed at once." header:"Bioxen-Session"`
	Body    biovm.Spec
}

func (d *Daemon) aboutVMs(api huma.API) {
	e := d.options.Engine
	read(api, route(http.MethodGet, "/v1/vms", "list-vms", "All VMs, by name"), func(ctx context.Context, _ *struct{}) ([]biovm.Status, error) {
		return e.Statuses(ctx)
	})
	read(api, route(http.MethodPost, "/v1/vms", "create-vm", "Make a VM"), func(ctx context.Context, in *createInput) (biovm.Status, error) {
		return d.create(ctx, in.Session, in.Body)
	})
	read(api, route(http.MethodGet, "/v1/vms/{ref}", "get-vm", "What a VM is and holds"), func(ctx context.Context, in *VMInput) (biovm.Status, error) {
		return e.Status(ctx, in.ref())
	})
	act(api, route(http.MethodPatch, "/v1/vms/{ref}", "update-vm", "Change a VM's spec"), func(ctx context.Context, in *withBody[biovm.Change]) error {
		return e.Update(ctx, in.ref(), in.Body)
	})
	act(api, route(http.MethodDelete, "/v1/vms/{ref}", "destroy-vm", "Destroy a VM"), func(ctx context.Context, in *VMInput) error {
		return e.Operate(ctx, in.ref(), biovm.OpDestroy)
	})
	act(api, route(http.MethodPost, "/v1/vms/{ref}/confirm", "confirm-vm", "Take the pending mark off"), func(ctx context.Context, in *VMInput) error {
		return e.Confirm(ctx, in.ref())
	})
	act(api, route(http.MethodPost, "/v1/vms/{ref}/operate", "operate-vm", "Start, pause, resume or stop a VM"), func(ctx context.Context, in *withBody[remote.OperateRequest]) error {
		return e.Operate(ctx, in.ref(), in.Body.Op)
	})
	read(api, route(http.MethodGet, "/v1/vms/{ref}/genes", "vm-genes", "The genes that a VM's cell has"), func(ctx context.Context, in *VMInput) ([]biovm.Gene, error) {
		return e.Genes(ctx, in.ref())
	})
	read(api, route(http.MethodGet, "/v1/vms/{ref}/essential-genes", "vm-essential-genes", "What a VM's cell cannot lose"), func(ctx context.Context, in *VMInput) (biovm.EssentialGenes, error) {
		return e.EssentialGenes(ctx, in.ref())
	})
}

func (d *Daemon) aboutGrants(api huma.API) {
	e := d.options.Engine
	read(api, route(http.MethodPost, "/v1/vms/{ref}/allocation", "allocate", "Change a VM's grant"), func(ctx context.Context, in *withBody[biovm.Allocation]) (biovm.Resources, error) {
		return e.Allocate(ctx, in.ref(), in.Body)
	})
	read(api, route(http.MethodDelete, "/v1/vms/{ref}/allocation", "reset-allocation", "Bring the default grant back"), func(ctx context.Context, in *VMInput) (biovm.Resources, error) {
		return e.ResetAllocation(ctx, in.ref())
	})
	read(api, route(http.MethodGet, "/v1/vms/{ref}/usage", "usage", "What a VM holds and uses"), func(ctx context.Context, in *VMInput) (biovm.Usage, error) {
		return e.Usage(ctx, in.ref())
	})
	read(api, route(http.MethodGet, "/v1/vms/{ref}/available", "available", "What a VM could hold"), func(ctx context.Context, in *VMInput) (biovm.Resources, error) {
		return e.Available(ctx, in.ref())
	})
	read(api, route(http.MethodGet, "/v1/vms/{ref}/recommendations", "recommendations", "Changes of a grant worth making"), func(ctx context.Context, in *VMInput) ([]biovm.Recommendation, error) {
		return e.Recommendations(ctx, in.ref())
	})
	read(api, route(http.MethodGet, "/v1/vms/{ref}/metrics", "metrics", "A VM's figures"), func(ctx context.Context, in *VMInput) (biovm.Metrics, error) {
		return e.Metrics(ctx, in.ref())
	})
}

type recordInput struct {
	VMInput

	Session string `doc:"The session that the record belongs to, pending, until it is confirmed; without one it is confirmed at once." header:"Bioxen-Session"`
	Body    remote.RecordRequest
}

func (d *Daemon) aboutExecutions(api huma.API) {
	e := d.options.Engine
	read(api, route(http.MethodPost, "/v1/vms/{ref}/executions", "execute", "Run a process"), func(ctx context.Context, in *withBody[biovm.Process]) (biovm.Result, error) {
		return e.Execute(ctx, in.ref(), in.Body)
	})
	read(api, route(http.MethodPost, "/v1/vms/{ref}/records", "execute-recorded", "Run a process and keep a record"), func(ctx context.Context, in *recordInput) (biovm.Record, error) {
		return d.record(ctx, in.Session, in.ref(), in.Body)
	})
	read(api, route(http.MethodGet, "/v1/vms/{ref}/records", "list-records", "A VM's records"), func(ctx context.Context, in *VMInput) ([]biovm.Record, error) {
		return e.Records(ctx, in.ref())
	})
	read(api, route(http.MethodGet, "/v1/records/{ref}", "get-record", "A record of any VM"), func(ctx context.Context, in *VMInput) (biovm.Record, error) {
		return e.Record(ctx, in.ref())
	})
	act(api, route(http.MethodPost, "/v1/records/{ref}/confirm", "confirm-record", "Take the pending mark off"), func(ctx context.Context, in *VMInput) error {
		return e.ConfirmRecord(ctx, in.ref())
	})
	act(api, route(http.MethodDelete, "/v1/records/{ref}", "delete-record", "Forget a record"), func(ctx context.Context, in *VMInput) error {
		return e.DeleteRecord(ctx, in.ref())
	})
}

// create makes a VM. Who has no session keeps no books that could lag behind: his
// VM is confirmed at once.
func (d *Daemon) create(ctx context.Context, session string, spec biovm.Spec) (biovm.Status, error) {
	if session != "" {
		s, err := d.session(session)
		if err != nil {
			return biovm.Status{}, err
		}
		return s.Create(ctx, spec)
	}
	status, err := d.options.Engine.Create(ctx, spec)
	if err != nil {
		return status, err
	}
	if err := d.options.Engine.Confirm(ctx, status.UUID); err != nil {
		return status, err
	}
	status.Pending = false
	return status, nil
}

// record runs a process and keeps a record, likewise.
func (d *Daemon) record(ctx context.Context, session, ref string, r remote.RecordRequest) (biovm.Record, error) {
	if session != "" {
		s, err := d.session(session)
		if err != nil {
			return biovm.Record{}, err
		}
		return s.ExecuteRecorded(ctx, ref, r.Process, r.Triggers)
	}
	record, err := d.options.Engine.ExecuteRecorded(ctx, ref, r.Process, r.Triggers)
	if err != nil {
		return record, err
	}
	return record, d.options.Engine.ConfirmRecord(ctx, record.ID)
}
