package expression

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Trajectory holds the counts of some species at rising times, in a few
// bytes per record: what changed since the one before, and times as their
// difference from what a steady step would give. What is read back has the same
// bits.
type Trajectory struct {
	net     *Network
	species []Species
	data    []byte
	records int
	times   steady
	last    []float64
}

// NewTrajectory makes an empty trajectory of some species; none means all of
// the network.
func NewTrajectory(n *Network, species ...Species) (*Trajectory, error) {
	for i, s := range species {
		if s < 0 || int(s) >= len(n.species) {
			return nil, &biovm.FieldError{Path: fmt.Sprintf("species[%d]", i), Value: int(s), Reason: fmt.Sprintf("there are %d", len(n.species))}
		}
	}
	if len(species) == 0 {
		for s := range n.species {
			species = append(species, Species(s))
		}
	}
	return &Trajectory{net: n, species: append([]Species(nil), species...), last: make([]float64, len(species))}, nil
}

// A steady foretells a time from the two before it.
type steady struct{ last, step float64 }

func (p *steady) foretell() uint64 { return math.Float64bits(p.last + p.step) }

func (p *steady) saw(t float64) { p.last, p.step = t, t-p.last }

// Len is how many records there are, Size how many bytes they take.
func (tr *Trajectory) Len() int { return tr.records }

// Size is how many bytes the records take.
func (tr *Trajectory) Size() int { return len(tr.data) }

// Species lists what is recorded, in the order of the counts. It is a copy.
func (tr *Trajectory) Species() []Species { return append([]Species(nil), tr.species...) }

// Record appends the time and the counts of a simulation as they are.
func (tr *Trajectory) Record(s *Simulator) {
	tr.data = binary.AppendUvarint(tr.data, math.Float64bits(s.t)^tr.times.foretell())
	tr.times.saw(s.t)
	changed := 0
	for i, sp := range tr.species {
		if s.x[sp] != tr.last[i] {
			changed++
		}
	}
	tr.data = binary.AppendUvarint(tr.data, uint64(changed))
	before := -1
	for i, sp := range tr.species {
		v := s.x[sp]
		if v == tr.last[i] {
			continue
		}
		tr.data = binary.AppendUvarint(tr.data, uint64(i-before-1))
		before = i
		if tr.net.species[sp].variable {
			tr.data = binary.LittleEndian.AppendUint64(tr.data, math.Float64bits(v))
		} else {
			tr.data = binary.AppendVarint(tr.data, int64(v)-int64(tr.last[i]))
		}
		tr.last[i] = v
	}
	tr.records++
}

// All yields each record's time, in seconds, and counts, in the order of
// Species. The counts are the same slice each time.
func (tr *Trajectory) All() iter.Seq2[float64, []float64] {
	return func(yield func(float64, []float64) bool) {
		counts := make([]float64, len(tr.species))
		var times steady
		data := tr.data
		word := func() uint64 {
			v, n := binary.Uvarint(data)
			data = data[n:]
			return v
		}
		for range tr.records {
			t := math.Float64frombits(word() ^ times.foretell())
			times.saw(t)
			at := -1
			for range word() {
				at += int(word()) + 1
				if tr.net.species[tr.species[at]].variable {
					counts[at] = math.Float64frombits(binary.LittleEndian.Uint64(data))
					data = data[8:]
					continue
				}
				v, n := binary.Varint(data)
				data = data[n:]
				counts[at] = float64(int64(counts[at]) + v)
			}
			if !yield(t, counts) {
				return
			}
		}
	}
}

// RecordGrid simulates and records at each time of the grid, which rises from
// where the simulation is. With exact methods the grid has no influence on what
// is simulated.
func (s *Simulator) RecordGrid(ctx context.Context, tr *Trajectory, grid []float64) error {
	if err := tr.fits(s); err != nil {
		return err
	}
	for _, t := range grid {
		if err := s.Advance(ctx, t); err != nil {
			return err
		}
		tr.Record(s)
	}
	return nil
}

// RecordChanges simulates up to a time and records now and at each change of a
// species of the trajectory.
func (s *Simulator) RecordChanges(ctx context.Context, tr *Trajectory, until float64) error {
	if err := tr.fits(s); err != nil {
		return err
	}
	if tr.records == 0 || tr.differs(s) {
		tr.Record(s)
	}
	for n := 0; ; n++ {
		if n%work == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		changed, err := s.Step(until)
		if err != nil || !changed {
			return err
		}
		if tr.differs(s) {
			tr.Record(s)
		}
	}
}

func (tr *Trajectory) fits(s *Simulator) error {
	if tr.net != s.net {
		return &biovm.FieldError{Path: "trajectory", Reason: "is of another network than the simulation"}
	}
	return nil
}

func (tr *Trajectory) differs(s *Simulator) bool {
	for i, sp := range tr.species {
		if s.x[sp] != tr.last[i] {
			return true
		}
	}
	return false
}
