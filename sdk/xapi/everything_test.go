package xapi_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// everything makes the client use every method that it has, and returns the
// journal.
func everything(t *testing.T) []xapitest.Call {
	t.Helper()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	// An old server has no certificates in its database.
	s.Inject(xapitest.Fault{Method: "Certificate.get_all_records", Effect: xapitest.Fail("MESSAGE_METHOD_UNKNOWN", "Certificate.get_all_records")})
	old, err := xapi.Dial(t.Context(), options(s))
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := xapi.Dial(t.Context(), options(s))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	vm, _, err := journey(ctx, c, "a", xapitest.TemplateDebian)
	if err != nil {
		t.Fatal(err)
	}
	for i, do := range []func(context.Context, *xapi.Client, xapi.VMRef) error{readAll, powerAll, deviceAll} {
		if err := do(ctx, c, vm); err != nil {
			t.Errorf("part %d: %v", i, err)
		}
	}
	// Lost answers, without a task to find.
	i := image()
	s.Inject(xapitest.Fault{Method: "VDI.create", Effect: xapitest.DropBefore()})
	s.Inject(xapitest.Fault{Method: "VM.clone", Effect: xapitest.DropBefore()})
	_, err = c.AttachDrive(ctx, vm, xapi.DriveSpec{Name: "d", Image: i, Size: i.Size()})
	_, _, lost := journey(ctx, c, "b", xapitest.TemplateDebian)
	if !errors.Is(err, xapi.ErrLostAnswer) || !errors.Is(lost, xapi.ErrLostAnswer) {
		t.Errorf("lost answers: %v and %v, want ErrLostAnswer", err, lost)
	}
	s.Inject(xapitest.Fault{Method: "task.create", Effect: xapitest.DropAfter()})
	if _, err := c.AttachDrive(ctx, vm, xapi.DriveSpec{Name: "d", Image: i, Size: i.Size()}); !errors.Is(err, xapi.ErrLostAnswer) {
		t.Errorf("a lost task: %v, want ErrLostAnswer", err)
	}
	if err := errors.Join(c.DestroyWithDisks(ctx, vm), c.Close(ctx)); err != nil {
		t.Error(err)
	}
	return s.Journal()
}

func readAll(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
	v, err := c.VM(ctx, vm)
	if err != nil {
		return err
	}
	_, templates := c.Templates(ctx)
	_, hosts := c.HostFacts(ctx)
	_, uuid := c.VMByUUID(ctx, v.UUID)
	_, metrics := c.AllVMMetrics(ctx)
	_, pifs := c.PIFs(ctx)
	_, vifs := c.VIFs(ctx)
	_, vif := c.VIF(ctx, v.VIFs[0])
	_, srs := c.SRs(ctx)
	_, pbds := c.PBDs(ctx)
	_, possible := c.PossibleHosts(ctx, vm)
	_, free := c.FreeMemory(ctx, v.ResidentOn)
	_, pool, err := c.Pool(ctx)
	_, sr := c.SR(ctx, pool.DefaultSR)
	_, measured := c.VMMeasurements(ctx, vm)
	return errors.Join(measured, templates, hosts, uuid, metrics, pifs, vifs, vif, srs, pbds, possible, free, err, sr)
}

func powerAll(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
	snapshot, err := c.Snapshot(ctx, vm, "s")
	if err != nil {
		return err
	}
	hosts, err := c.Hosts(ctx)
	if err != nil {
		return err
	}
	var host xapi.HostRef
	for host = range hosts {
		break
	}
	pool, p, err := c.Pool(ctx)
	if err != nil || pool.IsNull() {
		return err
	}
	return errors.Join(
		c.Pause(ctx, vm), c.Unpause(ctx, vm), c.Suspend(ctx, vm), c.Resume(ctx, vm), c.Shutdown(ctx, vm, time.Hour),
		c.SetAffinity(ctx, vm, host), c.StartOn(ctx, vm, p.Master), c.HardShutdown(ctx, vm), c.Revert(ctx, snapshot),
		c.RemoveXenstoreData(ctx, vm, "vm-data/bioxen/nonce"), c.RemoveOtherConfig(ctx, vm, "bioxen:a"),
		c.PutXenstoreData(ctx, vm, "vm-data/k", "v"), c.AddOtherConfig(ctx, vm, "bioxen:mark", "v"),
		c.AddPoolOtherConfig(ctx, pool, "bioxen:c", "v"), c.RemovePoolOtherConfig(ctx, pool, "bioxen:c"), copyOf(ctx, c, vm),
	)
}

// copyOf copies a VM to the storage that it is not on, and destroys the copy.
func copyOf(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
	srs, err := c.SRs(ctx)
	if err != nil {
		return err
	}
	_, pool, err := c.Pool(ctx)
	if err != nil {
		return err
	}
	for ref, sr := range srs {
		if ref == pool.DefaultSR || sr.ContentType == "iso" {
			continue
		}
		made, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: vm, Name: "copy", SR: ref})
		if err != nil {
			return err
		}
		return c.DestroyWithDisks(ctx, made)
	}
	return errors.New("there is one SR only")
}

func deviceAll(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
	i := image()
	vbd, err := c.AttachDrive(ctx, vm, xapi.DriveSpec{Name: "second", Image: i, Size: i.Size()})
	if err != nil {
		return err
	}
	drive, err := c.VBD(ctx, vbd)
	if err != nil {
		return err
	}
	v, err := c.VM(ctx, vm)
	if err != nil {
		return err
	}
	return errors.Join(
		c.DestroyVIF(ctx, v.VIFs[len(v.VIFs)-1]), c.Start(ctx, vm),
		c.UnplugVBD(ctx, vbd), c.DisownDisk(ctx, vbd), c.DestroyVBD(ctx, vbd), c.DestroyVDI(ctx, drive.VDI),
	)
}
