package biovmtest_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/biovmtest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// mutantVariable tells this test program, started by itself, to run the suite
// on a driver with that defect.
const mutantVariable = "BIOVMTEST_MUTANT"

// A mutant is a driver with one defect.
type mutant struct {
	biovm.Driver

	defect string
}

// defects are what the mutants do wrong, and the part of the suite that must
// notice.
func defects() map[string]string {
	return map[string]string{
		"create takes any name":        "Invalid",
		"create forgets an error":      "CreateTwice",
		"create ignores its context":   "ContextEndedBefore",
		"get finds by name only":       "Get",
		"list is in no order":          "List",
		"close fails the second time":  "Close",
		"start is a wish":              "Lifecycle",
		"destroy fails on the gone":    "Destroy",
		"stop ends with its context":   "ContextEndedBefore",
		"execute has a memory":         "ExecuteDeterministic",
		"execute hides the limit":      "ExecuteLimits",
		"execute hides the place":      "ExecuteErrors",
		"metrics are someone else's":   "Metrics",
		"allocate does half":           "AllocateRefused",
		"update does half":             "UpdateRefused",
		"recommendations promise more": "Recommendations",
		"create has its own model":     "ModelShared",
		"create has its own genome":    "Genome",
		"records are lost":             "Records",
		"packages stay":                "Packages",
		"packages come half":           "PackagesOfSpec",
		"genes are few":                "Genes",
	}
}

// TestMutants holds that the suite fails a driver that does something wrong, in
// the part that is about it.
func TestMutants(t *testing.T) {
	t.Parallel()
	if os.Getenv(mutantVariable) != "" {
		t.Skip("this is a mutant's run: it is not to start more")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for defect, part := range defects() {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), self, "-test.run", "^TestMutant$/^"+part+"$")
			cmd.Env = append(os.Environ(), mutantVariable+"="+defect)
			out, err := cmd.CombinedOutput()
			if _, failed := errors.AsType[*exec.ExitError](err); !failed || !bytes.Contains(out, []byte("--- FAIL: TestMutant/"+part+" ")) || bytes.Contains(out, []byte("panic:")) {
				t.Errorf("%s does not notice that %s: %v\n%s", part, defect, err, out)
			}
		})
	}
}

// TestMutant runs the suite on the mutant that the environment names, and by
// itself on a driver without a defect, which has to pass.
func TestMutant(t *testing.T) {
	defect := os.Getenv(mutantVariable)
	if _, known := defects()[defect]; !known && defect != "" {
		t.Fatalf("there is no mutant %q", defect)
	}
	biovmtest.TestDriver(t, func(t *testing.T) biovm.Driver {
		t.Helper()
		e, err := engine.Open(t.Context(), engine.Options{InMemory: true})
		if err != nil {
			t.Fatal(err)
		}
		return &mutant{basic.New(e), defect}
	})
}

func (d *mutant) vm(vm biovm.VM) biovm.VM {
	sound, ok := vm.(*basic.VM)
	if !ok { // an ecoli, which has abilities that a mutant has not
		return vm
	}
	return &mutantVM{VM: sound, defect: d.defect, runs: new(atomic.Uint64)}
}

func (d *mutant) Create(ctx context.Context, s biovm.Spec) (biovm.VM, error) {
	switch d.defect {
	case "create takes any name":
		if strings.ContainsAny(string(s.ID), "/ ") {
			s.ID = "any"
		}
	case "create ignores its context":
		ctx = context.WithoutCancel(ctx)
	case "create has its own model":
		s.Model = nil
	case "packages come half":
		s.Packages = s.Packages[:len(s.Packages)/2]
	case "create has its own genome":
		s.Genome = nil
	case "create forgets an error":
		if vm, err := d.Driver.Get(ctx, string(s.ID)); err == nil {
			return d.vm(vm), nil
		}
	}
	vm, err := d.Driver.Create(ctx, s)
	if err != nil {
		return nil, err
	}
	return d.vm(vm), nil
}

func (d *mutant) Get(ctx context.Context, ref string) (biovm.VM, error) {
	if d.defect == "get finds by name only" {
		if _, err := biovm.ParseID(ref); err != nil || strings.Count(ref, "-") == 4 {
			return nil, biovm.ErrNotFound
		}
	}
	vm, err := d.Driver.Get(ctx, ref)
	if err != nil {
		return nil, err
	}
	return d.vm(vm), nil
}

func (d *mutant) List(ctx context.Context) ([]biovm.VM, error) {
	vms, err := d.Driver.List(ctx)
	if d.defect == "list is in no order" && len(vms) > 1 {
		vms[0], vms[1] = vms[1], vms[0]
	}
	return vms, err
}

func (d *mutant) Close() error {
	_, err := d.Driver.List(context.Background())
	return errors.Join(d.Driver.Close(), func() error {
		if d.defect == "close fails the second time" {
			return err
		}
		return nil
	}())
}

// mutantVM is a VM with one defect.
type mutantVM struct {
	*basic.VM

	defect string
	runs   *atomic.Uint64
}

func (v *mutantVM) Start(ctx context.Context) error {
	if v.defect == "start is a wish" {
		return nil
	}
	return v.VM.Start(ctx)
}

func (v *mutantVM) Stop(ctx context.Context) error {
	if v.defect == "stop ends with its context" {
		ctx = context.WithoutCancel(ctx)
	}
	return v.VM.Stop(ctx)
}

func (v *mutantVM) Destroy(ctx context.Context) error {
	if _, err := v.Status(ctx); err != nil && v.defect == "destroy fails on the gone" {
		return err
	}
	return v.VM.Destroy(ctx)
}

func (v *mutantVM) Execute(ctx context.Context, p biovm.Process) (biovm.Result, error) {
	r, err := v.VM.Execute(ctx, p)
	runs := v.runs.Add(1)
	switch {
	case v.defect == "execute has a memory":
		r.Steps += runs
	case v.defect == "execute hides the limit" && errors.Is(err, biovm.ErrLimit),
		v.defect == "execute hides the place" && errors.Is(err, biovm.ErrProcess):
		err = errors.New("it failed")
	}
	return r, err
}

func (v *mutantVM) Metrics(ctx context.Context) (biovm.Metrics, error) {
	m, err := v.VM.Metrics(ctx)
	if v.defect == "metrics are someone else's" {
		m.Growth.DoublingTimeMinutes *= 2
	}
	return m, err
}

func (v *mutantVM) Allocate(ctx context.Context, a biovm.Allocation) (biovm.Resources, error) {
	if v.defect == "allocate does half" {
		if _, err := v.VM.Allocate(ctx, biovm.Allocation{ATP: a.ATP}); err != nil {
			return biovm.Resources{}, err
		}
	}
	return v.VM.Allocate(ctx, a)
}

func (v *mutantVM) Update(ctx context.Context, c biovm.Change) error {
	if v.defect == "update does half" {
		if err := v.VM.Update(ctx, biovm.Change{Seed: c.Seed}); err != nil {
			return err
		}
	}
	return v.VM.Update(ctx, c)
}

func (v *mutantVM) Recommendations(ctx context.Context) ([]biovm.Recommendation, error) {
	all, err := v.VM.Recommendations(ctx)
	if v.defect == "recommendations promise more" {
		for i := range all {
			all[i].GrowthRate *= 1.01
		}
	}
	return all, err
}

func (v *mutantVM) Records(ctx context.Context) ([]biovm.Record, error) {
	all, err := v.VM.Records(ctx)
	if v.defect == "records are lost" && len(all) > 1 {
		all = all[1:]
	}
	return all, err
}

func (v *mutantVM) RemovePackage(ctx context.Context, name string) error {
	if v.defect == "packages stay" {
		return nil
	}
	return v.VM.RemovePackage(ctx, name)
}

func (v *mutantVM) Genes(ctx context.Context) ([]biovm.Gene, error) {
	all, err := v.VM.Genes(ctx)
	if v.defect == "genes are few" && len(all) > 1 {
		all = all[:len(all)/2]
	}
	return all, err
}
