package xcpng

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// Pool is what a pool offers to those who want VMs on it.
type Pool struct {
	UUID string
	// Name is the pool's own, often empty.
	Name string
	// Members are its hosts, the master first, then by name; the rest is by
	// name too.
	Members   []Member
	Templates []Template
	Networks  []Network
	Storage   []Storage
}

// A Member is a host of a pool.
type Member struct {
	UUID, Name, Address string
	Master              bool
	Enabled             bool // VMs may start on it
	Live                bool
	// Product and Version are as it calls itself, such as XCP-ng 8.3.0.
	Product, Version string
	CPUs             int
	CPUModel         string
	MemoryTotalMiB   int
	MemoryFreeMiB    int // a little behind the truth
	VMs              int // that run on it
}

// A Template is what VMs can be made of.
type Template struct {
	UUID, Name, Description string
	// Disks is how many disks it has, DiskMiB how long they are in all.
	Disks, DiskMiB int
	// VCPUs, MemoryMiB and Interfaces are what its VMs get.
	VCPUs, MemoryMiB, Interfaces int
	// GuestTools: they were seen in it. CloudInit and Agent: something says
	// that cloud-init and bioxen are in it.
	GuestTools, CloudInit, Agent bool
	// Problems are what stands, or may stand, against making a VM of it.
	Problems []string
}

// A Network is one of a pool's.
type Network struct{ UUID, Name, Bridge string }

// Storage is one of a pool's storage repositories.
type Storage struct {
	UUID, Name       string
	Type             string // ext, nfs, iso, …
	Shared           bool   // all members reach it
	Default          bool   // disks go there for which nothing else is said
	SizeMiB, FreeMiB int
}

// Pool says what a pool offers. It is read anew each time.
func (d *Driver) Pool(ctx context.Context, host string) (Pool, error) {
	var p Pool
	err := d.do(ctx, "look at xcpng host "+host, "", func(ctx context.Context) error {
		c, err := d.pool(host).session(ctx)
		if err != nil {
			return err
		}
		p, err = readPool(ctx, c)
		return explain(host, err)
	})
	return p, err
}

// Measurements says what the pool last measured of a VM's machine: nothing of one
// that does not run. See [xapi.Measurements] for its figures.
func (d *Driver) Measurements(ctx context.Context, host, ref string) (xapi.Measurements, error) {
	var measured xapi.Measurements
	err := d.do(ctx, "measure", biovm.ID(ref), func(ctx context.Context) error {
		c, err := d.pool(host).session(ctx)
		if err != nil {
			return err
		}
		vm, err := d.getOn(ctx, host, ref)
		if err != nil {
			return err
		}
		measured, err = c.VMMeasurements(ctx, vm.ref)
		return vm.explain(err)
	})
	return measured, err
}

// readPool reads all that a pool offers, in a number of calls that does not
// depend on how much that is.
func readPool(ctx context.Context, c *xapi.Client) (Pool, error) {
	_, record, err := c.Pool(ctx)
	if err != nil {
		return Pool{}, err
	}
	hosts, err := c.HostFacts(ctx)
	if err != nil {
		return Pool{}, err
	}
	templates, err := c.Templates(ctx)
	if err != nil {
		return Pool{}, err
	}
	networks, err := c.Networks(ctx)
	if err != nil {
		return Pool{}, err
	}
	srs, err := c.SRs(ctx)
	if err != nil {
		return Pool{}, err
	}
	p := Pool{UUID: record.UUID, Name: record.NameLabel}
	for _, h := range hosts {
		p.Members = append(p.Members, Member{
			UUID: h.UUID, Name: h.Name, Address: h.Address, Master: h.Master, Enabled: h.Enabled, Live: h.Live,
			Product: h.Product, Version: h.Version, CPUs: h.CPUs, CPUModel: h.CPUModel,
			MemoryTotalMiB: mib(h.MemoryTotal), MemoryFreeMiB: mib(h.MemoryFree), VMs: h.VMs,
		})
	}
	for _, t := range templates {
		p.Templates = append(p.Templates, templateOf(t))
	}
	for _, n := range networks {
		p.Networks = append(p.Networks, Network{UUID: n.UUID, Name: n.NameLabel, Bridge: n.Bridge})
	}
	for ref, s := range srs {
		p.Storage = append(p.Storage, Storage{
			UUID: s.UUID, Name: s.NameLabel, Type: s.Type, Shared: s.Shared, Default: ref == record.DefaultSR,
			SizeMiB: mib(s.PhysicalSize), FreeMiB: mib(s.Free()),
		})
	}
	slices.SortFunc(p.Networks, func(a, b Network) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.UUID, b.UUID))
	})
	slices.SortFunc(p.Storage, func(a, b Storage) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.UUID, b.UUID))
	})
	return p, nil
}

func templateOf(t xapi.TemplateFacts) Template {
	return Template{
		UUID: t.Template.UUID, Name: t.Template.NameLabel, Description: t.Template.NameDescription,
		Disks: t.Disks, DiskMiB: mib(t.DiskBytes), VCPUs: int(t.Template.VCPUsAtStartup), MemoryMiB: mib(t.Template.MemoryDynamicMax), Interfaces: t.Interfaces,
		GuestTools: t.GuestTools, CloudInit: t.CloudInit, Agent: saysAgent(t.Template), Problems: t.Problems(),
	}
}

// saysAgent reports whether a template says of itself that bioxen is in it: in
// its tags, its description, or other_config["bioxen:agent"].
func saysAgent(vm xapi.VM) bool {
	_, marked := vm.OtherConfig["bioxen:agent"]
	return marked || slices.Contains(vm.Tags, "bioxen") || strings.Contains(strings.ToLower(vm.NameDescription), "bioxen")
}

func mib(bytes int64) int { return int(bytes >> 20) }
