package remote

import (
	"context"
	"net/http"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

var _ biovm.GenomeKeeper = (*Client)(nil)

// genomesPath is where genomes that are kept are, by name.
const genomesPath = "/v1/genomes"

// aboutGenome is a request about one genome.
func aboutGenome(op, name, method string) request {
	path, query := pathOf(genomesPath+"/", name, "")
	return request{op: op, method: method, path: path, query: query}
}

// CheckGenome says what a genome would be if it were kept; see
// [biovm.GenomeKeeper]. Its file must have been brought ([Client.PutFile]).
func (c *Client) CheckGenome(ctx context.Context, file biovm.Source) (biovm.Genome, error) {
	g, err := ask[biovm.Genome](ctx, c, request{op: "check genome", method: http.MethodPost, path: "/v1/check-genome", body: file})
	return g, takesGenomes(err)
}

// PutGenome keeps a genome by a name. Its file must have been brought.
func (c *Client) PutGenome(ctx context.Context, name string, file biovm.Source) (biovm.Genome, error) {
	q := aboutGenome("keep genome", name, http.MethodPut)
	q.body = file
	g, err := ask[biovm.Genome](ctx, c, q)
	return g, takesGenomes(err)
}

// onGenome is a request to do something with one genome.
func onGenome(op, name, rest string) request {
	path, query := pathOf(genomesPath+"/", name, rest)
	return request{op: op, method: http.MethodPost, path: path, query: query}
}

// CreateGenome keeps a genome by a name that is free, pending and the client's, or
// adopts one. Its file must have been brought.
func (c *Client) CreateGenome(ctx context.Context, name string, file biovm.Source) (biovm.Genome, error) {
	q := onGenome("create genome", name, "/create")
	q.body, q.session = file, true
	g, err := ask[biovm.Genome](ctx, c, q)
	return g, takesGenomes(err)
}

// ConfirmGenome takes the pending mark off a genome.
func (c *Client) ConfirmGenome(ctx context.Context, name string) error {
	return takesGenomes(c.call(ctx, onGenome("confirm genome", name, "/confirm")))
}

// UpdateGenome has a genome be of another file, which must have been brought.
func (c *Client) UpdateGenome(ctx context.Context, name, was string, file biovm.Source) (biovm.Genome, error) {
	q := onGenome("update genome", name, "/update")
	q.body = GenomeUpdate{Was: was, File: file}
	g, err := ask[biovm.Genome](ctx, c, q)
	return g, takesGenomes(err)
}

// Genome finds a genome that is kept by its name.
func (c *Client) Genome(ctx context.Context, name string) (biovm.Genome, error) {
	g, err := ask[biovm.Genome](ctx, c, aboutGenome("find genome", name, http.MethodGet))
	return g, takesGenomes(err)
}

// Genomes returns all genomes that are kept, by name.
func (c *Client) Genomes(ctx context.Context) ([]biovm.Genome, error) {
	all, err := ask[[]biovm.Genome](ctx, c, request{op: "list genomes", method: http.MethodGet, path: genomesPath})
	return all, takesGenomes(err)
}

// DeleteGenome forgets a genome that is kept.
func (c *Client) DeleteGenome(ctx context.Context, name string) error {
	return takesGenomes(c.call(ctx, aboutGenome("delete genome", name, http.MethodDelete)))
}

// takesGenomes says of a daemon that keeps no genomes what to do.
func takesGenomes(err error) error { return since(err, "genomes to keep") }
