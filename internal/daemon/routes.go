package daemon

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// VMInput is exported for huma, which passes over embedded types that are not. It
// names a VM: by its name or UUID in the path or, where it may be
// neither, by "-" and a query.
type VMInput struct {
	Path  string `doc:"Name or UUID of the VM."              path:"ref"`
	Query string `doc:"The reference, where the path is -." query:"ref"`
}

func (in VMInput) ref() string { return pathOrQuery(in.Path, in.Query) }

// pathOrQuery is what a call names in its path, or in a query where that is "-".
func pathOrQuery(path, query string) string {
	if path == "-" {
		return query
	}
	return path
}

// withBody is an input about a VM that brings something.
type withBody[B any] struct {
	VMInput

	Body B
}

// bodyOnly is an input about no VM in particular.
type bodyOnly[B any] struct{ Body B }

// output is an operation's answer.
type output[T any] struct{ Body T }

// none is an output with nothing in it.
type none struct{}

// route is what all operations have in common. The engine checks what comes in,
// and says better what is wrong.
func route(method, path, id, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, SkipValidateBody: true, SkipValidateParams: true, MaxBodyBytes: remote.MaxCall, BodyReadTimeout: -1}
}

// streaming is a route whose answer goes on.
func streaming(method, path, id, summary, mediaType string) huma.Operation {
	o := route(method, path, id, summary)
	o.Responses = map[string]*huma.Response{
		"200": {Description: "The stream", Content: map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString}}}},
	}
	return o
}

// read registers an operation that answers.
func read[I, T any](api huma.API, o huma.Operation, do func(context.Context, *I) (T, error)) {
	huma.Register(api, o, func(ctx context.Context, in *I) (*output[T], error) {
		v, err := do(ctx, in)
		if err != nil {
			return nil, problem(ctx, err)
		}
		return &output[T]{v}, nil
	})
}

// act registers an operation that only succeeds or fails.
func act[I any](api huma.API, o huma.Operation, do func(context.Context, *I) error) {
	huma.Register(api, o, func(ctx context.Context, in *I) (*none, error) {
		return nil, problem(ctx, do(ctx, in))
	})
}

func (d *Daemon) routes() http.Handler {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("BioXen", d.options.Version)
	config.DocsPath = ""    // it would load scripts from elsewhere
	config.SchemasPath = "" // they are in the description
	config.CreateHooks = nil
	config.Transformers = []huma.Transformer{ours}
	config.Info.Description = "A hypervisor of biological virtual machines. Errors are problem details (RFC 9457), whose \"cause\" has what is wrong piece by piece."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "Over TLS; a unix socket asks for none."}}
	config.Security = []map[string][]string{{"token": {}}, {}}
	api := humago.New(mux, config)
	d.aboutDaemon(api)
	d.aboutEngine(api)
	d.aboutFiles(api)
	d.aboutGenomes(api)
	d.aboutVMs(api)
	d.aboutPackages(api)
	d.aboutGrants(api)
	d.aboutExecutions(api)
	describeProblems(api.OpenAPI())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "there is no "+r.Method+" "+routeOf(r)+"; /openapi.json says what there is")
	})
	return mux
}

// ours makes huma's own errors, of bodies that are no JSON say, problems as the
// others are.
func ours(_ huma.Context, _ string, v any) (any, error) {
	theirs, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &remote.Problem{Type: "about:blank", Title: http.StatusText(theirs.Status), Status: theirs.Status, Detail: theirs.Detail}
	for _, e := range theirs.Errors {
		p.Detail += ": " + e.Message
		if e.Location != "" {
			p.Detail += " at " + e.Location
		}
	}
	return p, nil
}

// describeProblems has every operation fail with our problems, of which huma has
// a form of its own.
func describeProblems(o *huma.OpenAPI) {
	schema := o.Components.Schemas.Schema(reflect.TypeFor[remote.Problem](), true, "Problem")
	for _, path := range o.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Put, path.Post, path.Patch, path.Delete} {
			if op != nil {
				op.Responses["default"] = &huma.Response{
					Description: "What went wrong",
					Content:     map[string]*huma.MediaType{remote.ProblemType: {Schema: schema}},
				}
			}
		}
	}
	delete(o.Components.Schemas.Map(), "ErrorModel")
	delete(o.Components.Schemas.Map(), "ErrorDetail")
}

func (d *Daemon) aboutDaemon(api huma.API) {
	read(api, route(http.MethodGet, versionPath, "version", "Release and versions of the API"), func(context.Context, *struct{}) (remote.ServerInfo, error) {
		return d.Info(), nil
	})
	read(api, route(http.MethodGet, "/v1/health", "health", "Whether the engine answers"), func(ctx context.Context, _ *struct{}) (remote.Health, error) {
		all, err := d.options.Engine.Statuses(ctx)
		return remote.Health{Status: "ok", VMs: len(all)}, err
	})
	huma.Register(api, streaming(http.MethodPost, "/v1/sessions", "open-session", "Open a session, for as long as the stream is open", sessionType), d.openSession)
	huma.Register(api, streaming(http.MethodGet, "/v1/events", "events", "What happens, as server-sent events", eventsType), d.events)
	read(api, route(http.MethodGet, "/v1/events/last", "last-event", "Number of the newest event"), func(ctx context.Context, _ *struct{}) (remote.LastEvent, error) {
		seq, err := d.options.Engine.LastEvent(ctx)
		return remote.LastEvent{Seq: seq}, err
	})
}

type typeInput struct {
	Type string `doc:"Organism." query:"type"`
}

func (d *Daemon) aboutEngine(api huma.API) {
	e := d.options.Engine
	read(api, route(http.MethodGet, "/v1/capabilities", "capabilities", "What this build offers"), func(ctx context.Context, _ *struct{}) (biovm.Capabilities, error) {
		return e.Capabilities(ctx)
	})
	read(api, route(http.MethodGet, "/v1/chassis", "chassis", "Every chassis that a VM is on"), func(ctx context.Context, _ *struct{}) ([]biovm.ChassisStatus, error) {
		return e.Chassis(ctx)
	})
	read(api, route(http.MethodGet, "/v1/genes", "organism-genes", "An organism's genes"), func(ctx context.Context, in *typeInput) ([]biovm.Gene, error) {
		return e.OrganismGenes(ctx, biovm.BiologicalType(in.Type))
	})
	act(api, route(http.MethodPost, "/v1/check", "check", "All that is wrong with a spec"), func(ctx context.Context, in *bodyOnly[biovm.Spec]) error {
		return e.Check(ctx, in.Body)
	})
	read(api, route(http.MethodPost, "/v1/check-package", "check-package", "What a package would be in a VM, or what keeps it out"), func(ctx context.Context, in *bodyOnly[remote.PackageCheck]) (biovm.Package, error) {
		return e.CheckPackage(ctx, in.Body.Spec, in.Body.Request)
	})
	act(api, route(http.MethodPost, "/v1/check-process", "check-process", "What is wrong with a process"), func(ctx context.Context, in *bodyOnly[remote.ProcessRequest]) error {
		return e.CheckProcess(ctx, in.Body.Spec, in.Body.Process)
	})
	read(api, route(http.MethodPost, "/v1/quote", "quote", "What a VM would hold"), func(ctx context.Context, in *bodyOnly[remote.QuoteRequest]) (biovm.Quote, error) {
		return e.Quote(ctx, in.Body.Spec, in.Body.Allocation)
	})
}
