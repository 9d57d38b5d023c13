package xapitest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// An Inventory is what is in a pool, for assertions; each slice oldest first.
type Inventory struct {
	Sessions []Session
	Tasks    []Task
	VMs      []VM // templates and snapshots too, control domains not
	VBDs     []VBD
	VDIs     []VDI
	VIFs     []VIF
	Hosts    []Host
	SRs      []SR
}

// A Session is one that is logged in.
type Session struct{ Ref, User, Originator string }

// A Task is one that was not destroyed.
type Task struct {
	Ref, Name, Status string
	Progress          float64
	ErrorInfo         []string
}

// A VM is a virtual machine, a template or a snapshot.
type VM struct {
	Ref, UUID, Name, Description, PowerState        string
	Template, DefaultTemplate, Snapshot             bool
	SnapshotOf                                      string
	Host                                            string // address of the member that it is on
	Memory, StaticMin, VCPUs                        int64
	OtherConfig, XenstoreData, Networks, Operations map[string]string
	VBDs, VIFs                                      []string
}

// A VBD is a drive.
type VBD struct {
	Ref, VM, VDI, Device, Type, Mode string
	Attached, Empty, Owner           bool
}

// A VDI is a disk.
type VDI struct {
	Ref, UUID, Name, SR, Type string
	Size                      int64
	Snapshot                  bool
	Written                   int // bytes of content
}

// A VIF is a network interface.
type VIF struct {
	Ref, VM, Network, Device, MAC string
	Attached                      bool
}

// A Host is a member.
type Host struct {
	Ref, UUID, Name, Address string
	Master, Live, Enabled    bool
	MemoryFree               int64
}

// An SR is a storage repository.
type SR struct {
	Ref, UUID, Name, Type string
	Shared                bool
	Size, Used            int64
}

// Inventory looks at everything at one moment.
func (s *Server) Inventory() Inventory {
	s.mu.Lock()
	defer s.unlock()
	var i Inventory
	for _, o := range s.db.all("session") {
		i.Sessions = append(i.Sessions, Session{o.ref, o.str("auth_user_name"), o.str("originator")})
	}
	for _, o := range s.db.all("task") {
		p, _ := o.fields["progress"].(float64)
		i.Tasks = append(i.Tasks, Task{o.ref, o.str("name_label"), o.str("status"), p, o.list("error_info")})
	}
	for _, o := range s.db.all("VM") {
		if !o.flag("is_control_domain") {
			i.VMs = append(i.VMs, vmView(o))
		}
	}
	for _, o := range s.db.all("VBD") {
		_, owner := o.texts("other_config")["owner"]
		i.VBDs = append(i.VBDs, VBD{
			Ref: o.ref, VM: o.str("VM"), VDI: o.str("VDI"), Device: o.str("userdevice"), Type: o.str("type"), Mode: o.str("mode"),
			Attached: o.flag("currently_attached"), Empty: o.flag("empty"), Owner: owner,
		})
	}
	for _, o := range s.db.all("VDI") {
		v := VDI{
			Ref: o.ref, UUID: o.str("uuid"), Name: o.str("name_label"), SR: o.str("SR"), Type: o.str("type"),
			Size: o.int("virtual_size"), Snapshot: o.flag("is_a_snapshot"),
		}
		if d := s.disks[o.ref]; d != nil {
			v.Written = len(d.data)
		}
		i.VDIs = append(i.VDIs, v)
	}
	for _, o := range s.db.all("VIF") {
		i.VIFs = append(i.VIFs, VIF{o.ref, o.str("VM"), o.str("network"), o.str("device"), o.str("MAC"), o.flag("currently_attached")})
	}
	for _, o := range s.db.all("host") {
		h := Host{Ref: o.ref, UUID: o.str("uuid"), Name: o.str("name_label"), Address: o.str("address"), Enabled: o.flag("enabled"), MemoryFree: s.freeMemory(o)}
		h.Master = s.pool.str("master") == o.ref
		if m := o.to("metrics"); m != nil {
			h.Live = m.flag("live")
		}
		i.Hosts = append(i.Hosts, h)
	}
	for _, o := range s.db.all("SR") {
		i.SRs = append(i.SRs, SR{o.ref, o.str("uuid"), o.str("name_label"), o.str("type"), o.flag("shared"), o.int("physical_size"), o.int("physical_utilisation")})
	}
	return i
}

func vmView(o *object) VM {
	v := VM{
		Ref: o.ref, UUID: o.str("uuid"), Name: o.str("name_label"), Description: o.str("name_description"), PowerState: o.str("power_state"),
		Template: o.flag("is_a_template"), DefaultTemplate: o.flag("is_default_template"), Snapshot: o.flag("is_a_snapshot"),
		Memory: o.int("memory_static_max"), StaticMin: o.int("memory_static_min"), VCPUs: o.int("VCPUs_max"),
		OtherConfig: maps.Clone(o.texts("other_config")), XenstoreData: maps.Clone(o.texts("xenstore_data")),
		Operations: maps.Clone(o.texts("current_operations")), VBDs: slices.Clone(o.list("VBDs")), VIFs: slices.Clone(o.list("VIFs")),
	}
	if t := o.to("snapshot_of"); t != nil {
		v.SnapshotOf = t.ref
	}
	if h := o.to("resident_on"); h != nil {
		v.Host = h.str("address")
	}
	if g := o.to("guest_metrics"); g != nil {
		v.Networks = maps.Clone(g.texts("networks"))
	}
	return v
}

// VM returns the first VM of a name, false when there is none.
func (i *Inventory) VM(name string) (VM, bool) {
	n := slices.IndexFunc(i.VMs, func(v VM) bool { return v.Name == name })
	if n < 0 {
		return VM{}, false
	}
	return i.VMs[n], true
}

// SR returns the first SR of a name, false when there is none.
func (i *Inventory) SR(name string) (SR, bool) {
	n := slices.IndexFunc(i.SRs, func(r SR) bool { return r.Name == name })
	if n < 0 {
		return SR{}, false
	}
	return i.SRs[n], true
}

// Leftovers names the sessions, tasks, VMs, VBDs and VDIs that were not there
// at the start.
func (s *Server) Leftovers() []string {
	now, then := s.Inventory(), s.baseline
	var left []string
	note := func(what, ref, name string) { left = append(left, fmt.Sprintf("%s %s %q", what, ref, name)) }
	for _, o := range now.Sessions {
		note("session", o.Ref, o.Originator)
	}
	for _, o := range now.Tasks {
		note("task", o.Ref, o.Name+" "+o.Status)
	}
	for _, o := range now.VMs {
		if !slices.ContainsFunc(then.VMs, func(v VM) bool { return v.Ref == o.Ref }) {
			note("VM", o.Ref, o.Name)
		}
	}
	for _, o := range now.VBDs {
		if !slices.ContainsFunc(then.VBDs, func(v VBD) bool { return v.Ref == o.Ref }) {
			note("VBD", o.Ref, o.Device)
		}
	}
	for _, o := range now.VDIs {
		if !slices.ContainsFunc(then.VDIs, func(v VDI) bool { return v.Ref == o.Ref }) {
			note("VDI", o.Ref, o.Name)
		}
	}
	return left
}

// Until waits until the pool is as the condition wants it; ctx's error when
// that ends first. It does not move time: others' calls do.
func (s *Server) Until(ctx context.Context, condition func(Inventory) bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.unlock()
		if condition(s.Inventory()) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.closing:
			return errors.New("xapitest: the server is closed")
		}
	}
}

// Pass lets so many ticks pass.
func (s *Server) Pass(ticks int) {
	for range ticks {
		s.mu.Lock()
		s.tick()
		s.unlock()
	}
}

// Poke sets a field of an object to any value, without looking at it: for
// states that no call brings about.
func (s *Server) Poke(class, ref, field string, value any) error {
	s.mu.Lock()
	defer s.unlock()
	o, err := s.db.find(class, ref)
	if err != nil {
		return err
	}
	o.set(field, value)
	return nil
}
