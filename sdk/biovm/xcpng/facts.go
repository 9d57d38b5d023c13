package xcpng

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A Pool is what a pool has, for those who choose where to make VMs and of what.
// Lists are by name, members with the master first.
type Pool struct {
	UUID, Name string
	Members    []Member
	Templates  []Template
	Networks   []Network
	Storage    []Storage
}

// A Member is a host of a pool.
type Member struct {
	UUID, Name, Address string
	// Product and Version are as the host calls itself, such as XCP-ng 8.3.0.
	Product, Version, CPUModel string
	Master, Enabled, Live      bool
	// CPUs is how many there are, VMs how many run there.
	CPUs, VMs                     int
	MemoryTotalMiB, MemoryFreeMiB int
}

// A Template is what machines can be cloned from.
type Template struct {
	UUID, Name, Description string
	// Disks is how many it has, DiskMiB how long they are in all.
	Disks, DiskMiB    int
	MemoryMiB, VCPUs  int
	Interfaces        int
	GuestTools, Agent bool // seen in it, and said of it: by a tag or the other_config, "bioxen"
	CloudInit         bool // said of it, by its name, description, tags or other_config
	// Problems are what speaks against it; some may turn out to be nothing.
	Problems []string
}

// A Network is one that a machine's interface can be on.
type Network struct{ UUID, Name, Bridge string }

// A Storage is a storage repository.
type Storage struct {
	UUID, Name, Type string
	// Shared: all members reach it. Default: disks go there that nothing is said
	// of. Usable: it takes disks, and a member reaches it now.
	Shared, Default, Usable bool
	SizeMiB, FreeMiB        int
}

// Pool says what a pool has. Callers at the same time share one reading of it.
func (d *Driver) Pool(ctx context.Context, host string) (Pool, error) {
	var p Pool
	err := d.do(ctx, "look at the pool of", "", func(ctx context.Context) error {
		o, err := d.pool(host).offer.get(ctx)
		if err == nil {
			p = o.facts()
		}
		return err
	})
	return p, err
}

// CheckPool says what a pool has, as Pool does, and reports which of the host's
// template, network and sr it does not have, or cannot give to VMs, as
// [biovm.FieldError]s of these names.
func (d *Driver) CheckPool(ctx context.Context, host string) (Pool, error) {
	var p Pool
	err := d.do(ctx, "look at the pool of", "", func(ctx context.Context) error {
		h, err := d.o.Hosts.Host(ctx, host)
		if err != nil {
			return err
		}
		o, err := d.pool(host).offer.get(ctx)
		if err != nil {
			return err
		}
		p = o.facts()
		var errs []error
		for _, e := range biovm.FieldErrors(o.offers(h.Defaults())) {
			errs = append(errs, &biovm.FieldError{Path: strings.TrimPrefix(e.Path, "xcpng."), Value: e.Value, Reason: e.Reason})
		}
		return errors.Join(errs...)
	})
	return p, err
}

// Measurements are what the pool last measured of a VM's machine, found by name
// or UUID; none of one that does not run.
func (d *Driver) Measurements(ctx context.Context, host, ref string) (xapi.Measurements, error) {
	var m xapi.Measurements
	err := d.do(ctx, "measure", biovm.ID(ref), func(ctx context.Context) error {
		vm, err := d.getOn(ctx, host, ref)
		if err != nil {
			return err
		}
		c, err := d.pool(host).session(ctx)
		if err != nil {
			return err
		}
		m, err = c.VMMeasurements(ctx, vm.ref)
		return vm.explain(err)
	})
	return m, err
}

const mebi = 20 // bits

func (o *offer) facts() Pool {
	p := Pool{UUID: o.pool.UUID, Name: o.pool.NameLabel}
	for _, h := range o.members {
		p.Members = append(p.Members, Member{
			UUID: h.UUID, Name: h.Name, Address: h.Address, Product: h.Product, Version: h.Version, CPUModel: h.CPUModel,
			Master: h.Master, Enabled: h.Enabled, Live: h.Live, CPUs: h.CPUs, VMs: h.VMs,
			MemoryTotalMiB: int(h.MemoryTotal >> mebi), MemoryFreeMiB: int(h.MemoryFree >> mebi),
		})
	}
	for i := range o.templates {
		p.Templates = append(p.Templates, templateOf(&o.templates[i]))
	}
	for _, n := range o.networks {
		p.Networks = append(p.Networks, Network{UUID: n.UUID, Name: n.NameLabel, Bridge: n.Bridge})
	}
	for ref, s := range o.srs {
		p.Storage = append(p.Storage, Storage{
			UUID: s.UUID, Name: s.NameLabel, Type: s.Type, Shared: s.Shared, Default: ref == o.pool.DefaultSR,
			Usable: s.ContentType != "iso" && slices.ContainsFunc(s.PBDs, func(r xapi.PBDRef) bool { return o.pbds[r].CurrentlyAttached }),
			// A negative size is one that the storage does not know.
			SizeMiB: int(max(0, s.PhysicalSize) >> mebi), FreeMiB: int(s.Free() >> mebi),
		})
	}
	slices.SortFunc(p.Networks, func(a, b Network) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.UUID, b.UUID))
	})
	slices.SortFunc(p.Storage, func(a, b Storage) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.UUID, b.UUID))
	})
	return p
}

func templateOf(t *xapi.TemplateFacts) Template {
	vm := t.Template
	_, agent := vm.OtherConfig[keyPrefix+"agent"]
	return Template{
		UUID: vm.UUID, Name: vm.NameLabel, Description: vm.NameDescription, Disks: t.Disks, DiskMiB: int(t.DiskBytes >> mebi),
		MemoryMiB: int(vm.MemoryStaticMax >> mebi), VCPUs: int(vm.VCPUsAtStartup), Interfaces: t.Interfaces,
		GuestTools: t.GuestTools, CloudInit: t.CloudInit, Agent: agent || slices.Contains(vm.Tags, "bioxen"), Problems: t.Problems(),
	}
}
