package remote

import (
	"context"
	"net/http"
	"net/url"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// pathOf is the path of one of a collection. What can be no name and no UUID goes
// as a query, so that no path means something else.
func pathOf(collection, ref, rest string) (string, url.Values) {
	if _, err := biovm.ParseID(ref); err == nil { // UUIDs as well
		return collection + ref + rest, nil
	}
	return collection + "-" + rest, url.Values{"ref": {ref}}
}

// on is a request about one VM.
func on(op, ref, method, rest string) request {
	path, query := pathOf("/v1/vms/", ref, rest)
	return request{op: op, ref: ref, method: method, path: path, query: query}
}

func ask[T any](ctx context.Context, c *Client, r request) (T, error) {
	var answer T
	r.answer = &answer
	if err := c.call(ctx, r); err != nil {
		return *new(T), err
	}
	return answer, nil
}

// Check reports all that is wrong with a spec; see [biovm.Driver].
func (c *Client) Check(ctx context.Context, spec biovm.Spec) error {
	return c.call(ctx, request{op: "check", ref: string(spec.ID), method: http.MethodPost, path: "/v1/check", body: spec})
}

// Quote says what a VM would hold.
func (c *Client) Quote(ctx context.Context, spec biovm.Spec, a biovm.Allocation) (biovm.Quote, error) {
	return ask[biovm.Quote](ctx, c, request{op: "quote", ref: string(spec.ID), method: http.MethodPost, path: "/v1/quote", body: QuoteRequest{Spec: spec, Allocation: a}})
}

// Create makes a VM, pending and the client's, or adopts one.
func (c *Client) Create(ctx context.Context, spec biovm.Spec) (biovm.Status, error) {
	return ask[biovm.Status](ctx, c, request{op: "create", ref: string(spec.ID), method: http.MethodPost, path: "/v1/vms", body: spec, session: true})
}

// Confirm takes the pending mark off a VM.
func (c *Client) Confirm(ctx context.Context, ref string) error {
	return c.call(ctx, on("confirm", ref, http.MethodPost, "/confirm"))
}

// Status says what a VM is and holds.
func (c *Client) Status(ctx context.Context, ref string) (biovm.Status, error) {
	return ask[biovm.Status](ctx, c, on("find", ref, http.MethodGet, ""))
}

// Statuses returns all VMs, by name.
func (c *Client) Statuses(ctx context.Context) ([]biovm.Status, error) {
	return ask[[]biovm.Status](ctx, c, request{op: "list", method: http.MethodGet, path: "/v1/vms"})
}

// Operate starts, pauses, resumes, stops or destroys a VM.
func (c *Client) Operate(ctx context.Context, ref string, op biovm.Op) error {
	if op == biovm.OpDestroy {
		return c.call(ctx, on(string(op), ref, http.MethodDelete, ""))
	}
	r := on(string(op), ref, http.MethodPost, "/operate")
	r.body = OperateRequest{Op: op}
	return c.call(ctx, r)
}

// Update changes a VM's spec.
func (c *Client) Update(ctx context.Context, ref string, change biovm.Change) error {
	r := on("update", ref, http.MethodPatch, "")
	r.body = change
	return c.call(ctx, r)
}

// Allocate changes a VM's grant.
func (c *Client) Allocate(ctx context.Context, ref string, a biovm.Allocation) (biovm.Resources, error) {
	r := on("allocate resources of", ref, http.MethodPost, "/allocation")
	r.body = a
	return ask[biovm.Resources](ctx, c, r)
}

// ResetAllocation brings a VM's default grant back.
func (c *Client) ResetAllocation(ctx context.Context, ref string) (biovm.Resources, error) {
	return ask[biovm.Resources](ctx, c, on("reset resources of", ref, http.MethodDelete, "/allocation"))
}

// Usage says what a VM holds and uses.
func (c *Client) Usage(ctx context.Context, ref string) (biovm.Usage, error) {
	return ask[biovm.Usage](ctx, c, on("read usage of", ref, http.MethodGet, "/usage"))
}

// Available says what a VM could hold.
func (c *Client) Available(ctx context.Context, ref string) (biovm.Resources, error) {
	return ask[biovm.Resources](ctx, c, on("look at resources of", ref, http.MethodGet, "/available"))
}

// Recommendations lists changes of a VM's grant worth making.
func (c *Client) Recommendations(ctx context.Context, ref string) ([]biovm.Recommendation, error) {
	return ask[[]biovm.Recommendation](ctx, c, on("recommend for", ref, http.MethodGet, "/recommendations"))
}

// Metrics computes a VM's figures.
func (c *Client) Metrics(ctx context.Context, ref string) (biovm.Metrics, error) {
	return ask[biovm.Metrics](ctx, c, on("read metrics of", ref, http.MethodGet, "/metrics"))
}

// Genes lists the genes that a VM's cell has.
func (c *Client) Genes(ctx context.Context, ref string) ([]biovm.Gene, error) {
	return ask[[]biovm.Gene](ctx, c, on("list genes of", ref, http.MethodGet, "/genes"))
}

// EssentialGenes predicts and looks up what a VM's cell cannot lose.
func (c *Client) EssentialGenes(ctx context.Context, ref string) (biovm.EssentialGenes, error) {
	return ask[biovm.EssentialGenes](ctx, c, on("find essential genes of", ref, http.MethodGet, "/essential-genes"))
}

// Execute runs a process in a VM. Canceling ctx ends it there.
func (c *Client) Execute(ctx context.Context, ref string, p biovm.Process) (biovm.Result, error) {
	r := on(string(biovm.OpExecute), ref, http.MethodPost, "/executions")
	r.body = p
	return ask[biovm.Result](ctx, c, r)
}

// ExecuteRecorded runs a process and keeps a record of it.
func (c *Client) ExecuteRecorded(ctx context.Context, ref string, p biovm.Process, triggers map[string]string) (biovm.Record, error) {
	r := on(string(biovm.OpExecute), ref, http.MethodPost, "/records")
	r.body, r.session = RecordRequest{Process: p, Triggers: triggers}, true
	return ask[biovm.Record](ctx, c, r)
}

func onRecord(op, id, method, rest string) request {
	path, query := pathOf("/v1/records/", id, rest)
	return request{op: op, method: method, path: path, query: query}
}

// Record finds a record of any VM.
func (c *Client) Record(ctx context.Context, id string) (biovm.Record, error) {
	return ask[biovm.Record](ctx, c, onRecord("find record "+id+" of", id, http.MethodGet, ""))
}

// Records lists a VM's records, oldest first.
func (c *Client) Records(ctx context.Context, ref string) ([]biovm.Record, error) {
	return ask[[]biovm.Record](ctx, c, on("list records of", ref, http.MethodGet, "/records"))
}

// ConfirmRecord takes the pending mark off a record.
func (c *Client) ConfirmRecord(ctx context.Context, id string) error {
	return c.call(ctx, onRecord("confirm record "+id+" of", id, http.MethodPost, "/confirm"))
}

// DeleteRecord forgets a record.
func (c *Client) DeleteRecord(ctx context.Context, id string) error {
	return c.call(ctx, onRecord("forget record "+id+" of", id, http.MethodDelete, ""))
}

// CheckProcess reads code as the cell of a spec would, without running it.
func (c *Client) CheckProcess(ctx context.Context, spec biovm.Spec, p biovm.Process) error {
	return c.call(ctx, request{op: "check process for", ref: string(spec.ID), method: http.MethodPost, path: "/v1/check-process", body: ProcessRequest{Spec: spec, Process: p}})
}

// OrganismGenes lists an organism's genes.
func (c *Client) OrganismGenes(ctx context.Context, t biovm.BiologicalType) ([]biovm.Gene, error) {
	return ask[[]biovm.Gene](ctx, c, request{op: "list genes of", method: http.MethodGet, path: "/v1/genes", query: url.Values{"type": {string(t)}}})
}

// Chassis lists every chassis that a VM is on, by name.
func (c *Client) Chassis(ctx context.Context) ([]biovm.ChassisStatus, error) {
	return ask[[]biovm.ChassisStatus](ctx, c, request{op: "list chassis", method: http.MethodGet, path: "/v1/chassis"})
}

// Capabilities says what the daemon's build offers.
func (c *Client) Capabilities(ctx context.Context) (biovm.Capabilities, error) {
	return ask[biovm.Capabilities](ctx, c, request{op: "list capabilities", method: http.MethodGet, path: "/v1/capabilities"})
}

// LastEvent is the newest event's number; 0 when there is none.
func (c *Client) LastEvent(ctx context.Context) (int64, error) {
	last, err := ask[LastEvent](ctx, c, request{op: "watch", method: http.MethodGet, path: "/v1/events/last"})
	return last.Seq, err
}
