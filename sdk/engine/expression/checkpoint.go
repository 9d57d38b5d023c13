package expression

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// checkpointForm begins a checkpoint; its last byte is the version.
const checkpointForm = "bioxenX\x01"

// Checkpoint writes the whole state of the simulation, so that Restore goes on
// bit for bit as this one would. The network itself is not in it, nor are
// values of the owner's that propensity functions read.
func (s *Simulator) Checkpoint() []byte {
	var c checkpoint
	c.data = append(c.data, checkpointForm...)
	c.word(s.net.mark)
	c.word(uint64(s.opts.Method))
	c.float(s.opts.Epsilon)
	c.word(s.opts.Seed)
	c.word(s.opts.Stream)
	c.flag(s.fired != nil)
	c.word(s.random.hi)
	c.word(s.random.lo)
	c.float(s.t)
	c.float(s.next)
	c.word(s.events)
	c.flag(s.stale)
	c.word(uint64(s.leap.single))
	c.floats(s.x)
	for i := range s.laws {
		c.float(s.laws[i].rate)
	}
	c.floats(s.a)
	for _, n := range s.fired {
		c.word(n)
	}
	for i, at := range s.triggers.at {
		c.word(uint64(at))
		c.flag(s.triggers.held[i])
	}
	c.flag(s.triggers.look)
	s.groups.save(&c)
	s.heap.save(&c)
	s.triggers.save(&c)
	s.course.save(&c)
	h := fnv.New64a()
	_, _ = h.Write(c.data)
	c.word(h.Sum64())
	return c.data
}

// Restore makes the simulation that Checkpoint wrote. The network must be the
// same; if its functions read values of the owner's, he must set them as they
// were (and need not call Refresh). A [biovm.FieldError] says what is wrong
// with data that are not a checkpoint of the network.
func Restore(n *Network, data []byte) (*Simulator, error) {
	c := &checkpoint{data: data}
	s, err := c.restore(n)
	if err != nil {
		return nil, &biovm.FieldError{Path: "checkpoint", Value: fmt.Sprintf("%d bytes", len(data)), Reason: err.Error()}
	}
	return s, nil
}

// OnProgress sets Options.Progress, which a checkpoint does not keep.
func (s *Simulator) OnProgress(tell func(t float64)) { s.opts.Progress = tell }

// A checkpoint is written to, or read from, data.
type checkpoint struct {
	data  []byte
	short bool // data ended too soon, or hold what cannot be
}

func (c *checkpoint) word(v uint64) { c.data = binary.LittleEndian.AppendUint64(c.data, v) }

func (c *checkpoint) float(v float64) { c.word(math.Float64bits(v)) }

func (c *checkpoint) floats(list []float64) {
	for _, v := range list {
		c.float(v)
	}
}

func (c *checkpoint) flag(v bool) {
	if v {
		c.data = append(c.data, 1)
	} else {
		c.data = append(c.data, 0)
	}
}

func (c *checkpoint) takeWord() uint64 {
	const size = 8
	if len(c.data) < size {
		c.short = true
		return 0
	}
	v := binary.LittleEndian.Uint64(c.data)
	c.data = c.data[size:]
	return v
}

func (c *checkpoint) takeFloat() float64 { return math.Float64frombits(c.takeWord()) }

// takeIndex takes a number from 0 to most.
func (c *checkpoint) takeIndex(most int) int {
	v := c.takeWord()
	if v > uint64(most) {
		c.short = true
		return 0
	}
	return int(v)
}

func (c *checkpoint) takeFlag() bool {
	if len(c.data) == 0 || c.data[0] > 1 {
		c.short = true
		return false
	}
	v := c.data[0] == 1
	c.data = c.data[1:]
	return v
}

// open checks what stands around the data.
func (c *checkpoint) open(n *Network) error {
	const sumSize = 8
	form := checkpointForm[:len(checkpointForm)-1]
	switch {
	case len(c.data) < len(checkpointForm)+sumSize || string(c.data[:len(form)]) != form:
		return errors.New("is no checkpoint of a simulation")
	case c.data[len(form)] != checkpointForm[len(form)]:
		return fmt.Errorf("has version %d; this program reads version %d", c.data[len(form)], checkpointForm[len(form)])
	}
	body := c.data[:len(c.data)-sumSize]
	h := fnv.New64a()
	_, _ = h.Write(body)
	if h.Sum64() != binary.LittleEndian.Uint64(c.data[len(body):]) {
		return errors.New("is damaged: its check sum does not match")
	}
	c.data = body[len(checkpointForm):]
	if mark := c.takeWord(); mark != n.mark {
		return fmt.Errorf("is of another network: fingerprint %016x, want %016x", mark, n.mark)
	}
	return nil
}

func (c *checkpoint) restore(n *Network) (*Simulator, error) {
	if err := c.open(n); err != nil {
		return nil, err
	}
	o := Options{Method: Method(c.takeIndex(int(TauLeaping))), Epsilon: c.takeFloat(), Seed: c.takeWord(), Stream: c.takeWord(), CountFirings: c.takeFlag()}
	if c.short {
		return nil, errors.New("ends too soon")
	}
	s, err := newSimulator(n, o)
	if err != nil {
		return nil, err
	}
	if s.opts.Method != o.Method {
		return nil, fmt.Errorf("is of the method %v, which is not that of what flows", o.Method)
	}
	s.Reset(o.Seed, o.Stream)
	s.random.hi, s.random.lo = c.takeWord(), c.takeWord()
	s.t, s.next, s.events, s.stale = c.takeFloat(), c.takeFloat(), c.takeWord(), c.takeFlag()
	s.leap.single = c.takeIndex(singleSteps)
	if !(s.t >= 0) || math.IsInf(s.t, 1) || !(s.next >= s.t) {
		return nil, errors.New("holds times that cannot be")
	}
	if err := c.state(s); err != nil {
		return nil, err
	}
	for i := range s.triggers.at {
		s.triggers.at[i], s.triggers.held[i] = c.takeIndex(len(n.events[i].Times)), c.takeFlag()
	}
	s.triggers.look = c.takeFlag()
	s.groups.load(c, s.a)
	s.heap.load(c, s.t, s.a)
	s.triggers.load(c, s.t)
	s.course.load(c, s.t)
	s.triggers.schedule()
	if c.short || len(c.data) > 0 {
		return nil, errors.New("holds what cannot be, or not as much as it must")
	}
	s.tree.rebuild()
	s.checker.reset(s.x)
	return s, nil
}

// state takes counts, rates, propensities and firings.
func (c *checkpoint) state(s *Simulator) error {
	for i := range s.x {
		s.x[i] = c.takeFloat()
		if err := s.net.holds(Species(i), s.x[i]); err != nil {
			return err
		}
	}
	for i := range s.laws {
		if s.laws[i].rate = c.takeFloat(); !validPropensity(s.laws[i].rate) {
			return fmt.Errorf("holds the rate constant %v", s.laws[i].rate)
		}
	}
	for i := range s.a {
		if s.a[i] = c.takeFloat(); !validPropensity(s.a[i]) {
			return fmt.Errorf("holds the propensity %v", s.a[i])
		}
		if l := &s.laws[i]; !s.stale && l.kind != lawFunction && s.a[i] != s.net.propensity(l, int32(i), s.state) {
			return fmt.Errorf("holds a propensity of reaction %q that is not that of its counts", s.net.reactions[i].Name)
		}
	}
	for i := range s.fired {
		s.fired[i] = c.takeWord()
	}
	return nil
}

func validPropensity(v float64) bool { return v >= 0 && v <= math.MaxFloat64 }
