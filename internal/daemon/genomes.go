package daemon

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// GenomeInput is exported for huma, as VMInput is. It names a genome: in the
// path or, where it may be no name, by "-" and a query.
type GenomeInput struct {
	Path  string `doc:"Name of the genome."                 path:"name"`
	Query string `doc:"The name, where the path is -." query:"ref"`
}

func (in GenomeInput) name() string { return pathOrQuery(in.Path, in.Query) }

type putGenomeInput struct {
	GenomeInput

	Body biovm.Source
}

func (d *Daemon) aboutGenomes(api huma.API) {
	e := d.options.Engine
	const one = "/v1/genomes/{name}"
	read(api, route(http.MethodGet, "/v1/genomes", "list-genomes", "The genomes that are kept, by name"), func(ctx context.Context, _ *struct{}) ([]biovm.Genome, error) {
		return e.Genomes(ctx)
	})
	read(api, route(http.MethodGet, one, "get-genome", "A genome that is kept"), func(ctx context.Context, in *GenomeInput) (biovm.Genome, error) {
		return e.Genome(ctx, in.name())
	})
	put := route(http.MethodPut, one, "put-genome", "Keep a genome by a name")
	put.Description = "Its file is brought first, and named by its SHA-256; the source only says where it is from. " +
		"A genome of the name that is there must have the same content. A VM is made of it by that: {\"genome\": {\"sha256\": …}}."
	read(api, put, func(ctx context.Context, in *putGenomeInput) (biovm.Genome, error) {
		return e.PutGenome(ctx, in.name(), in.Body)
	})
	act(api, route(http.MethodDelete, one, "delete-genome", "Forget a genome; VMs that are made of it live on"), func(ctx context.Context, in *GenomeInput) error {
		return e.DeleteGenome(ctx, in.name())
	})
	read(api, route(http.MethodPost, "/v1/check-genome", "check-genome", "What a genome would be if it were kept, or what is wrong with it"), func(ctx context.Context, in *bodyOnly[biovm.Source]) (biovm.Genome, error) {
		return e.CheckGenome(ctx, in.Body)
	})
}
