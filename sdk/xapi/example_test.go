package xapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// demo runs an example against a simulated pool of two hosts.
func demo(example func(ctx context.Context, c *xapi.Client) error) {
	ctx := context.Background()
	s, err := xapitest.New(xapitest.Pool(2))
	if err == nil {
		err = s.Start(ctx)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	c, err := xapi.Dial(ctx, options(s))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := errors.Join(example(ctx, c), c.Close(ctx)); err != nil {
		fmt.Println(err)
	}
}

// demoVM runs an example with a halted VM.
func demoVM(example func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error) {
	demo(func(ctx context.Context, c *xapi.Client) error {
		t, err := c.FindTemplate(ctx, "debian-12-cloud")
		if err != nil {
			return err
		}
		vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: t.Ref, Name: "cell-1"})
		if err != nil {
			return err
		}
		return errors.Join(example(ctx, c, vm), c.DestroyWithDisks(ctx, vm))
	})
}

// show prints a VM's power state.
func show(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
	got, err := c.VM(ctx, vm)
	fmt.Println(got.PowerState)
	return err
}

func Example() {
	ctx := context.Background()
	pool, err := xapitest.New(xapitest.SingleHost())
	if err == nil {
		err = pool.Start(ctx)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()

	err = func() error {
		c, err := xapi.Dial(ctx, xapi.Options{
			URL: pool.URL(), Username: "root", Password: xapitest.Password, Pins: []string{pool.Fingerprint(0)},
		})
		if err != nil {
			return err
		}
		defer c.Close(ctx)
		t, err := c.FindTemplate(ctx, "debian-12-cloud")
		if err != nil {
			return err
		}
		vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: t.Ref, Name: "cell-1"})
		if err != nil {
			return err
		}
		if err := c.Start(ctx, vm); err != nil {
			return errors.Join(err, c.DestroyWithDisks(ctx, vm))
		}
		addr, err := c.WaitIP(ctx, vm, xapi.IPFilter{})
		fmt.Println(addr)
		return errors.Join(err, c.DestroyWithDisks(ctx, vm))
	}()
	if err != nil {
		fmt.Println(err)
	}
	// Output: 10.77.0.1
}

func ExampleDial() {
	ctx := context.Background()
	s, err := xapitest.New(xapitest.Pool(2))
	if err == nil {
		err = s.Start(ctx)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	// Any member will do, and the pin of the one that is asked.
	c, err := xapi.Dial(ctx, xapi.Options{
		URL: s.MemberURL(1), Username: "root", Password: xapitest.Password, Pins: []string{s.Fingerprint(1)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close(ctx)
	fmt.Println("the master is", c.Address())
	// Output: the master is 127.0.0.1
}

func ExampleClient_CloneFromTemplate() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		t, err := c.FindTemplate(ctx, "debian-12-cloud")
		if err != nil {
			return err
		}
		vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{
			Template: t.Ref, Name: "cell-1", Description: "E. coli", OtherConfig: map[string]string{"bioxen:owner": "lab-7"},
		})
		if err != nil {
			return err // and nothing is left behind
		}
		return errors.Join(show(ctx, c, vm), c.DestroyWithDisks(ctx, vm))
	})
	// Output: Halted
}

func ExampleClient_FindTemplate() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		t, err := c.FindTemplate(ctx, "Debian Bookworm 12")
		if err != nil {
			return err
		}
		fmt.Println(t.Problems()[0])
		return nil
	})
	// Output: it has no disk with a system on it
}

func ExampleClient_Templates() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		all, err := c.Templates(ctx)
		for _, t := range all {
			fmt.Println(t.Template.NameLabel, t.Disks, t.GuestTools)
		}
		return err
	})
	// Output:
	// Debian Bookworm 12 0 false
	// debian-12-cloud 1 true
	// debian-12-with-cd 1 true
	// no-guest-tools 1 false
}

func ExampleClient_HostFacts() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		hosts, err := c.HostFacts(ctx)
		for _, h := range hosts {
			fmt.Println(h.Address, h.Master, h.MemoryTotal>>30, "GiB")
		}
		return err
	})
	// Output:
	// 127.0.0.1 true 32 GiB
	// 127.0.0.2 false 32 GiB
}

func ExampleClient_Pool() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		_, pool, err := c.Pool(ctx)
		if err != nil {
			return err
		}
		sr, err := c.SR(ctx, pool.DefaultSR)
		fmt.Println(sr.NameLabel, sr.Shared, sr.Free() > 0)
		return err
	})
	// Output: NFS storage true true
}

func ExampleClient_SetMemory() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		if err := c.SetMemory(ctx, vm, 512<<20); err != nil {
			return err
		}
		got, err := c.VM(ctx, vm)
		fmt.Println(got.MemoryStaticMax>>20, "MiB")
		return err
	})
	// Output: 512 MiB
}

func ExampleClient_SetVCPUs() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		if err := c.SetVCPUs(ctx, vm, 4); err != nil {
			return err
		}
		got, err := c.VM(ctx, vm)
		fmt.Println(got.VCPUsAtStartup, "of", got.VCPUsMax)
		return err
	})
	// Output: 4 of 4
}

func ExampleClient_AttachNetwork() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		networks, err := c.Networks(ctx)
		if err != nil {
			return err
		}
		for ref, n := range networks {
			if !strings.HasSuffix(n.NameLabel, "eth0") {
				continue
			}
			vif, err := c.AttachNetwork(ctx, vm, ref, "1")
			if err != nil {
				return err
			}
			got, err := c.VIF(ctx, vif)
			fmt.Println("device", got.Device, "on", n.NameLabel)
			return err
		}
		return nil
	})
	// Output: device 1 on Pool-wide network associated with eth0
}

func ExampleClient_AttachDrive() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		image := []byte("what cloudinit.Drive made") // or an *os.File
		vbd, err := c.AttachDrive(ctx, vm, xapi.DriveSpec{Name: "cloud-init", Image: bytes.NewReader(image), Size: int64(len(image))})
		if err != nil {
			return err
		}
		drive, err := c.VBD(ctx, vbd)
		if err != nil {
			return err
		}
		disk, err := c.VDI(ctx, drive.VDI)
		fmt.Println(disk.NameLabel, disk.VirtualSize>>20, "MiB")
		return err
	})
	// Output: cloud-init 2 MiB
}

func ExampleClient_ImportRaw() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		_, pool, err := c.Pool(ctx)
		if err != nil {
			return err
		}
		disk, err := c.CreateVDI(ctx, pool.DefaultSR, "data", 4<<20)
		if err != nil {
			return err
		}
		image := strings.NewReader("GATTACA")
		err = c.ImportRaw(ctx, disk, image, image.Size())
		fmt.Println(err)
		return c.DestroyVDI(ctx, disk)
	})
	// Output: <nil>
}

func ExampleClient_PutXenstoreData() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		if err := c.PutXenstoreData(ctx, vm, "vm-data/bioxen/nonce", "42"); err != nil {
			return err
		}
		got, err := c.VM(ctx, vm)
		fmt.Println(got.XenstoreData["vm-data/bioxen/nonce"])
		return err
	})
	// Output: 42
}

func ExampleClient_Start() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		// Should the server hang, the context's end stops the operation there.
		ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		return errors.Join(c.Start(ctx, vm), show(ctx, c, vm))
	})
	// Output: Running
}

func ExampleClient_StartOn() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		hosts, err := c.PossibleHosts(ctx, vm)
		if err != nil {
			return err
		}
		if err := c.StartOn(ctx, vm, hosts[0]); err != nil {
			return err
		}
		got, err := c.VM(ctx, vm)
		fmt.Println(got.ResidentOn == hosts[0])
		return err
	})
	// Output: true
}

func ExampleClient_PossibleHosts() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		hosts, err := c.PossibleHosts(ctx, vm)
		fmt.Println(len(hosts), "hosts have the memory")
		return err
	})
	// Output: 2 hosts have the memory
}

func ExampleClient_WaitIP() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		if err := c.Start(ctx, vm); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		addr, err := c.WaitIP(ctx, vm, xapi.IPFilter{Device: "0"})
		if w, ok := errors.AsType[*xapi.WaitIPError](err); ok {
			return fmt.Errorf("last seen %s: %w", w.PowerState, err)
		}
		fmt.Println(addr)
		return err
	})
	// Output: 10.77.0.1
}

func ExampleClient_Pause() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		return errors.Join(c.Start(ctx, vm), c.Pause(ctx, vm), show(ctx, c, vm))
	})
	// Output: Paused
}

func ExampleClient_Unpause() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		return errors.Join(c.Start(ctx, vm), c.Pause(ctx, vm), c.Unpause(ctx, vm), show(ctx, c, vm))
	})
	// Output: Running
}

func ExampleClient_Suspend() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		return errors.Join(c.Start(ctx, vm), c.Suspend(ctx, vm), show(ctx, c, vm))
	})
	// Output: Suspended
}

func ExampleClient_Resume() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		return errors.Join(c.Start(ctx, vm), c.Suspend(ctx, vm), c.Resume(ctx, vm), show(ctx, c, vm))
	})
	// Output: Running
}

func ExampleClient_Shutdown() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		return errors.Join(c.Start(ctx, vm), c.Shutdown(ctx, vm, 2*time.Minute), show(ctx, c, vm))
	})
	// Output: Halted
}

func ExampleClient_HardShutdown() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		return errors.Join(c.Start(ctx, vm), c.HardShutdown(ctx, vm), show(ctx, c, vm))
	})
	// Output: Halted
}

func ExampleClient_Snapshot() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		snapshot, err := c.Snapshot(ctx, vm, "day 1")
		if err != nil {
			return err
		}
		got, err := c.VM(ctx, snapshot)
		fmt.Println(got.NameLabel, got.IsASnapshot)
		return err
	})
	// Output: day 1 true
}

func ExampleClient_Revert() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		snapshot, err := c.Snapshot(ctx, vm, "day 1")
		if err != nil {
			return err
		}
		return errors.Join(c.Start(ctx, vm), c.Revert(ctx, snapshot), show(ctx, c, vm))
	})
	// Output: Halted
}

func ExampleClient_DestroyWithDisks() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		t, err := c.FindTemplate(ctx, "debian-12-cloud")
		if err != nil {
			return err
		}
		vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: t.Ref, Name: "cell-1"})
		if err != nil {
			return err
		}
		err = c.DestroyWithDisks(ctx, vm)
		again := c.DestroyWithDisks(ctx, vm) // gone already is no error
		fmt.Println(err, again)
		return nil
	})
	// Output: <nil> <nil>
}

func ExampleClient_Events() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for batch, err := range c.Events(ctx, "vm/"+string(vm)) {
			if err != nil {
				return err
			}
			for _, e := range batch.Events {
				var now xapi.VM
				if err := e.Record(&now); err != nil {
					return err
				}
				fmt.Println(e.Operation, now.NameLabel)
			}
			cancel() // which ends the sequence
		}
		return nil
	})
	// Output: add cell-1
}

func ExampleClient_VMMeasurements() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		if err := c.Start(ctx, vm); err != nil {
			return err
		}
		m, err := c.VMMeasurements(ctx, vm)
		fmt.Printf("%.0f %% of a core\n", 100*m.Values["cpu0"])
		return err
	})
	// Output: 2 % of a core
}

func ExampleClient_WaitTask() {
	demoVM(func(ctx context.Context, c *xapi.Client, vm xapi.VMRef) error {
		// An operation that this package has no method for.
		raw, err := c.Call(ctx, "Async.VM.copy", vm, "a copy", xapi.Null[xapi.SR]())
		if err != nil {
			return err
		}
		var ref xapi.TaskRef
		if err := json.Unmarshal(raw, &ref); err != nil {
			return err
		}
		t, err := c.WaitTask(ctx, ref)
		if err != nil {
			return err
		}
		fmt.Println(t.Status)
		copies, err := c.VMsByName(ctx, "a copy")
		if err != nil {
			return err
		}
		return errors.Join(c.DestroyTask(ctx, ref), c.DestroyWithDisks(ctx, copies[0]))
	})
	// Output: success
}

func ExampleError() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		_, err := c.VM(ctx, "OpaqueRef:gone")
		fmt.Println(errors.Is(err, xapi.HandleInvalid))
		if e, ok := errors.AsType[*xapi.Error](err); ok {
			fmt.Println(e.Method, e.Param(0), xapi.RemedyFor(err) == xapi.RemedyNone)
		}
		return nil
	})
	// Output:
	// true
	// VM.get_record VM true
}

func ExampleClient_Call() {
	demo(func(ctx context.Context, c *xapi.Client) error {
		raw, err := c.Call(ctx, "pool.get_all")
		fmt.Println(strings.Contains(string(raw), "OpaqueRef:"))
		return err
	})
	// Output: true
}
