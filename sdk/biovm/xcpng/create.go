package xcpng

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// unwindTime bounds how long the removal of what a failed creation made may take.
const unwindTime = 5 * time.Minute

// Create implements [biovm.Driver]: it makes the machine, boots it, and makes the
// cell in its guest. It takes as long as that takes.
func (d *Driver) Create(ctx context.Context, spec biovm.Spec) (biovm.VM, error) {
	var made *VM
	err := d.do(ctx, "create", spec.ID, func(ctx context.Context) error {
		if err := d.checkCell(ctx, spec); err != nil {
			return err
		}
		p, err := d.where(spec)
		if err != nil {
			return err
		}
		unlock, err := d.options.Keeper.Lock(ctx, "xcpng/"+p.name+"/"+string(spec.ID))
		if err != nil {
			return err
		}
		defer unlock()
		m, err := d.create(ctx, p, spec.WithDefaults())
		if err == nil {
			made = d.vm(m)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// create makes a VM, or adopts one. The caller holds the name's lock.
func (d *Driver) create(ctx context.Context, p *pool, spec biovm.Spec) (*machine, error) {
	v, err := p.views.get(ctx)
	if err != nil {
		return nil, err
	}
	if m, err := d.adopt(ctx, p, v, spec); m != nil || err != nil {
		return m, err
	}
	r, err := resolve(ctx, v.client, p.settings(spec))
	if err != nil {
		return nil, err
	}
	nonce := rand.Text()
	if err := d.claim(ctx, v.client, spec.ID, nonce); err != nil {
		return nil, err
	}
	m := &machine{pool: p, client: v.client}
	if err = d.clear(ctx, p, spec.ID); err == nil {
		err = d.build(ctx, m, r, spec, nonce)
	}
	if err != nil {
		return nil, errors.Join(translate(err), d.unwind(ctx, m, spec.ID))
	}
	return m, nil
}

// adopt finds what the pool has under the name: a VM that is somebody's is
// ErrExists, one that a process which is gone made and could not put down is
// taken over when it is as asked for.
func (d *Driver) adopt(ctx context.Context, p *pool, v view, spec biovm.Spec) (*machine, error) {
	all, err := p.machines(v)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.id() != spec.ID || m.stamp.Phase != phaseReady {
			continue
		}
		if m.stamp.Owner == "" {
			return nil, biovm.ErrExists
		}
		alive, ours, err := d.options.Keeper.Alive(m.stamp.Owner)
		switch {
		case err != nil:
			return nil, err
		case !ours:
			return nil, fmt.Errorf("%w: somebody with another data directory made it and has not confirmed it: destroy it first", biovm.ErrExists)
		case alive:
			return nil, fmt.Errorf("%w: another call is creating it", biovm.ErrExists)
		case !m.stamp.Spec.Equal(spec):
			return nil, fmt.Errorf("%w, left unconfirmed by a process that is gone and of another spec: destroy it first", biovm.ErrExists)
		}
		return m, m.restamp(ctx, func(s *stamp) { s.Owner = d.options.Keeper.Owner() })
	}
	return nil, nil //nolint:nilnil // there is none, and that is no error
}

// clear destroys what is left of creations of the name whose makers are gone.
func (d *Driver) clear(ctx context.Context, p *pool, name biovm.ID) error {
	v, err := p.views.get(ctx) // anew: the claim is ours now
	if err != nil {
		return err
	}
	for _, ref := range leftovers(v, name) {
		if err := v.client.DestroyWithDisks(ctx, ref); err != nil {
			return fmt.Errorf("destroy what is left of an earlier creation: %w", err)
		}
	}
	return nil
}

// unwind removes what a failed creation made. It goes on after ctx.
func (d *Driver) unwind(ctx context.Context, m *machine, name biovm.ID) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unwindTime)
	defer cancel()
	var err error
	if m.ref != "" {
		d.disconnect(m.record.UUID)
		if err = m.client.DestroyWithDisks(ctx, m.ref); err != nil {
			// The name stays claimed: the next creation finds what is left by it.
			return fmt.Errorf("remove what was made: %w", err)
		}
	}
	return release(ctx, m.client, name)
}

// build makes the machine, boots it, and makes the cell.
func (d *Driver) build(ctx context.Context, m *machine, r resolution, spec biovm.Spec, nonce string) error {
	user := r.settings.SSHUser
	if user == "" {
		user = defaultUser
	}
	m.stamp = stamp{
		Phase: phaseMaking, State: biovm.Created, Owner: d.options.Keeper.Owner(), Spec: spec, CreatedAt: time.Now().UTC(),
		Template: r.template.Template.NameLabel, User: user, Nonce: nonce,
	}
	text, err := m.stamp.text()
	if err != nil {
		return err
	}
	m.ref, err = m.client.CloneFromTemplate(ctx, xapi.CloneSpec{
		Template: r.template.Ref, Name: string(spec.ID), SR: r.sr, Description: "BioXen " + string(spec.BiologicalType) + " cell",
		OtherConfig: map[string]string{nameKey: string(spec.ID), stampPrefix + "1": text},
	})
	if err != nil {
		return &StepError{Step: "clone the template", Err: translate(err)}
	}
	if err := d.furnish(ctx, m, r); err != nil {
		return err
	}
	if err := d.powerOn(ctx, m, r.member); err != nil {
		return &StepError{Step: "start the machine", Err: translate(err)}
	}
	g, err := d.reach(ctx, m)
	if err != nil {
		return err
	}
	d.keep(m.record.UUID, g)
	if err := d.settleCell(ctx, m, g); err != nil {
		return &StepError{Step: "make the cell in the guest", Err: err}
	}
	after, err := d.learn(ctx, m, g.cell)
	if err != nil {
		return &StepError{Step: "look at the cell in the guest", Err: err}
	}
	hostKey, version := m.stamp.HostKey, g.client.Server().Version
	return m.restamp(ctx, func(s *stamp) {
		after(s)
		s.Phase, s.HostKey, s.AgentVersion = phaseReady, hostKey, version
	})
}

// furnish gives a new machine what was asked for, and its configuration drive.
func (d *Driver) furnish(ctx context.Context, m *machine, r resolution) error {
	vm, err := m.client.VM(ctx, m.ref)
	if err != nil {
		return translate(err)
	}
	if err := m.load(vm); err != nil {
		return err
	}
	x := r.settings
	step := func(name string, err error) error {
		if err == nil {
			return nil
		}
		return &StepError{Step: name, Err: translate(err)}
	}
	if x.VCPUs > 0 {
		if err := step("set the machine's CPUs", m.client.SetVCPUs(ctx, m.ref, int64(x.VCPUs))); err != nil {
			return err
		}
	}
	if x.MemoryMiB > 0 {
		if err := step("set the machine's memory", m.client.SetMemory(ctx, m.ref, int64(x.MemoryMiB)<<mebibyte)); err != nil {
			return err
		}
	}
	if !r.network.IsNull() {
		if err := step("connect the machine to its network", rewire(ctx, m, r.network)); err != nil {
			return err
		}
	}
	if err := step("give the guest its nonce", invite(ctx, m)); err != nil {
		return err
	}
	return step("attach the configuration drive", d.configure(ctx, m, r))
}

// rewire puts the first interface of a machine on a network.
func rewire(ctx context.Context, m *machine, network xapi.NetworkRef) error {
	const first = "0"
	for _, ref := range m.record.VIFs {
		vif, err := m.client.VIF(ctx, ref)
		if err != nil {
			return err
		}
		if vif.Device != first {
			continue
		}
		if vif.Network == network {
			return nil
		}
		if err := m.client.DestroyVIF(ctx, ref); err != nil {
			return err
		}
	}
	_, err := m.client.AttachNetwork(ctx, m.ref, network, first)
	return err
}

// invite clears what the template's own guest said in xenstore, and gives the
// guest the nonce to answer with.
func invite(ctx context.Context, m *machine) error {
	for _, key := range slices.Sorted(maps.Keys(m.record.XenstoreData)) {
		if strings.HasPrefix(key, xenstorePrefix) {
			if err := m.client.RemoveXenstoreData(ctx, m.ref, key); err != nil {
				return err
			}
		}
	}
	return m.client.PutXenstoreData(ctx, m.ref, xenstoreNonce, m.stamp.Nonce)
}

// configure attaches the drive that cloud-init reads.
func (d *Driver) configure(ctx context.Context, m *machine, r resolution) error {
	key, err := d.keys.keyFor(r.settings.SSHKeyPath)
	if err != nil {
		return err
	}
	authorized, err := key.Authorized()
	if err != nil {
		return err
	}
	image, err := drive(m.record.UUID, string(m.id()), m.stamp.User, authorized, r.settings.UserData, r.settings.NetworkConfig)
	if err != nil {
		return err
	}
	_, err = m.client.AttachDrive(ctx, m.ref, xapi.DriveSpec{Name: configurationLabel + string(m.id()), SR: r.sr, Image: bytes.NewReader(image), Size: int64(len(image))})
	return err
}

// powerOn starts a machine, on a member if one is named.
func (d *Driver) powerOn(ctx context.Context, m *machine, member xapi.HostRef) error {
	if member.IsNull() {
		return m.client.Start(ctx, m.ref)
	}
	return m.client.StartOn(ctx, m.ref, member)
}

// settleCell makes the cell in the guest's engine, or brings the one that is there
// to what the stamp says.
func (d *Driver) settleCell(ctx context.Context, m *machine, g *guest) error {
	driver := basic.New(g.client)
	cell, err := driver.Create(ctx, cellSpec(m.stamp.Spec))
	if errors.Is(err, biovm.ErrExists) {
		cell, err = driver.Get(ctx, string(m.id()))
	}
	if err != nil {
		return inner(err)
	}
	if c, ok := cell.(biovm.Confirmer); ok {
		if err := c.Confirm(ctx); err != nil {
			return inner(err)
		}
	}
	g.cell = cell
	return inner(agree(ctx, cell, m.stamp))
}

// agree brings a cell's spec, allocation and records to what a stamp says.
func agree(ctx context.Context, cell biovm.VM, s stamp) error {
	now, err := cell.Status(ctx)
	if err != nil {
		return err
	}
	want := cellSpec(s.Spec)
	if u, ok := cell.(biovm.Updater); ok && !now.Spec.Equal(want) {
		err := u.Update(ctx, biovm.Change{Config: &want.Config, Medium: &want.Medium, Knockouts: &want.Knockouts, Seed: &want.Seed})
		if err != nil {
			return err
		}
	}
	if a, ok := cell.(biovm.Allocator); ok && !sameAllocation(now.Allocated, s.Allocated) {
		if _, err := a.ResetAllocation(ctx); err != nil {
			return err
		}
		if s.Allocated != (biovm.Allocation{}) {
			if _, err := a.Allocate(ctx, s.Allocated); err != nil {
				return err
			}
		}
	}
	if r, ok := cell.(biovm.Recorder); ok {
		for _, id := range s.Forget {
			if err := r.DeleteRecord(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameAllocation reports whether two allocations ask for the same.
func sameAllocation(a, b biovm.Allocation) bool {
	return same(a.ATP, b.ATP) && same(a.Ribosomes, b.Ribosomes) && same(a.RNAPolymerase, b.RNAPolymerase) && same(a.MemoryKB, b.MemoryKB) && same(a.Priority, b.Priority)
}

func same[T comparable](a, b *T) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// learn asks a cell, in the guest or a twin, what the stamp keeps of it.
func (d *Driver) learn(ctx context.Context, m *machine, cell biovm.VM) (func(s *stamp), error) {
	st, err := cell.Status(ctx)
	if err != nil {
		return nil, inner(err)
	}
	metrics, err := cell.Metrics(ctx)
	if err != nil {
		return nil, inner(err)
	}
	spec := st.Spec
	spec.VMType, spec.XCPng = biovm.XCPng, m.stamp.Spec.XCPng
	return func(s *stamp) {
		if s.Metrics != nil && metrics.Executions == 0 && metrics.SimulatedSeconds == 0 {
			metrics.Executions, metrics.SimulatedSeconds = s.Metrics.Executions, s.Metrics.SimulatedSeconds // a twin's
		}
		spec.XCPng = s.Spec.XCPng
		s.Spec, s.Config, s.Allocated, s.Grant, s.Genome, s.ModelVersion = spec, st.Config, st.Allocated, st.Grant, st.Genome, st.ModelVersion
		s.Metrics, s.Forget = &metrics, nil
		if id, ok := cell.(interface{ UUID() string }); ok && s.Cell == "" {
			s.Cell = id.UUID()
		}
	}, nil
}

