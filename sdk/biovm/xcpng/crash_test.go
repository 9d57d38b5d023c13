package xcpng_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// childEnv makes this test binary a process that creates a VM: its data
// directory, and where the rig is.
const childEnv = "BIOXEN_XCPNG_CHILD"

func TestMain(m *testing.M) {
	if args := os.Getenv(childEnv); args != "" {
		if err := child(context.Background(), strings.Split(args, " ")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	if err := waitTogether(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(withProgramDir(m.Run))
}

// waitTogether lets more tests run at once than there are processors, unless
// -parallel says how many: most of the time they wait, for guests that boot and
// for those that never will.
func waitTogether() error {
	const atOnce = 4
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if said || runtime.GOMAXPROCS(0) >= atOnce {
		return nil
	}
	return flag.Set("test.parallel", strconv.Itoa(atOnce))
}

// child creates a VM and ends without confirming it. Its arguments are the data
// directory, the pool's URL and pin, the proxy to guests and their socket.
func child(ctx context.Context, args []string) error {
	dir, url, pin, proxy, socket := args[0], args[1], args[2], args[3], args[4]
	e, err := engine.Open(ctx, engine.Options{Dir: dir})
	if err != nil {
		return err
	}
	memory, err := engine.Open(ctx, engine.Options{InMemory: true})
	if err != nil {
		return err
	}
	d, err := xcpng.New(xcpng.Options{
		Hosts:  hosts{"lab": {Name: "lab", URL: url, Username: xapitest.Username, Password: xapitest.Password, Pins: []string{pin}}},
		Keeper: e, Twin: basic.New(memory), KeyDir: filepath.Join(dir, "xcpng"), Agent: xcpng.Agent{Socket: socket}, Version: "test",
		Defaults: biovm.XCPngSpec{Host: "lab", Template: xapitest.TemplateDebian},
		DialGuest: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := new(net.Dialer).DialContext(ctx, network, proxy)
			if err == nil {
				_, err = io.WriteString(c, address+"\n")
			}
			return c, err
		},
	})
	if err != nil {
		return err
	}
	_, err = d.Create(ctx, syn3a("a"))
	return err
}

// proxy leads other processes to the guests: they say the address, on a line.
func (l *lodge) proxy(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() { // ends with the listener
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { // ends with the connection
				defer c.Close()
				in := bufio.NewReader(c)
				address, err := in.ReadString('\n')
				if err != nil {
					return
				}
				g, err := l.Dial(context.WithoutCancel(t.Context()), "tcp", strings.TrimSpace(address))
				if err != nil {
					return
				}
				defer g.Close()
				go func() { // ends with either
					_, _ = io.Copy(g, in)
					_ = g.Close()
				}()
				_, _ = io.Copy(c, g)
			}()
		}
	}()
	return listener.Addr().String()
}

// TestKilled kills processes that create a VM, each at a later call: the next
// Create of the same data directory makes or adopts the VM, and nothing else is
// left.
func TestKilled(t *testing.T) {
	t.Parallel()
	// Finished tasks of the killed stay for an hour, as with real pools.
	r := newRig(t, xapitest.SingleHost(), xapitest.AllowLeftovers())
	home := t.TempDir()
	o, _ := r.process(t, home)
	args := strings.Join([]string{home, r.server.URL(), r.server.Fingerprint(0), r.lodge.proxy(t), r.lodge.socket}, " ")
	adopted, anew := 0, 0
	for k := 1; ; k += killStep {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), childEnv+"="+args)
		var said strings.Builder
		cmd.Stderr = &said
		started := make(chan struct{})
		f := r.server.Inject(xapitest.Fault{Call: k, Effect: xapitest.Notice(func() {
			<-started
			_ = cmd.Process.Kill()
		})})
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		close(started)
		err := cmd.Wait()
		killed := f.Fired() > 0
		f.Release()
		if !killed && err != nil {
			t.Fatalf("the process: %v: %s", err, said.String())
		}
		before := r.server.Calls("VM.clone") + r.server.Calls("Async.VM.clone")
		d := r.open(t, o)
		vm, err := d.Create(t.Context(), syn3a("a"))
		if err != nil {
			t.Errorf("Create after a process was killed at call %d: %v", k, err)
			_ = d.Close()
			return
		}
		if r.server.Calls("VM.clone")+r.server.Calls("Async.VM.clone") > before {
			anew++
		} else {
			adopted++
		}
		if vms := mustList(t, d); len(vms) != 1 {
			t.Errorf("after a process was killed at call %d there are %d vms", k, len(vms))
		}
		if err := errors.Join(vm.Start(t.Context()), vm.Destroy(t.Context())); err != nil {
			t.Errorf("after a process was killed at call %d: %v", k, err)
		}
		r.expectNothing(t, fmt.Sprintf("after a process was killed at call %d", k))
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if !killed || t.Failed() {
			break
		}
	}
	t.Logf("%d times it was made anew, %d times adopted", anew, adopted)
	if anew == 0 || adopted == 0 {
		t.Errorf("%d times it was made anew, %d times adopted; want both", anew, adopted)
	}
}

// TestFailOver has the pool's master change in the midst of a creation.
func TestFailOver(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"pool.add_to_other_config", "VM.clone", "VDI.create", "VM.start", "VM.add_to_other_config"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, xapitest.Pool(2))
			d := r.loggedIn(t)
			f := r.server.Inject(xapitest.Fault{Method: method, Effect: xapitest.Notice(func() { r.server.FailOver(1) })})
			vm, err := d.Create(t.Context(), syn3a("a"))
			if f.Fired() != 1 {
				t.Fatalf("the master changed %d times", f.Fired())
			}
			if err != nil {
				t.Logf("Create = %v", err)
				r.expectNothing(t, fmt.Sprintf("after Create = %v", err))
				if vm, err = d.Create(t.Context(), syn3a("a")); err != nil {
					t.Fatalf("the next Create: %v", err)
				}
			}
			if err := errors.Join(vm.Start(t.Context()), vm.Destroy(t.Context())); err != nil {
				t.Error(err)
			}
			r.expectNothing(t, "after all")
			// Who comes later must be told where the pool is now.
			h := r.hosts["lab"]
			h.URL, h.Pins = r.server.MemberURL(1), []string{r.server.Fingerprint(1)}
			r.hosts["lab"] = h
		})
	}
}

// TestCanceled ends a creation's context at many calls.
func TestCanceled(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	d := r.loggedIn(t)
	for k := 1; ; k += 3 * stride {
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("no longer wanted")
		f := r.server.Inject(xapitest.Fault{Call: k, Effect: xapitest.Notice(func() { cancel(why) })})
		vm, err := d.Create(ctx, syn3a("a"))
		fired := f.Fired()
		f.Release()
		cancel(nil)
		if err == nil {
			err = vm.Destroy(t.Context())
		} else if !errors.Is(err, why) {
			t.Errorf("Create, canceled at call %d = %v, want why", k, err)
		}
		r.expectNothing(t, fmt.Sprintf("after it was canceled at call %d, %v", k, err))
		if fired == 0 || t.Failed() {
			return
		}
	}
}

// TestClosed closes a driver in the midst of a creation: no session stays.
func TestClosed(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	d := r.open(t, r.options())
	closing := make(chan error, 1)
	r.server.Inject(xapitest.Fault{Method: "VM.start", Effect: xapitest.Notice(func() { go func() { closing <- d.Close() }() })})
	vm, err := d.Create(t.Context(), syn3a("a"))
	if err == nil {
		t.Errorf("Create = %v in spite of Close", vm.ID())
	} else if !errors.Is(err, xcpng.ErrClosed) {
		t.Errorf("Create = %v, want ErrClosed", err)
	}
	if err := <-closing; err != nil {
		t.Errorf("Close: %v", err)
	}
	r.expectNothing(t, "after Close")
	if s := r.server.Inventory().Sessions; len(s) > 0 {
		t.Errorf("sessions stay: %v", s)
	}
}
