package xcpng_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// median runs fn b.N times, and reports the median in milliseconds.
func median(b *testing.B, fn func() error) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		if err := fn(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms/op")
}

// serve runs the bioxen command as a daemon beside the test, as guests of the lab
// have it.
func serve(b *testing.B) *remote.Client {
	b.Helper()
	program, err := program()
	if err != nil {
		b.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "bx") //nolint:usetesting // a socket's path is short
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s", "s.sock")
	ctx, stop := context.WithCancel(context.WithoutCancel(b.Context()))
	cmd := exec.CommandContext(ctx, filepath.Join(program, "bioxen_linux_"+runtime.GOARCH), "serve", "--data-dir", filepath.Join(dir, "data"), "--socket", socket)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stop()
		_ = cmd.Wait() // it was killed
	})
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for range 1000 {
		c, err := remote.Dial(b.Context(), remote.Options{Endpoint: "unix://" + socket})
		if err == nil {
			b.Cleanup(func() { _ = c.Close() })
			return c
		}
		<-again.C
	}
	b.Fatal("the daemon does not come up")
	return nil
}

// BenchmarkExecute compares processes in one engine, asked over its socket and
// through SSH, and in daemons of their own: over the socket, and in a guest of the
// lab by OpenSSH.
func BenchmarkExecute(b *testing.B) {
	roomy := xapitest.SingleHost()
	r := newRig(b, roomy)
	x := r.driver(b)
	c, err := remote.Dial(b.Context(), remote.Options{Endpoint: "unix://" + r.lodge.socket})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	drivers := []struct {
		name string
		d    func(b *testing.B) biovm.Driver
	}{
		{"socket", func(*testing.B) biovm.Driver { return basic.New(c) }},
		{"ssh", func(*testing.B) biovm.Driver { return x }},
		{"daemon", func(b *testing.B) biovm.Driver {
			b.Helper()
			if err := lab.Available(); err != nil {
				b.Skip(err)
			}
			return basic.New(serve(b))
		}},
		{"openssh", func(b *testing.B) biovm.Driver {
			b.Helper()
			return newLabRig(b, true, lab.Options{}).driver(b)
		}},
	}
	for _, p := range []struct {
		name     string
		organism biovm.BiologicalType
		code     string
	}{
		{"1", biovm.Syn3A, "1"},
		// Another medium each time: answers are remembered.
		{"fba", biovm.EColi, "set_medium({'EX_glc__D_e': 10.0 + %d / 1e6, 'EX_o2_e': 1000.0, 'EX_nh4_e': 1000.0, 'EX_pi_e': 1000.0, 'EX_so4_e': 1000.0, 'EX_k_e': 1000.0, 'EX_mg2_e': 1000.0, 'EX_ca2_e': 1000.0, 'EX_cl_e': 1000.0, 'EX_fe2_e': 1000.0, 'EX_fe3_e': 1000.0, 'EX_cu2_e': 1000.0, 'EX_mn2_e': 1000.0, 'EX_zn2_e': 1000.0, 'EX_ni2_e': 1000.0, 'EX_cobalt2_e': 1000.0, 'EX_mobd_e': 1000.0, 'EX_h2o_e': 1000.0, 'EX_h_e': 1000.0, 'EX_na1_e': 1000.0, 'EX_co2_e': 1000.0})\nfba()['growth_rate']"},
	} {
		for i, driver := range drivers {
			b.Run(p.name+"/"+driver.name, func(b *testing.B) {
				d := driver.d(b)
				vm := running(b, d, biovm.Spec{ID: biovm.ID(fmt.Sprintf("%s-%d", p.name, i)), BiologicalType: p.organism, VMType: d.Info().VMType})
				n := i * 1_000_000
				median(b, func() error {
					n++
					code := p.code
					if code != "1" {
						code = fmt.Sprintf(p.code, n)
					}
					_, err := vm.Execute(b.Context(), biovm.Process{Code: code})
					return err
				})
				if err := vm.Destroy(b.Context()); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

// BenchmarkCreate makes VMs of a template that has the program, from the claim of
// the name to the running cell, with the guest's boot in between.
func BenchmarkCreate(b *testing.B) {
	d := newLabRig(b, true, lab.Options{}).driver(b)
	n := 0
	var running, ready []time.Duration
	for b.Loop() {
		n++
		began := time.Now()
		vm, err := d.Create(b.Context(), syn3a(biovm.ID(fmt.Sprintf("vm-%d", n))))
		if err != nil {
			b.Fatal(err)
		}
		ready = append(ready, time.Since(began))
		if err := vm.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		running = append(running, time.Since(began))
		if err := errors.Join(vm.Stop(b.Context()), vm.Destroy(b.Context())); err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(running)
	slices.Sort(ready)
	b.ReportMetric(float64(ready[len(ready)/2].Milliseconds()), "ready-ms/op")
	b.ReportMetric(float64(running[len(running)/2].Milliseconds()), "running-ms/op")
}
