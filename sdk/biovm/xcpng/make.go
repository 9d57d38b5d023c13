package xcpng

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/cloudinit"
)

// A makerStep is a step of the making; its name ends up in its errors.
type makerStep struct {
	name string
	do   func(ctx context.Context) error
}

// steps are the making, in order, the name being claimed.
func (k *maker) steps() []makerStep {
	var address netip.Addr
	return []makerStep{
		{"clone the template", k.clone},
		{"set memory and processors", k.size},
		{"connect the network", k.connect},
		{"prepare what the guest publishes", k.prepare},
		{"attach the configuration drive", k.configure},
		{"start the machine", func(ctx context.Context) error { return k.vm.boot(ctx, k.c, &k.m.stamp) }},
		{"wait for the guest's address", func(ctx context.Context) (err error) {
			address, err = k.vm.address(ctx, k.c, &k.m.stamp)
			return k.doubts(err)
		}},
		{"wait for the guest to publish its host key", k.published},
		{"make the cell in the guest", func(ctx context.Context) error { return k.populate(ctx, address) }},
		{"put down that the vm is there", k.finish},
	}
}

// Keys of the xenstore, in which the guest finds the nonce, and publishes its
// host key and then that it is done.
const (
	xenstorePrefix = "vm-data/bioxen/"
	xenstoreNonce  = xenstorePrefix + "nonce"
	xenstoreKey    = xenstorePrefix + "ssh-ed25519"
	xenstoreDone   = xenstorePrefix + "done"
)

// clone makes the machine, stamped as one that is being made.
func (k *maker) clone(ctx context.Context) error {
	var err error
	if k.login, err = k.d.keys.login(k.x.SSHKeyPath); err != nil {
		return err
	}
	t := k.place.template.Template
	s := stamp{
		Phase: phaseMaking, Token: k.token, Owner: k.d.o.Keeper.Owner(), Spec: k.spec, Asked: k.x, State: biovm.Created,
		CreatedAt: time.Now().UTC().Truncate(time.Millisecond),
		Made: made{
			Template: t.NameLabel, VCPUs: int(t.VCPUsAtStartup), MemoryMiB: int(t.MemoryStaticMax >> 20),
			Member: k.place.memberID, LoginKey: k.login.fingerprint,
		},
	}
	text, err := s.encode()
	if err != nil {
		return err
	}
	ref, err := k.c.CloneFromTemplate(ctx, xapi.CloneSpec{
		Template: k.place.template.Ref, Name: k.label(), SR: k.place.sr,
		Description: fmt.Sprintf("BioXen VM, a %s cell. Use bioxen to change or destroy it.", k.spec.BiologicalType),
		OtherConfig: map[string]string{nameKey: string(k.spec.ID), stampKey(0): text},
	})
	if err != nil {
		return err
	}
	vm, err := k.c.VM(ctx, ref)
	if err != nil {
		return err
	}
	k.m = &stamped{ref: ref, vm: vm, stamp: s}
	k.vm = k.d.vm(k.x.Host, k.m)
	k.grown = k.d.grow(ctx, k.spec)
	// Of what the template was once.
	for key := range vm.OtherConfig {
		if strings.HasPrefix(key, keyPrefix) && key != nameKey && key != stampKey(0) {
			if err := k.c.RemoveOtherConfig(ctx, ref, key); err != nil {
				return err
			}
			delete(vm.OtherConfig, key)
		}
	}
	return nil
}

// size gives the machine the memory and processors that the spec asks for.
func (k *maker) size(ctx context.Context) error {
	if k.x.MemoryMiB > 0 {
		if err := k.c.SetMemory(ctx, k.vm.ref, int64(k.x.MemoryMiB)<<20); err != nil {
			return err
		}
	}
	if k.x.VCPUs > 0 {
		return k.c.SetVCPUs(ctx, k.vm.ref, int64(k.x.VCPUs))
	}
	return nil
}

// connect puts the machine's first interface on the network that the spec names.
func (k *maker) connect(ctx context.Context) error {
	if k.place.network.IsNull() {
		return nil
	}
	first, device := xapi.VIFRef(""), "0"
	for _, ref := range k.m.vm.VIFs {
		vif, err := k.c.VIF(ctx, ref)
		if err != nil {
			return err
		}
		if first == "" || len(vif.Device) < len(device) || len(vif.Device) == len(device) && vif.Device < device {
			first, device = ref, vif.Device
		}
	}
	if first != "" {
		if err := k.c.DestroyVIF(ctx, first); err != nil {
			return err
		}
	}
	_, err := k.c.AttachNetwork(ctx, k.vm.ref, k.place.network, device)
	return err
}

// prepare removes what the template's guest published, which the clone inherited,
// and puts a nonce that only this guest can answer.
func (k *maker) prepare(ctx context.Context) error {
	k.nonce = rand.Text()
	for key := range k.m.vm.XenstoreData {
		if strings.HasPrefix(key, xenstorePrefix) {
			if err := k.c.RemoveXenstoreData(ctx, k.vm.ref, key); err != nil {
				return err
			}
		}
	}
	return k.c.PutXenstoreData(ctx, k.vm.ref, xenstoreNonce, k.nonce)
}

// configure attaches the drive that tells the guest what to be.
func (k *maker) configure(ctx context.Context) error {
	config, err := userData(k.x, k.login.authorized, k.nonce)
	if err != nil {
		return err
	}
	image, err := cloudinit.Drive{
		InstanceID: k.vm.uuid, Hostname: hostname(k.spec.ID), UserData: config, NetworkConfig: []byte(k.x.NetworkConfig),
	}.Image()
	if err != nil {
		return err
	}
	_, err = k.c.AttachDrive(ctx, k.vm.ref, xapi.DriveSpec{
		Name: driveName(k.spec.ID, k.token), SR: k.place.sr, Image: bytes.NewReader(image), Size: int64(len(image)),
	})
	return err
}

// hostname is a VM's name as a host may be called.
func hostname(id biovm.ID) string { return strings.Trim(strings.ReplaceAll(string(id), "_", "-"), "-") }

// doubts adds to a failed wait for the guest what speaks against the template.
func (k *maker) doubts(err error) error {
	if err == nil {
		return nil
	}
	if problems := k.place.template.Problems(); len(problems) > 0 {
		return fmt.Errorf("%w (of template %q: %s)", err, k.place.template.Template.NameLabel, strings.Join(problems, "; "))
	}
	return err
}

// published waits until the guest has published its host key and answered the
// nonce.
func (k *maker) published(ctx context.Context) error {
	limit, cancel := bounded(ctx, orDefault(k.x.SSHTimeout, sshTime), "the guest's configuration", "ssh_timeout")
	defer cancel()
	var last xapi.VM
	for _, err := range k.c.Events(limit, "vm/"+string(k.vm.ref)) {
		if err == nil {
			last, err = k.c.VM(limit, k.vm.ref)
		}
		if err != nil {
			if limit.Err() != nil {
				break
			}
			return err
		}
		if last.PowerState == xapi.PowerHalted {
			return errors.New("the machine halted before the guest had published its host key")
		}
		key := strings.TrimSpace(last.XenstoreData[xenstoreKey])
		if last.XenstoreData[xenstoreDone] != k.nonce {
			continue
		}
		if !strings.HasPrefix(key, "ssh-ed25519 ") {
			return fmt.Errorf("the guest is done and published no ed25519 host key (%s is %.80q): none is trusted at first sight, so there is no way into it; does its SSH server have one?", xenstoreKey, key)
		}
		k.m.stamp.Made.HostKey = key
		return nil
	}
	return k.doubts(fmt.Errorf("%w; last seen: %s", context.Cause(limit), k.seen(last)))
}

// seen says what the guest published so far, and what it may mean.
func (k *maker) seen(vm xapi.VM) string {
	var keys []string
	for key := range vm.XenstoreData {
		if strings.HasPrefix(key, xenstorePrefix) && key != xenstoreNonce {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	switch {
	case len(keys) == 0:
		return "the guest has an address and published nothing; is there cloud-init in it that reads a NoCloud drive, and xenstore-write?"
	case vm.XenstoreData[xenstoreDone] != "":
		return "the guest answered another nonce: it was configured by another drive than this VM's"
	}
	return fmt.Sprintf("the guest published %s and did not finish", strings.Join(keys, ", "))
}

// populate makes the cell in the guest.
func (k *maker) populate(ctx context.Context, address netip.Addr) error {
	s := &k.m.stamp
	l, err := k.vm.dial(ctx, s, address)
	if err != nil {
		return err
	}
	k.d.guest(k.vm.uuid).put(l)
	limit, cancel := bounded(ctx, orDefault(k.x.SSHTimeout, sshTime), "making the cell", "ssh_timeout")
	defer cancel()
	if err := k.vm.cell(l).bring(limit, k.files); err != nil {
		return err
	}
	now, err := k.vm.cell(l).make(limit, s.cell())
	if err != nil {
		return err
	}
	s.take(now)
	s.Made.AgentVersion = l.engine.Server().Version
	k.grown.done.Wait()
	s.Growth = k.grown.growth
	if k.grown.model != now.ModelVersion {
		// The guest's engine is of another release.
		s.Growth = k.d.growthOf(limit, func(ctx context.Context) (biovm.Metrics, error) { return l.engine.Metrics(ctx, string(k.spec.ID)) })
	}
	return nil
}

// finish makes the machine a VM.
func (k *maker) finish(ctx context.Context) error {
	if err := k.c.SetVMName(ctx, k.vm.ref, string(k.spec.ID)); err != nil {
		return err
	}
	k.m.stamp.Phase, k.m.stamp.UUID = phaseReady, k.vm.uuid
	written, err := k.d.writeStamp(ctx, k.c, k.m)
	if err == nil && !written {
		err = errors.New("somebody else wrote the machine's stamp")
	}
	return err
}
