//go:build !race

package living_test

import (
	"encoding/json"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

// lived are states of cells that lived, by type.
func lived(t testing.TB, o biovm.BiologicalType) (*cell.Cell, []byte) {
	t.Helper()
	c := body(t, o)
	l := begin(t, c, 1)
	if host, ok := l.(living.PlasmidHost); ok {
		if _, err := host.AddPlasmid(biovm.Plasmid{Name: "one"}); err != nil {
			t.Fatal(err)
		}
	}
	if keeper, ok := l.(living.OperonKeeper); ok {
		if _, err := keeper.ManageOperons([]string{"trp"}, operon.KnockOut); err != nil {
			t.Fatal(err)
		}
	}
	return c, advance(t, l, 10)
}

// survives checks that data are refused, or make a cell that lives, shows itself
// and can be written down.
func survives(t *testing.T, c *cell.Cell, data []byte) {
	t.Helper()
	if _, err := living.Operons(data); err != nil {
		if _, err := living.Resume(t.Context(), c, data); err == nil {
			t.Error("resumes what tells no lost genes")
		}
		return
	}
	l, err := living.Resume(t.Context(), c, data)
	if err != nil {
		return
	}
	if err := l.Advance(t.Context(), l.Seconds()+0.5); err != nil {
		return
	}
	if _, err := living.Now(l); err != nil {
		t.Errorf("shows nothing: %v", err)
	}
	if _, err := l.Metrics(t.Context()); err != nil {
		return
	}
	state, err := l.Checkpoint()
	if err != nil {
		return
	}
	if _, err := living.Resume(t.Context(), c, state); err != nil {
		t.Errorf("does not resume what it wrote: %v", err)
	}
}

// FuzzResume looks for states that make it panic.
func FuzzResume(f *testing.F) {
	cells := map[bool]*cell.Cell{}
	for coli, o := range map[bool]biovm.BiologicalType{false: biovm.Syn3A, true: biovm.EColi} {
		cells[coli] = body(f, o)
		f.Add(coli, []byte(`{"version":1,"organism":"`+string(o)+`","seed":1}`))
		f.Add(coli, []byte(`{"version":1,"organism":"`+string(o)+`","seed":1,"parts":{}}`))
		f.Add(coli, []byte(`{"version":1,"organism":"`+string(o)+`","operons":{"controls":{"lac":1},"lost":["trp","?"]},"parts":{"cell":"e30=","lac":"AA=="}}`))
	}
	f.Fuzz(func(t *testing.T, coli bool, data []byte) { survives(t, cells[coli], data) })
}

// FuzzResumePart damages one part of a good state: at a place, by some bytes.
func FuzzResumePart(f *testing.F) {
	cells, states := map[bool]*cell.Cell{}, map[bool][]byte{}
	for coli, o := range map[bool]biovm.BiologicalType{false: biovm.Syn3A, true: biovm.EColi} {
		cells[coli], states[coli] = lived(f, o)
	}
	for _, part := range []string{"wholecell", "cell", "culture", "lac", "plasmid:one"} {
		for _, at := range []uint32{0, 8, 100, 1000} {
			f.Add(part != "wholecell", part, at, []byte{0xff})
			f.Add(part != "wholecell", part, at, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf8, 0x7f})
		}
	}
	f.Fuzz(func(t *testing.T, coli bool, part string, at uint32, bytes []byte) {
		var state map[string]json.RawMessage
		var parts map[string][]byte
		if err := json.Unmarshal(states[coli], &state); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(state["parts"], &parts); err != nil {
			t.Fatal(err)
		}
		if len(parts[part]) == 0 {
			t.Skip("there is no such part")
		}
		copy(parts[part][int(at)%len(parts[part]):], bytes)
		var err error
		if state["parts"], err = json.Marshal(parts); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(state)
		if err != nil {
			t.Fatal(err)
		}
		survives(t, cells[coli], data)
	})
}
