package biovmtest

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// testLife holds that a VM's cell lives on from execution to execution, and that
// it has the figures of its type.
func testLife(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := create(t, d, spec(d, "a"))
	if err := vm.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	born := metrics(t, vm).Cell.Syn3A
	if born == nil || born.EssentialGenes == 0 || !(born.ATPLevel > 0) {
		t.Fatalf("figures of a newborn syn3a: %+v", born)
	}
	var life struct{ Age float64 }
	for _, want := range []float64{0.25, 0.5} {
		r := execute(t, vm, "simulate(minutes=0.25)")
		if err := json.Unmarshal(r.Value, &life); err != nil || life.Age != want || r.SimulatedSeconds != 15 {
			t.Errorf("simulate came to %s after %v s, %v; want an age of %v minutes after 15 s", r.Value, r.SimulatedSeconds, err, want)
		}
	}
	if got := metrics(t, vm).SimulatedSeconds; got != 30 {
		t.Errorf("%v s were simulated, want 30", got)
	}
	if now := metrics(t, vm).Cell.Syn3A; now == nil || *now == *born {
		t.Errorf("figures after half a minute: %+v, as at birth", now)
	}
	// What lives apart is not the VM's.
	if r := execute(t, vm, "simulate(minutes=0.1, replicas=2)"); r.SimulatedSeconds != 0 || metrics(t, vm).SimulatedSeconds != 30 {
		t.Errorf("cells that live apart count %v s", r.SimulatedSeconds)
	}
	made, err := ability[biovm.Transcriber](t, vm).StartTranscription(t.Context(), []string{"dnaA"}, 0.25)
	if err != nil || len(made) != 1 || made[0].Gene != "dnaA" || !(made[0].Protein.Before > 0) || metrics(t, vm).SimulatedSeconds != 45 {
		t.Errorf("StartTranscription = %+v, %v after %v s", made, err, metrics(t, vm).SimulatedSeconds)
	}
	if _, err := ability[biovm.Transcriber](t, vm).StartTranscription(t.Context(), []string{"none"}, 0.25); err == nil {
		t.Error("StartTranscription of a gene that there is not = no error")
	}
	if _, err := ability[biovm.Transcriber](t, vm).StartTranscription(t.Context(), nil, 0.25); err == nil || !strings.Contains(err.Error(), "at least one gene") {
		t.Errorf("StartTranscription of no gene = %v, want to be told to name one", err)
	}
}

// testEColi holds the abilities that only ecoli has.
func testEColi(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	s := spec(d, "a")
	for _, other := range []biovm.BiologicalType{biovm.Syn3A} {
		if _, is := create(t, d, spec(d, "b")).(biovm.OperonManager); is {
			t.Errorf("a vm of type %s says that it manages operons", other)
		}
	}
	s.BiologicalType, s.Config = biovm.EColi, biovm.Config{}
	vm := create(t, d, s)
	if err := vm.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	operons := ability[biovm.OperonManager](t, vm)
	changed, err := operons.ManageOperons(t.Context(), []string{"lac"}, "induce")
	if err != nil || len(changed) != 1 || changed[0].After != "induced" || changed[0].Transcription == nil || *changed[0].Transcription != 1 {
		t.Errorf("ManageOperons = %+v, %v", changed, err)
	}
	if _, err := operons.ManageOperons(t.Context(), []string{"lack"}, "induce"); err == nil {
		t.Error("ManageOperons of one that there is not = no error")
	}
	host := ability[biovm.PlasmidHost](t, vm)
	if _, err := host.AddPlasmid(t.Context(), biovm.Plasmid{Name: "p", Origin: "p15A"}); err == nil {
		t.Error("a plasmid fits beside a genome that fills the VM's memory_kb")
	}
	if _, err := ability[biovm.Allocator](t, vm).Allocate(t.Context(), biovm.Allocation{MemoryKB: new(5000)}); err != nil {
		t.Fatal(err)
	}
	added, err := host.AddPlasmid(t.Context(), biovm.Plasmid{Name: "p", Origin: "p15A"})
	if err != nil || added.Copies < 1 || added.BasePairs == 0 {
		t.Errorf("AddPlasmid = %+v, %v", added, err)
	}
	n, err := host.PlasmidCount(t.Context())
	if err != nil || n != added.Copies {
		t.Errorf("PlasmidCount = %d, %v; want %d", n, err, added.Copies)
	}
	m := metrics(t, vm).Cell.EColi
	if m == nil || m.PlasmidCount != n || m.Operons["lac"] != "induced" || m.GrowthPhase != "lag" {
		t.Errorf("figures of an ecoli: %+v", m)
	}
	if err := vm.Pause(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := operons.ManageOperons(t.Context(), []string{"lac"}, "release"); !errors.Is(err, biovm.ErrState) {
		t.Errorf("ManageOperons of a paused vm = %v, want %v", err, biovm.ErrState)
	}
}
