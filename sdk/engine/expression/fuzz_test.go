package expression_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// FuzzRestore has bytes of strangers taken for a checkpoint: they are refused,
// or make a simulation that goes on and writes them back.
func FuzzRestore(f *testing.F) {
	networks := map[bool]*expression.Network{false: busy(f), true: flowing(f)}
	for flows, n := range networks {
		for _, m := range allMethods {
			if flows && m != expression.Direct {
				continue
			}
			s := simulator(f, n, expression.Options{Method: m, Seed: 1, CountFirings: m == expression.Direct})
			advance(f, s, 8.6)
			data := s.Checkpoint()
			f.Add(data, true, flows)
			f.Add(data[:len(data)/2], true, flows)
			f.Add(data, false, flows)
			other := bytes.Clone(data)
			other[16]++ // the method
			f.Add(other, true, flows)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, sealed, flows bool) {
		n := networks[flows]
		if sealed && len(data) > 24 { // get past the check sum and the fingerprint
			data = bytes.Clone(data)
			binary.LittleEndian.PutUint64(data[8:], n.Fingerprint())
			h := fnv.New64a()
			h.Write(data[:len(data)-8])
			binary.LittleEndian.PutUint64(data[len(data)-8:], h.Sum64())
		}
		s, err := expression.Restore(n, data)
		if err != nil {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Fatalf("%v is no ErrInvalid", err)
			}
			return
		}
		if again := s.Checkpoint(); !bytes.Equal(again, data) {
			t.Fatalf("the checkpoint of what was restored is another")
		}
		for range 10 {
			if _, err := s.Step(s.Time() + 1e-3); err != nil {
				if !errors.Is(err, biovm.ErrInvalid) {
					t.Fatal(err)
				}
				break
			}
		}
	})
}

// A checkpoint is of one network and version, and is refused when damaged.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	n := busy(t)
	s := simulator(t, n, expression.Options{Method: expression.CompositionRejection, Seed: 1})
	if err := s.Advance(context.Background(), 2); err != nil {
		t.Fatal(err)
	}
	data := s.Checkpoint()
	other, err := birthDeath(1, 1, 1).Build()
	if err != nil {
		t.Fatal(err)
	}
	version := bytes.Clone(data)
	version[7]++
	damaged := bytes.Clone(data)
	damaged[100] ^= 1
	for name, c := range map[string]struct {
		n    *expression.Network
		data []byte
	}{
		"of another network": {other, data}, "version": {n, version}, "damaged": {n, damaged}, "cut off": {n, data[:len(data)-1]}, "nothing": {n, nil},
	} {
		if _, err := expression.Restore(c.n, c.data); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%s: got the error %v: want ErrInvalid", name, err)
		}
	}
}
