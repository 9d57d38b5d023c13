// Package provider is the Terraform provider: its configuration, and the list
// of its resources and data sources, each of which is a package below.
package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/allocation"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/capability"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/flux"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/genome"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/organism"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/packages"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/process"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/vm"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Address is the provider's address in the registry.
const Address = "registry.terraform.io/bioxen/bioxen"

// Provider is the Terraform provider. Each configuration of it opens one
// client, which Close closes. It is safe for concurrent use.
type Provider struct {
	version string

	mu     sync.Mutex // guards opened
	opened []opened
}

// opened is a configuration that was opened.
type opened struct {
	client *bioxen.Client
	data   *providerdata.Data
}

// confirmTimeout bounds how long Close confirms what was made: Terraform kills
// a provider that takes longer than two seconds to end.
const confirmTimeout = time.Second

var _ fwprovider.Provider = (*Provider)(nil)

// New returns the provider of a release.
func New(version string) *Provider { return &Provider{version: version} }

// Close confirms what was made and closes what the provider has opened. VMs
// live on. It is for when Terraform has let the provider go; one whose
// Terraform is gone must just end.
func (p *Provider) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), confirmTimeout)
	defer cancel()
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, o := range p.opened {
		o.data.Confirm(ctx)
		errs = append(errs, o.client.Close())
	}
	p.opened = nil
	return errors.Join(errs...)
}

// Metadata implements [fwprovider.Provider].
func (p *Provider) Metadata(_ context.Context, _ fwprovider.MetadataRequest, resp *fwprovider.MetadataResponse) {
	resp.TypeName = "bioxen"
	resp.Version = p.version
}

// Schema implements [fwprovider.Provider].
func (p *Provider) Schema(_ context.Context, _ fwprovider.SchemaRequest, resp *fwprovider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Cells as infrastructure: biological virtual machines, which are runnable models of real cells, " +
			"on host cells whose ribosomes, ATP, polymerases and genome space are finite. The engine runs inside the provider, and " +
			"there is no server to start, unless you want one: `bioxen serve`.",
		Attributes: settingsAttributes(),
	}
}

// Configure implements [fwprovider.Provider]. It opens the data directory, so
// that one that cannot be used is one error and not one for each resource.
func (p *Provider) Configure(ctx context.Context, req fwprovider.ConfigureRequest, resp *fwprovider.ConfigureResponse) {
	var config settings
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	k := config.resolve(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	data := providerdata.New(nil)
	if config.placed() {
		var err error
		if data, err = p.open(ctx, k); err != nil {
			addUnusable(&resp.Diagnostics, k.options.Endpoint, err)
			return
		}
	}
	resp.ResourceData = data
	resp.DataSourceData = data
}

// addUnusable reports why the place where VMs live cannot be used.
func addUnusable(diags *diag.Diagnostics, endpoint string, err error) {
	if endpoint == "" {
		n := diagnose.Noun{Attributes: []string{"token", "ca_cert_pem", "pins"}, Fallback: path.Root("data_dir")}
		n.Add(diags, "The data directory cannot be used", err)
		return
	}
	n := diagnose.Noun{Attributes: []string{"endpoint", "token", "ca_cert_pem", "pins"}, Fallback: path.Root("endpoint")}
	switch {
	case errors.Is(err, bioxen.ErrUnauthorized):
		n.Fallback = path.Root("token")
	case errors.Is(err, bioxen.ErrUntrusted):
		n.Fallback = path.Root("pins")
	case isCertificate(err):
		n.Fallback = path.Root("ca_cert_pem")
	}
	n.Add(diags, "The daemon cannot be used", err)
}

func isCertificate(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

func (p *Provider) open(ctx context.Context, k known) (*providerdata.Data, error) {
	o := k.options
	o.Version, o.Logger = p.version, providerdata.Logger()
	c, err := bioxen.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	data := providerdata.New(c)
	data.UnknownHosts(k.anyHost, k.unknownHosts...)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opened = append(p.opened, opened{client: c, data: data})
	return data, nil
}

// Resources implements [fwprovider.Provider].
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{vm.NewResource, allocation.NewResource, process.NewResource, packages.NewResource, genome.NewResource, xcpng.NewResource}
}

// DataSources implements [fwprovider.Provider].
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		organism.NewTypesDataSource, organism.NewGenesDataSource, genome.NewDataSource,
		capability.NewVMTypesDataSource, capability.NewDataSource,
		vm.NewDataSource, vm.NewListDataSource, vm.NewMetricsDataSource,
		allocation.NewDataSource,
		flux.NewDataSource,
		xcpng.NewHostsDataSource, xcpng.NewTemplatesDataSource, xcpng.NewNetworksDataSource, xcpng.NewStorageDataSource,
		xcpng.NewMetricsDataSource,
	}
}
