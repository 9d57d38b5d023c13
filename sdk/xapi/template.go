package xapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// TemplateFacts say whether a template makes a VM that this package can
// drive.
type TemplateFacts struct {
	Ref      VMRef
	Template VM
	// Disks is how many disks it has, and DiskBytes how long they are in all.
	Disks     int
	DiskBytes int64
	// DescribedDisks: it describes empty disks instead of having them, as the
	// templates that come with the server do: nothing is installed on them.
	DescribedDisks bool
	// GuestTools: when it was last seen alive, an agent in it spoke. A template
	// that never ran has never said so.
	GuestTools bool
	// CloudInit: its name, description, tags or other_config say cloud-init or
	// cloud image. The API itself has no such fact: what is not said may still
	// be so.
	CloudInit bool
	// Bootable: one of its disks is marked so, or its firmware decides.
	Bootable bool
	// Interfaces is how many network interfaces its clones get.
	Interfaces int
}

// Problems lists what stands against making a VM of it; empty when nothing does.
func (f *TemplateFacts) Problems() []string {
	var p []string
	if f.DescribedDisks || f.Disks == 0 {
		p = append(p, "it has no disk with a system on it")
	}
	if !f.Bootable {
		p = append(p, "none of its disks is bootable")
	}
	if !f.GuestTools {
		p = append(p, "guest tools were never seen in it: its clones may not report an address")
	}
	if !f.CloudInit {
		p = append(p, "nothing says that cloud-init is in it: its clones may ignore their configuration")
	}
	return p
}

// Templates returns the facts of every template that is no snapshot, by name, in
// a number of calls that does not depend on how many there are.
func (c *Client) Templates(ctx context.Context) ([]TemplateFacts, error) {
	vms, err := c.VMs(ctx)
	if err != nil {
		return nil, err
	}
	vbds, err := c.VBDs(ctx)
	if err != nil {
		return nil, err
	}
	vdis, err := c.VDIs(ctx)
	if err != nil {
		return nil, err
	}
	guests, err := c.AllVMGuestMetrics(ctx)
	if err != nil {
		return nil, err
	}
	var all []TemplateFacts
	for ref, vm := range vms {
		if vm.IsATemplate && !vm.IsASnapshot {
			all = append(all, templateFacts(ref, vm, vbds, vdis, guests))
		}
	}
	slices.SortFunc(all, func(a, b TemplateFacts) int {
		return cmp.Or(cmp.Compare(a.Template.NameLabel, b.Template.NameLabel), cmp.Compare(a.Template.UUID, b.Template.UUID))
	})
	return all, nil
}

func templateFacts(ref VMRef, vm VM, vbds map[VBDRef]VBD, vdis map[VDIRef]VDI, guests map[VMGuestMetricsRef]VMGuestMetrics) TemplateFacts {
	f := TemplateFacts{Ref: ref, Template: vm, Interfaces: len(vm.VIFs)}
	f.DescribedDisks = vm.OtherConfig[disksKey] != ""
	f.Bootable = vm.HVMBootPolicy != "" // firmware looks for itself
	for _, r := range vm.VBDs {
		vbd, ok := vbds[r]
		if !ok || vbd.Type != VBDDisk || vbd.VDI.IsNull() {
			continue
		}
		f.Disks++
		f.DiskBytes += vdis[vbd.VDI].VirtualSize
		f.Bootable = f.Bootable || vbd.Bootable
	}
	f.CloudInit = saysCloudInit(&vm)
	g := guests[vm.GuestMetrics]
	f.GuestTools = g.PVDriversDetected || len(g.PVDriversVersion) > 0 || len(g.OSVersion) > 0
	return f
}

func saysCloudInit(vm *VM) bool {
	said := append([]string{vm.NameLabel, vm.NameDescription}, vm.Tags...)
	said = slices.AppendSeq(said, maps.Keys(vm.OtherConfig))
	return slices.ContainsFunc(said, func(s string) bool {
		s = strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
		return strings.Contains(s, "cloudinit") || strings.Contains(s, "cloudimage") || strings.Contains(s, "cloudconfig")
	})
}

// ErrAmbiguous is returned when a name means several objects.
var ErrAmbiguous = errors.New("the name is not unique; use the UUID")

// FindTemplate finds a template by UUID or, when it is unique, by name. It fails
// with [UUIDInvalid] when there is none, and with [ErrAmbiguous] when several have
// the name; Templates lists all.
func (c *Client) FindTemplate(ctx context.Context, ref string) (TemplateFacts, error) {
	all, err := c.Templates(ctx)
	if err != nil {
		return TemplateFacts{}, err
	}
	var found []TemplateFacts
	for _, f := range all {
		if f.Template.UUID == ref {
			return f, nil
		}
		if f.Template.NameLabel == ref {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 0:
		return TemplateFacts{}, fmt.Errorf("xapi: template %q: %w: the pool has none of that name or UUID", ref, UUIDInvalid)
	case 1:
		return found[0], nil
	}
	return TemplateFacts{}, fmt.Errorf("xapi: template %q: %w", ref, ErrAmbiguous)
}
