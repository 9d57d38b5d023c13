package xapitest

import "strconv"

// A Preset says what pool to make. Change what you like before New.
type Preset struct {
	// Hosts is how many members there are; the first is the master.
	Hosts int
	// HostMemory is each host's memory in bytes, HostCPUs its logical processors.
	HostMemory int64
	HostCPUs   int64
	// SRSize is the size of each storage repository in bytes.
	SRSize int64
	// Templates are what VMs can be made of.
	Templates []Template
}

// A Template is one that a pool has from the start.
type Template struct {
	Name string
	// Default: it comes with the server and describes its disk instead of
	// having one.
	Default bool
	// DiskSize is in bytes, Memory too.
	DiskSize int64
	Memory   int64
	VCPUs    int64
	// Interfaces is how many network interfaces it has, Drive whether a CD
	// drive was left in it.
	Interfaces int
	Drive      bool
	// Tools: guest tools were seen in it, and it still shows the address that
	// it had then.
	Tools bool
	// Guest boots behind its VMs; the server's when nil.
	Guest Guest
}

// The names of the presets' templates.
const (
	// TemplateDebian has a disk, an interface and guest tools.
	TemplateDebian = "debian-12-cloud"
	// TemplateSilent is like it, with nobody inside who would speak to the host.
	TemplateSilent = "no-guest-tools"
	// TemplateLeftover has a CD drive that somebody left in it.
	TemplateLeftover = "debian-12-with-cd"
	// TemplateDefault comes with the server: it describes an empty disk on no SR.
	TemplateDefault = "Debian Bookworm 12"
)

// The names of the presets' other things.
const (
	NetworkName   = "Pool-wide network associated with eth0"
	SharedSRName  = "NFS storage"
	LocalSRName   = "Local storage"
	ISOSRName     = "ISO library"
	StaleAddress  = "192.0.2.99" // what templates with tools still show
	DefaultMemory = 32 << 30     // of a host, in bytes
)

// SingleHost is a pool of one host with local storage.
func SingleHost() Preset { return Pool(1) }

// Pool is a pool of n hosts. Those of more than one have shared storage, which
// is then the default, and each local storage besides.
func Pool(n int) Preset {
	const (
		gib  = 1 << 30
		cpus = 16
		sr   = 1 << 40
		disk = 10 * gib
		mem  = 2 * gib
	)
	debian := Template{Name: TemplateDebian, DiskSize: disk, Memory: mem, VCPUs: 2, Interfaces: 1, Tools: true}
	silent, leftover := debian, debian
	silent.Name, silent.Tools, silent.Guest = TemplateSilent, false, Nobody{}
	leftover.Name, leftover.Drive = TemplateLeftover, true
	return Preset{
		Hosts: n, HostMemory: DefaultMemory, HostCPUs: cpus, SRSize: sr,
		Templates: []Template{
			debian, silent, leftover,
			{Name: TemplateDefault, Default: true, DiskSize: disk, Memory: mem, VCPUs: 1},
		},
	}
}

func hostName(i int) string { return "xcp-ng-" + strconv.Itoa(i+1) }
