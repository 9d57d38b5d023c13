package xapi_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// The tests of this file are the traps that real pools lay, each of which a
// client without its handling walks into.

// A clone of a template is a template until it is provisioned; a clone of a VM is
// none, and the server refuses to provision it.
func TestCloneIsNoTemplate(t *testing.T) {
	t.Parallel()
	_, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	second, err := c.CloneFromTemplate(t.Context(), xapi.CloneSpec{Template: vm, Name: "of a VM", Description: "d", OtherConfig: map[string]string{"k": "v"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range []xapi.VMRef{vm, second} {
		got, err := c.VM(t.Context(), ref)
		if err != nil || got.IsATemplate || got.IsDefaultTemplate || got.PowerState != xapi.PowerHalted || strings.Contains(got.NameLabel, "being made") {
			t.Errorf("%q: template %t, default %t, %s, %v; want a halted VM", got.NameLabel, got.IsATemplate, got.IsDefaultTemplate, got.PowerState, err)
		}
	}
	got, err := c.VM(t.Context(), second)
	if err != nil || got.NameLabel != "of a VM" || got.NameDescription != "d" || got.OtherConfig["k"] != "v" {
		t.Errorf("name %q, description %q, other_config %v, %v", got.NameLabel, got.NameDescription, got.OtherConfig, err)
	}
	if err := c.DestroyWithDisks(t.Context(), second); err != nil {
		t.Error(err)
	}
}

// The server's own templates describe their disks with an empty SR, which
// provision refuses.
func TestDescribedDisksGetAnSR(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.Pool(2))
	all := s.Inventory()
	local, _ := all.SR(xapitest.LocalSRName)
	shared, _ := all.SR(xapitest.SharedSRName)
	for want, spec := range map[string]xapi.CloneSpec{
		local.Ref:  {SR: xapi.SRRef(local.Ref)},
		shared.Ref: {}, // the pool's default
	} {
		spec.Template, spec.Name = template(t, c, xapitest.TemplateDefault), "vm"
		vm, err := c.CloneFromTemplate(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		now := s.Inventory()
		made := now.VDIs[len(now.VDIs)-1]
		if len(now.VDIs) != len(all.VDIs)+1 || made.SR != want || made.Size != 10<<30 {
			t.Errorf("it has %d disks more, the last on %s with %d bytes; want one of 10 GiB on %s", len(now.VDIs)-len(all.VDIs), made.SR, made.Size, want)
		}
		if err := c.DestroyWithDisks(t.Context(), vm); err != nil {
			t.Error(err)
		}
	}
	ref, _, err := c.Pool(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Poke("pool", string(ref), "default_SR", "OpaqueRef:NULL"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.CloneFromTemplate(t.Context(), xapi.CloneSpec{Template: template(t, c, xapitest.TemplateDefault), Name: "vm"}); !errors.Is(err, xapi.ErrNoSR) {
		t.Errorf("without any SR: %v, want ErrNoSR", err)
	}
}

// A template whose disks are elsewhere is copied, not cloned.
func TestCopyToAnotherSR(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.Pool(2))
	all := s.Inventory()
	for _, sr := range all.SRs {
		if sr.Type == "iso" {
			continue
		}
		vm, err := c.CloneFromTemplate(t.Context(), xapi.CloneSpec{Template: template(t, c, xapitest.TemplateDebian), Name: "vm", SR: xapi.SRRef(sr.Ref)})
		if err != nil {
			t.Fatal(err)
		}
		now := s.Inventory()
		if made := now.VDIs[len(now.VDIs)-1]; made.SR != sr.Ref {
			t.Errorf("its disk is on %s, want %s", made.SR, sr.Ref)
		}
		if err := c.DestroyWithDisks(t.Context(), vm); err != nil {
			t.Error(err)
		}
	}
	if s.Calls("VM.copy") == 0 || s.Calls("VM.clone") == 0 {
		t.Errorf("%d copies, %d clones; want some of each", s.Calls("VM.copy"), s.Calls("VM.clone"))
	}
}

// VM.destroy leaves the disks behind; which of them are the VM's own must be
// known before.
func TestDestroyTakesItsOwnDisksOnly(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	ctx := t.Context()
	before := len(s.Inventory().VDIs)
	sr := firstSR(t, c)
	other := clone(t, c, xapitest.TemplateDebian)
	vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: template(t, c, xapitest.TemplateLeftover), Name: "vm"}) // with a CD
	if err != nil {
		t.Fatal(err)
	}
	disk := func(name string) xapi.VDIRef {
		ref, err := c.CreateVDI(ctx, sr, name, 1<<21)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := c.DestroyVDI(context.WithoutCancel(ctx), ref); err != nil {
				t.Errorf("DestroyVDI %s: %v", name, err)
			}
		})
		return ref
	}
	shared, foreign := disk("shared"), disk("not marked as owned")
	for _, a := range []struct {
		vm    xapi.VMRef
		vdi   xapi.VDIRef
		owned bool
	}{{vm, shared, true}, {other, shared, true}, {vm, foreign, false}} {
		if _, err := c.AttachDisk(ctx, a.vm, a.vdi, xapi.VBDReadWrite, a.owned); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.DestroyWithDisks(ctx, vm); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []xapi.VDIRef{shared, foreign} {
		if _, err := c.VDI(ctx, ref); err != nil {
			t.Errorf("a disk that is not its own is gone: %v", err)
		}
	}
	if n := len(s.Inventory().VDIs); n != before+3 { // the other VM's, the two here
		t.Errorf("%d disks, want %d", n, before+3)
	}
	if err := c.DestroyWithDisks(ctx, vm); err != nil {
		t.Errorf("a second time: %v, want none", err)
	}
}

func firstSR(t *testing.T, c *xapi.Client) xapi.SRRef {
	t.Helper()
	_, p, err := c.Pool(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sr, err := c.SR(t.Context(), p.DefaultSR)
	if err != nil || sr.Free() <= 0 {
		t.Fatalf("default SR: %d bytes free, %v", sr.Free(), err)
	}
	return p.DefaultSR
}

// What the server would refuse after the disks were gone is refused before.
func TestDestroyTouchesNothingThatIsProtected(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	vms, err := c.VMs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Poke("VM", string(vm), "blocked_operations", map[string]string{"destroy": "BACKUP"}); err != nil {
		t.Fatal(err)
	}
	before := s.Inventory()
	if err := c.DestroyWithDisks(t.Context(), vm); !errors.Is(err, xapi.OperationBlocked) {
		t.Errorf("a VM whose destruction is blocked: %v, want OPERATION_BLOCKED", err)
	}
	for ref, v := range vms {
		want := xapi.OperationNotAllowed
		if v.IsDefaultTemplate {
			want = xapi.VMIsTemplate
		} else if !v.IsControlDomain {
			continue
		}
		if err := c.DestroyWithDisks(t.Context(), ref); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %s", v.NameLabel, err, want)
		}
	}
	if after := s.Inventory(); len(after.VDIs) != len(before.VDIs) || len(after.VMs) != len(before.VMs) {
		t.Errorf("%d VMs and %d disks are left of %d and %d", len(after.VMs), len(after.VDIs), len(before.VMs), len(before.VDIs))
	}
	if err := s.Poke("VM", string(vm), "blocked_operations", map[string]string{}); err != nil {
		t.Fatal(err)
	}
}

// A disk that cannot be destroyed keeps its VM, by which it is found again.
func TestDestroyCanBeRepeated(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	vm := started(t, c, xapitest.TemplateDebian)
	s.Inject(xapitest.Fault{Method: "VDI.destroy", Effect: xapitest.FailTask("SR_BACKEND_FAILURE_1", "offline")})
	if err := c.DestroyWithDisks(t.Context(), vm); !errors.Is(err, xapi.ErrorCode("SR_BACKEND_FAILURE_1")) {
		t.Fatalf("a disk that cannot be destroyed: %v", err)
	}
	if _, err := c.VM(t.Context(), vm); err != nil {
		t.Errorf("the VM is gone: %v", err)
	}
	if err := c.DestroyWithDisks(t.Context(), vm); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

// A VM that was on its way up when it was looked at is taken down after all.
func TestDestroyOfAVMOnItsWayUp(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	vm := started(t, c, xapitest.TemplateDebian)
	s.Inject(xapitest.Fault{Method: "VM.get_record", Effect: xapitest.SetField("power_state", xapi.PowerHalted)})
	if err := c.DestroyWithDisks(t.Context(), vm); err != nil {
		t.Errorf("a VM that looked halted and was not: %v", err)
	}
}

// A supporter names its master without a port, and its certificate when asked:
// one pinned member is enough, and its port is everybody's.
func TestAnyMemberWillDo(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(3))
	o := options(s)
	o.URL, o.Pins = s.MemberURL(2), []string{s.Fingerprint(2)}
	c, err := xapi.Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Address(); got != "127.0.0.1" {
		t.Errorf("calls go to %s, want the master's 127.0.0.1", got)
	}
	if _, err := c.VMs(t.Context()); err != nil {
		t.Error(err)
	}
	// The pins of all are known now: the master may die.
	s.FailOver(1)
	if _, err := c.VMs(t.Context()); err != nil || c.Address() != "127.0.0.2" {
		t.Errorf("after the fail-over: %v at %s, want 127.0.0.2", err, c.Address())
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// A pin of a member that is not the one asked, and that nobody vouches for.
func TestForeignPin(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	o := options(s)
	o.Pins = []string{s.Fingerprint(1)}
	if _, err := xapi.Dial(t.Context(), o); !errors.Is(err, xapi.ErrUntrusted) {
		t.Errorf("Dial: %v, want ErrUntrusted", err)
	}
	o.Pins, o.CACertPEM = nil, s.CertificatePEM()
	c, err := xapi.Dial(t.Context(), o)
	if err != nil {
		t.Fatalf("with its certificate as the authority: %v", err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// One not-a-number, which JSON does not have, or a text that looks like one,
// must not make the pool unreadable; nor must what other versions send.
func TestOddRecords(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	const text = `ratio: NaN, "Infinity" \`
	if err := c.SetVMDescription(t.Context(), vm, text); err != nil {
		t.Fatal(err)
	}
	for field, value := range map[string]any{
		"HVM_shadow_multiplier": math.NaN(), "power_state": "Dreaming", "from_the_future": map[string]any{"a": []any{math.Inf(-1)}},
	} {
		f := s.Inject(xapitest.Fault{Method: "VM.get_all_records", Effect: xapitest.SetField(field, value)})
		vms, err := c.VMs(t.Context())
		if err != nil || vms[vm].NameDescription != text {
			t.Errorf("%s = %v: description %q, error %v; want %q", field, value, vms[vm].NameDescription, err, text)
		}
		if value == "Dreaming" && vms[vm].PowerState != value {
			t.Errorf("power state %q, want it kept as %v", vms[vm].PowerState, value)
		}
		f.Release()
	}
	s.Inject(xapitest.Fault{Method: "VM.get_record", Effect: xapitest.DropField("blocked_operations")})
	if got, err := c.VM(t.Context(), vm); err != nil || got.BlockedOperations != nil {
		t.Errorf("a record without a field: %v, %v", got.BlockedOperations, err)
	}
}

// The server answers an upload before it reads it; who closes the connection
// then cuts the image short.
func TestImportSendsAll(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	content := bytes.Repeat([]byte("0123456789abcdef"), 2<<20) // 32 MiB
	vbd, err := c.AttachDrive(t.Context(), vm, xapi.DriveSpec{Name: "d", Image: bytes.NewReader(content), Size: int64(len(content))})
	if err != nil {
		t.Fatal(err)
	}
	drive, err := c.VBD(t.Context(), vbd)
	if err != nil {
		t.Fatal(err)
	}
	got := s.DiskContent(string(drive.VDI))
	if len(got) == 0 || !bytes.Equal(got, content[:len(got)]) {
		t.Errorf("%d bytes arrived that differ from what was sent", len(got))
	}
	if drive.Mode != xapi.VBDReadWrite { // or firmware guests do not start
		t.Errorf("the drive is %s, want RW", drive.Mode)
	}
}

// How an upload ended is in its task, not in its answer.
func TestImportVerdict(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.Pool(2))
	vm := clone(t, c, xapitest.TemplateDebian)
	spec := func() xapi.DriveSpec { i := image(); return xapi.DriveSpec{Name: "d", Image: i, Size: i.Size()} }
	s.Inject(xapitest.Fault{Method: "PUT /import_raw_vdi", Effect: xapitest.FailTask("VDI_IO_ERROR", "Device I/O errors")})
	if _, err := c.AttachDrive(t.Context(), vm, spec()); !errors.Is(err, xapi.VDIIOError) {
		t.Errorf("an upload that fails after its answer: %v, want VDI_IO_ERROR", err)
	}
	// Another member has the storage.
	s.Inject(xapitest.Fault{Method: "PUT /import_raw_vdi", Effect: xapitest.Redirect()})
	if _, err := c.AttachDrive(t.Context(), vm, spec()); err != nil {
		t.Errorf("an upload that is redirected: %v", err)
	}
	// They send each other round.
	s.Inject(xapitest.Fault{Method: "PUT /import_raw_vdi", Times: 2, Effect: xapitest.Redirect()})
	if _, err := c.AttachDrive(t.Context(), vm, spec()); !errors.Is(err, xapi.ErrProtocol) {
		t.Errorf("an upload that is redirected again: %v, want ErrProtocol", err)
	}
	// A disk too small for it.
	sr := firstSR(t, c)
	vdi, err := c.CreateVDI(t.Context(), sr, "small", 1<<10)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ImportRaw(t.Context(), vdi, image(), image().Size()); !errors.Is(err, xapi.VDIIOError) {
		t.Errorf("an image longer than its disk: %v, want VDI_IO_ERROR", err)
	}
	if err := c.DestroyVDI(t.Context(), vdi); err != nil {
		t.Error(err)
	}
	if _, err := c.AttachDrive(t.Context(), vm, xapi.DriveSpec{Name: "empty"}); err == nil {
		t.Error("an empty image: no error")
	}
}

// A synchronous VM.start may hang for two hours. Ours is a task: the end of the
// context stops it, and the reason is the context's.
func TestStartCanBeGivenUp(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	f := s.Inject(xapitest.Fault{Method: "VM.start", Effect: xapitest.Stall()})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Start(ctx, vm) }() // ends with its context
	<-f.Reached()
	cancel()
	err := <-done
	if !errors.Is(err, context.Canceled) || !errors.Is(err, xapi.TaskCancelled) {
		t.Errorf("error %v, want the context's and the task's", err)
	}
	if got, err := c.VM(t.Context(), vm); err != nil || got.PowerState != xapi.PowerHalted {
		t.Errorf("the VM is %s, %v; want Halted", got.PowerState, err)
	}
	f.Release()
}

// To cancel is a wish. An operation that succeeds all the same has succeeded.
func TestStartThatDoesNotStop(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost(), xapitest.TaskSteps(4))
	vm := clone(t, c, xapitest.TemplateDebian)
	s.Inject(xapitest.Fault{Method: "VM.start", Effect: xapitest.DeafToCancel()})
	f := s.Inject(xapitest.Fault{Method: "VM.start", Effect: xapitest.HangAfter()})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Start(ctx, vm) }() // ends when the operation does
	<-f.Reached()
	cancel()
	f.Release()
	if err := <-done; err != nil {
		t.Errorf("an operation that could not be cancelled and succeeded: %v", err)
	}
	if got, err := c.VM(t.Context(), vm); err != nil || got.PowerState != xapi.PowerRunning {
		t.Errorf("the VM is %s, %v; want Running", got.PowerState, err)
	}
}

// Somebody else cancels or removes our task.
func TestTaskOfOthers(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost(), xapitest.BareCancel())
	vm := clone(t, c, xapitest.TemplateDebian)
	during := func(do func(task string)) error {
		f := s.Inject(xapitest.Fault{Method: "VM.start", Effect: xapitest.Stall()})
		watched := s.Inject(xapitest.Fault{Method: "event.from", Call: 2, Effect: xapitest.Rewrite(func(r any) any { return r })})
		done := make(chan error, 1)
		go func() { done <- c.Start(t.Context(), vm) }() // ends when the task does
		<-f.Reached()
		<-watched.Reached()
		do(s.Inventory().Tasks[0].Ref)
		f.Release()
		return <-done
	}
	err := during(func(task string) {
		if _, err := s.Do(t.Context(), "task.cancel", task); err != nil {
			t.Error(err)
		}
	})
	if !errors.Is(err, xapi.TaskCancelled) || errors.Is(err, context.Canceled) {
		t.Errorf("somebody else cancelled it: %v, want TASK_CANCELLED alone", err)
	}
	err = during(func(task string) {
		if _, err := s.Do(t.Context(), "task.destroy", task); err != nil {
			t.Error(err)
		}
	})
	got, lookup := c.VM(t.Context(), vm)
	if lookup != nil {
		t.Fatal(lookup)
	}
	if (err == nil) != (got.PowerState == xapi.PowerRunning) || err != nil && !errors.Is(err, xapi.ErrTaskLost) {
		t.Errorf("somebody else removed it: %v, and the VM is %s", err, got.PowerState)
	}
}

// Forgotten sessions are renewed, once, whoever forgot them.
func TestSessionsAreRenewed(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.VMs(t.Context()); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	if n := s.Calls("session.login_with_password"); n != 2 {
		t.Errorf("%d logins, want 2", n)
	}
	o := options(s)
	o.Password = "wrong"
	_, err := xapi.Dial(t.Context(), o)
	if !errors.Is(err, xapi.SessionAuthenticationFailed) || s.Calls("session.login_with_password") != 3 {
		t.Errorf("a wrong password: %v after %d logins, want SESSION_AUTHENTICATION_FAILED after one", err, s.Calls("session.login_with_password")-2)
	}
}

// Every session has an originator: without one, sessions are evicted soon.
func TestOriginator(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	if got := s.Inventory().Sessions; len(got) != 1 || got[0].Originator != "bioxen" {
		t.Errorf("sessions %v, want one of bioxen", got)
	}
	_ = c
}

// Keys of a map can only be added and removed: two writers meet in between.
func TestKeysOfTwoWriters(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	duplicate := xapitest.Fail("MAP_DUPLICATE_KEY", "VM", "other_config", string(vm), "k")
	s.Inject(xapitest.Fault{Method: "VM.add_to_other_config", Effect: duplicate})
	if err := c.PutOtherConfig(t.Context(), vm, "k", "v"); err != nil {
		t.Errorf("somebody came between once: %v", err)
	}
	f := s.Inject(xapitest.Fault{Method: "VM.add_to_other_config", Times: -1, Effect: duplicate})
	if err := c.PutOtherConfig(t.Context(), vm, "k", "v"); !errors.Is(err, xapi.MapDuplicateKey) {
		t.Errorf("somebody always comes between: %v, want MAP_DUPLICATE_KEY in the end", err)
	}
	f.Release()
	if err := errors.Join(c.RemoveOtherConfig(t.Context(), vm, "k"), c.RemoveOtherConfig(t.Context(), vm, "k")); err != nil {
		t.Error(err)
	}
	if err := errors.Join(c.PutXenstoreData(t.Context(), vm, "vm-data/a", "1"), c.RemoveXenstoreData(t.Context(), vm, "vm-data/a")); err != nil {
		t.Error(err)
	}
}

// A full storage answers with a backend's failure rather than SR_FULL.
func TestStorageFull(t *testing.T) {
	t.Parallel()
	preset := xapitest.SingleHost()
	preset.SRSize = 35 << 30 // the templates' disks, and little else
	_, c := pool(t, preset)
	_, err := c.CloneFromTemplate(t.Context(), xapi.CloneSpec{Template: template(t, c, xapitest.TemplateDefault), Name: "vm"})
	if !errors.Is(err, xapi.SRBackendFailure44) && !errors.Is(err, xapi.SRFull) {
		t.Errorf("no space: %v", err)
	}
}

// Less memory than the template's minimum takes one call that lowers both; CPUs
// have an order.
func TestResize(t *testing.T) {
	t.Parallel()
	_, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	for _, size := range []int64{256 << 20, 8 << 30, 1 << 30} {
		if err := c.SetMemory(t.Context(), vm, size); err != nil {
			t.Errorf("SetMemory %d: %v", size, err)
		}
		got, err := c.VM(t.Context(), vm)
		if err != nil || got.MemoryStaticMax != size || got.MemoryDynamicMin != size || got.MemoryDynamicMax != size || got.MemoryStaticMin > size {
			t.Errorf("memory %+v, %v; want %d", got, err, size)
		}
	}
	for _, n := range []int64{8, 1, 3} {
		if err := c.SetVCPUs(t.Context(), vm, n); err != nil {
			t.Errorf("SetVCPUs %d: %v", n, err)
		}
		if got, err := c.VM(t.Context(), vm); err != nil || got.VCPUsMax != n || got.VCPUsAtStartup != n {
			t.Errorf("%d of %d CPUs, %v; want %d", got.VCPUsAtStartup, got.VCPUsMax, err, n)
		}
	}
	if err := c.SetVCPUs(t.Context(), vm, 0); !errors.Is(err, xapi.InvalidValue) {
		t.Errorf("SetVCPUs 0: %v, want INVALID_VALUE", err)
	}
}

// With one place among the operations, a verb that fails and cleans up must
// not wait for a second one.
func TestOnePlaceIsEnough(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	o := options(s)
	o.Concurrency = 1
	s.Inject(xapitest.Fault{Method: "VM.set_name_label", Effect: xapitest.Fail("INTERNAL_ERROR")})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, err := range voyage(ctx, o, xapitest.TemplateDebian) {
		if err != nil && !errors.Is(err, xapi.InternalError) {
			t.Errorf("with one place: %v, want the fault's error", err)
		}
	}
	for _, err := range voyage(ctx, o, xapitest.TemplateDebian) {
		if err != nil {
			t.Errorf("with one place: %v", err)
		}
	}
}
