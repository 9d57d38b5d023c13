package xapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// crowded is a pool with so many VMs, as templates, and what hangs on them.
func crowded(n int) xapitest.Preset {
	p := xapitest.Pool(3)
	for i := range n {
		p.Templates = append(p.Templates, xapitest.Template{
			Name: fmt.Sprintf("crowd-%d", i), DiskSize: 1 << 20, Memory: 1 << 30, VCPUs: 1, Interfaces: 1, Tools: true,
		})
	}
	return p
}

// To read all there is takes as many calls in a large pool as in a small one.
func TestReadingTakesFewCalls(t *testing.T) {
	t.Parallel()
	reads := func(n int) []string {
		s, c := pool(t, crowded(n))
		s.ForgetJournal()
		templates, err := c.Templates(t.Context())
		if err != nil || len(templates) != n+4 {
			t.Fatalf("%d templates, %v; want %d", len(templates), err, n+4)
		}
		if _, err := c.HostFacts(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, read := range []func(context.Context) error{
			func(ctx context.Context) error { _, err := c.VMs(ctx); return err },
			func(ctx context.Context) error { _, err := c.AllVMMetrics(ctx); return err },
			func(ctx context.Context) error { _, err := c.VIFs(ctx); return err },
			func(ctx context.Context) error { _, err := c.PIFs(ctx); return err },
			func(ctx context.Context) error { _, err := c.SRs(ctx); return err },
			func(ctx context.Context) error { _, err := c.PBDs(ctx); return err },
			func(ctx context.Context) error { _, err := c.Tasks(ctx); return err },
		} {
			if err := read(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		return methods(s)
	}
	small, large := reads(0), reads(1000)
	if d := cmp.Diff(small, large); d != "" || len(large) > 20 {
		t.Errorf("%d calls (-small pool +large pool):\n%s", len(large), d)
	}
}

func TestTemplateFacts(t *testing.T) {
	t.Parallel()
	_, c := pool(t, xapitest.SingleHost())
	all, err := c.Templates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, f := range all {
		var words []string
		for _, p := range f.Problems() {
			words = append(words, strings.SplitN(p, ":", 2)[0])
		}
		got[f.Template.NameLabel] = words
	}
	want := map[string][]string{
		xapitest.TemplateDebian:   {"nothing says that cloud-init is in it"},
		xapitest.TemplateLeftover: {"nothing says that cloud-init is in it"},
		xapitest.TemplateSilent:   {"guest tools were never seen in it", "nothing says that cloud-init is in it"},
		xapitest.TemplateDefault:  {"it has no disk with a system on it", "guest tools were never seen in it", "nothing says that cloud-init is in it"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("problems (-want +got):\n%s", d)
	}
	f, err := c.FindTemplate(t.Context(), xapitest.TemplateDebian)
	if err != nil || f.Disks != 1 || f.DiskBytes != 10<<30 || f.Interfaces != 1 || !f.GuestTools || !f.Bootable || f.DescribedDisks {
		t.Errorf("facts %+v, %v", f, err)
	}
	if byUUID, err := c.FindTemplate(t.Context(), f.Template.UUID); err != nil || byUUID.Ref != f.Ref {
		t.Errorf("by UUID: %s, %v; want %s", byUUID.Ref, err, f.Ref)
	}
	if _, err := c.FindTemplate(t.Context(), "no such"); !errors.Is(err, xapi.UUIDInvalid) {
		t.Errorf("no such template: %v, want UUID_INVALID", err)
	}
	for i, vm := range []xapi.VM{{Tags: []string{"Cloud-Init"}}, {OtherConfig: map[string]string{"cloud_init": "1"}}, {NameDescription: "a cloud image"}} {
		if !xapi.SaysCloudInit(&vm) {
			t.Errorf("template %d %+v says cloud-init, and is not heard", i, vm)
		}
	}
}

func TestTwoTemplatesOfOneName(t *testing.T) {
	t.Parallel()
	preset := xapitest.SingleHost()
	preset.Templates = append(preset.Templates, preset.Templates[0])
	_, c := pool(t, preset)
	if _, err := c.FindTemplate(t.Context(), preset.Templates[0].Name); !errors.Is(err, xapi.ErrAmbiguous) {
		t.Errorf("a name of two templates: %v, want ErrAmbiguous", err)
	}
}

func TestHostFacts(t *testing.T) {
	t.Parallel()
	_, c := pool(t, xapitest.Pool(3))
	vm := started(t, c, xapitest.TemplateDebian)
	hosts, err := c.HostFacts(t.Context())
	if err != nil || len(hosts) != 3 {
		t.Fatalf("%d hosts, %v; want 3", len(hosts), err)
	}
	vms := 0
	for i, h := range hosts {
		vms += h.VMs
		if h.Master != (i == 0) || !h.Enabled || !h.Live || h.CPUs == 0 || h.MemoryTotal < h.MemoryFree || h.Version == "" || h.Product == "" || h.Address == "" {
			t.Errorf("host %d: %+v", i, h)
		}
		free, err := c.FreeMemory(t.Context(), h.Ref)
		if err != nil || free <= 0 || free > h.MemoryTotal {
			t.Errorf("host %d: %d bytes free, %v", i, free, err)
		}
	}
	if vms != 1 {
		t.Errorf("%d VMs run, want 1", vms)
	}
	if m, err := c.VM(t.Context(), vm); err != nil {
		t.Error(err)
	} else if metrics, err := c.VMMetrics(t.Context(), m.Metrics); err != nil || metrics.StartTime.IsZero() {
		t.Errorf("metrics %+v, %v; want when it started", metrics, err)
	}
}

// Small verbs that the others do not use.
func TestSmallVerbs(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.Pool(2))
	ctx := t.Context()
	vm := clone(t, c, xapitest.TemplateDebian)
	got, err := c.VM(ctx, vm)
	if err != nil {
		t.Fatal(err)
	}
	if ref, err := c.VMByUUID(ctx, got.UUID); err != nil || ref != vm {
		t.Errorf("VMByUUID = %s, %v; want %s", ref, err, vm)
	}
	if _, err := c.VMByUUID(ctx, "none"); !errors.Is(err, xapi.UUIDInvalid) {
		t.Errorf("VMByUUID of none: %v, want UUID_INVALID", err)
	}
	hosts, err := c.Hosts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for host := range hosts {
		if err := c.SetAffinity(ctx, vm, host); err != nil {
			t.Error(err)
		}
	}
	if err := c.SetAffinity(ctx, vm, ""); err != nil {
		t.Errorf("SetAffinity to none: %v", err)
	}
	if got, err := c.VM(ctx, vm); err != nil || !got.Affinity.IsNull() {
		t.Errorf("affinity %s, %v; want none", got.Affinity, err)
	}
	vif, err := c.VIF(ctx, got.VIFs[0])
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.AttachNetwork(ctx, vm, vif.Network, "5")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.AttachNetwork(ctx, vm, vif.Network, "5"); !errors.Is(err, xapi.DeviceAlreadyExists) {
		t.Errorf("a device that is taken: %v, want DEVICE_ALREADY_EXISTS", err)
	}
	if err := errors.Join(c.DestroyVIF(ctx, second), c.DestroyVIF(ctx, second)); err != nil {
		t.Errorf("DestroyVIF twice: %v", err)
	}
	i := image()
	vbd, err := c.AttachDrive(ctx, vm, xapi.DriveSpec{Name: "d", Image: i, Size: i.Size()})
	if err != nil {
		t.Fatal(err)
	}
	drive, err := c.VBD(ctx, vbd)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(ctx, vm); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.UnplugVBD(ctx, vbd), c.DestroyVBD(ctx, vbd), c.DestroyVBD(ctx, vbd), c.DestroyVDI(ctx, drive.VDI), c.DestroyVDI(ctx, drive.VDI)); err != nil {
		t.Errorf("taking the drive out of a VM that runs: %v", err)
	}
	if raw, err := c.Call(ctx, "host.get_all"); err != nil || !strings.HasPrefix(string(raw), "[") {
		t.Errorf("Call = %s, %v", raw, err)
	}
	task, err := c.CreateTask(ctx, "t", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.CancelTask(ctx, task)); err != nil {
		t.Error(err)
	}
	if _, err := s.Do(ctx, "task.set_status", string(task), xapi.TaskStopped); err != nil {
		t.Error(err)
	}
	if got, err := c.WaitTask(ctx, task); err != nil || got.Status != xapi.TaskStopped {
		t.Errorf("WaitTask = %+v, %v", got, err)
	}
	if err := errors.Join(c.DestroyTask(ctx, task), c.DestroyTask(ctx, task)); err != nil {
		t.Errorf("DestroyTask twice: %v", err)
	}
	if !xapi.Null[xapi.Host]().IsNull() || !xapi.HostRef("").IsNull() || xapi.HostRef("OpaqueRef:1").IsNull() {
		t.Error("IsNull is wrong")
	}
}
