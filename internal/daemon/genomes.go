package daemon

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
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

type createGenomeInput struct {
	GenomeInput

	Session string `doc:"The session that the genome belongs to, pending, until it is confirmed; without one it is confirmed at once." header:"Bioxen-Session"`
	Body    biovm.Source
}

type updateGenomeInput struct {
	GenomeInput

	Body remote.GenomeUpdate
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
	create := route(http.MethodPost, one+"/create", "create-genome", "Keep a genome by a name that is free")
	create.Description = "As put-genome, but a name that is taken is refused whatever its content."
	read(api, create, func(ctx context.Context, in *createGenomeInput) (biovm.Genome, error) {
		return d.createGenome(ctx, in.Session, in.name(), in.Body)
	})
	act(api, route(http.MethodPost, one+"/confirm", "confirm-genome", "Take the pending mark off"), func(ctx context.Context, in *GenomeInput) error {
		return e.ConfirmGenome(ctx, in.name())
	})
	update := route(http.MethodPost, one+"/update", "update-genome", "Have a genome be of another file")
	update.Description = "The file is brought first. was is the SHA-256 that the genome has; where it has another, somebody else changed it, and the call is refused. VMs that are made of what it was keep that."
	read(api, update, func(ctx context.Context, in *updateGenomeInput) (biovm.Genome, error) {
		return e.UpdateGenome(ctx, in.name(), in.Body.Was, in.Body.File)
	})
	act(api, route(http.MethodDelete, one, "delete-genome", "Forget a genome; VMs that are made of it live on"), func(ctx context.Context, in *GenomeInput) error {
		return e.DeleteGenome(ctx, in.name())
	})
	read(api, route(http.MethodPost, "/v1/check-genome", "check-genome", "What a genome would be if it were kept, or what is wrong with it"), func(ctx context.Context, in *bodyOnly[biovm.Source]) (biovm.Genome, error) {
		return e.CheckGenome(ctx, in.Body)
	})
}

// createGenome keeps a genome. Who has no session keeps no books that could lag
// behind: his genome is confirmed at once.
func (d *Daemon) createGenome(ctx context.Context, session, name string, file biovm.Source) (biovm.Genome, error) {
	if session != "" {
		s, err := d.session(session)
		if err != nil {
			return biovm.Genome{}, err
		}
		return s.CreateGenome(ctx, name, file)
	}
	g, err := d.options.Engine.CreateGenome(ctx, name, file)
	if err != nil {
		return g, err
	}
	g.Pending = false
	return g, d.options.Engine.ConfirmGenome(ctx, name)
}
