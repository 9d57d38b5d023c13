package process

import (
	"fmt"
	"runtime/metrics"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

const (
	// maxMake is how many bytes one operation may make.
	maxMake = 1 << 26
	// elementBytes is what an element of a list takes at least.
	elementBytes = 16
	// bytesPerStep is how many bytes that an operation makes or reads cost a
	// step.
	bytesPerStep = 16
	// maxIntBits bounds integers, as multiplying takes more time than memory.
	maxIntBits = 1 << 16
	// maxTuple bounds the tuples within a tuple: hashing and printing one
	// takes as long as it is with all that it holds, however often.
	maxTuple = 1 << 16
	// maxCompared is how many values one comparison may look at, and
	// compareDepth how deep Starlark looks.
	maxCompared  = 1 << 22
	compareDepth = 11
	// maxHeap is how much the host's heap may grow while a program runs. It is
	// the last resort against what the charges do not catch, far above what
	// programs need; only a program that ends with an error ever feels it.
	maxHeap = 1 << 30
)

// pay charges for an operation that makes or reads so many bytes.
func (r *run) pay(bytes int) error {
	if bytes > maxMake {
		return fmt.Errorf("the operation would make or read %d bytes at once, and %d are allowed", bytes, maxMake)
	}
	if bytes < bytesPerStep {
		return nil
	}
	return r.charge(uint64(bytes / bytesPerStep))
}

// size is about how many bytes a copy of a value takes, what it holds aside.
func size(v starlark.Value) int {
	switch v := v.(type) {
	case starlark.String:
		return len(v)
	case starlark.Bytes:
		return len(v)
	case starlark.Int:
		return bits(v) / 8 //nolint:mnd // bits in a byte
	case starlark.NoneType, starlark.Bool, starlark.Float:
		return 0
	}
	n := max(0, starlark.Len(v))
	if n > maxMake/elementBytes {
		return maxMake + 1 // a range may claim more than there are bytes
	}
	return n * elementBytes
}

// bits is the length of an integer beyond 64 bits, else 0.
func bits(i starlark.Int) int {
	if _, small := i.Int64(); small {
		return 0
	}
	return i.BigInt().BitLen()
}

// copying charges for a copy.
func (r *run) copying(v starlark.Value) error { return r.pay(size(v)) }

// growing charges for x += y or x |= y.
func (r *run) growing(x, y starlark.Value) error {
	switch x.(type) {
	case *starlark.List, *starlark.Dict, *starlark.Set:
		return r.copying(y) // x grows in place
	}
	if err := r.copying(x); err != nil {
		return err
	}
	if sx, ok := x.(starlark.Int); ok {
		return r.integers(syntax.PLUS, sx, y)
	}
	if _, ok := x.(starlark.Tuple); ok {
		if err := r.checkTuple(y); err != nil {
			return err
		}
	}
	return r.pay(min(maxMake+1, size(x)+size(y)))
}

// operate is x op y, charged.
func (r *run) operate(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	switch op {
	case syntax.EQL, syntax.NEQ, syntax.LT, syntax.LE, syntax.GT, syntax.GE:
		if err := r.comparing(x, y); err != nil {
			return nil, err
		}
		result, err := starlark.Compare(op, x, y)
		return starlark.Bool(result), err
	default:
	}
	if err := r.affords(op, x, y); err != nil {
		return nil, err
	}
	z, err := starlark.Binary(op, x, y)
	if err != nil {
		return nil, err
	}
	if t, ok := z.(starlark.Tuple); ok {
		return t, r.checkTuple(t)
	}
	return z, nil
}

func (r *run) affords(op syntax.Token, x, y starlark.Value) error {
	if i, ok := x.(starlark.Int); ok {
		if _, ok := y.(starlark.Int); ok {
			return r.integers(op, i, y)
		}
	}
	switch op {
	case syntax.STAR:
		return r.repeating(x, y)
	case syntax.PERCENT:
		if template, ok := x.(starlark.String); ok {
			return r.formatting(string(template), "%", y)
		}
	case syntax.IN, syntax.NOT_IN:
		switch y.(type) {
		case *starlark.Dict, *starlark.Set:
			return nil // finds at once
		}
		return r.comparing(x, y)
	default:
	}
	return r.pay(min(maxMake+1, size(x)+size(y)))
}

// integers charges for integer arithmetic, and keeps results from growing
// beyond maxIntBits.
func (r *run) integers(op syntax.Token, x starlark.Int, other starlark.Value) error {
	y, ok := other.(starlark.Int)
	if !ok {
		return nil
	}
	bx, by := bits(x), bits(y)
	grown := max(bx, by)
	switch op {
	case syntax.STAR:
		grown = bx + by
	case syntax.LTLT:
		grown = bx
		if n, ok := y.Int64(); ok {
			grown += int(min(max(n, 0), maxIntBits+1))
		}
	default:
	}
	if grown > maxIntBits {
		return fmt.Errorf("the integer would have more than %d bits", maxIntBits)
	}
	const bitsPerStep = 1 << 12
	return r.charge(uint64(grown / bitsPerStep)) //nolint:gosec // not negative
}

// repeating charges for a sequence times a number.
func (r *run) repeating(x, y starlark.Value) error {
	n, ok := y.(starlark.Int)
	if !ok {
		if n, ok = x.(starlark.Int); !ok {
			return nil
		}
		x = y
	}
	count, ok := n.Int64()
	if ok && count <= 0 {
		return nil
	}
	if s := size(x); s > 0 && (!ok || count > int64(maxMake/s)) {
		return fmt.Errorf("%s times %s of them would make more than the %d bytes that are allowed at once", describe(x), n, maxMake)
	}
	return r.pay(size(x) * int(count))
}

func describe(v starlark.Value) string {
	return fmt.Sprintf("a %s of %d", v.Type(), starlark.Len(v))
}

// comparing charges for comparing two values, or finding one in another.
func (r *run) comparing(x, y starlark.Value) error {
	n := count(x, compareDepth, maxCompared) + count(y, compareDepth, maxCompared)
	if n > maxCompared {
		return fmt.Errorf("the values are too large to compare: they hold more than %d others", maxCompared)
	}
	return r.pay(n)
}

// count is how many values a value holds, those of strings counted by 16
// bytes, each as often as it is there; it gives up beyond a limit.
func count(v starlark.Value, depth, limit int) int {
	switch v := v.(type) {
	case starlark.NoneType, starlark.Bool, starlark.Float, starlark.Int:
		return 0
	case starlark.String:
		return len(v) / elementBytes
	case starlark.Bytes:
		return len(v) / elementBytes
	case *starlark.Set:
		return v.Len()
	case *starlark.Dict:
		n := v.Len()
		for _, held := range v.Entries() {
			if n > limit || depth == 0 {
				break
			}
			n += count(held, depth-1, limit-n)
		}
		return n
	case *starlark.List, starlark.Tuple:
		list, _ := v.(starlark.Indexable)
		n := list.Len()
		for i := 0; i < list.Len() && n <= limit && depth > 0; i++ {
			n += count(list.Index(i), depth-1, limit-n)
		}
		return n
	}
	return 0 // a range or function, which holds nothing
}

// checkTuple refuses tuples in which tuples nest too deep or too many.
func (r *run) checkTuple(v starlark.Value) error {
	t, ok := v.(starlark.Tuple)
	if !ok {
		return nil
	}
	if left := tuples(t, maxDepth, maxTuple); left < 0 {
		return fmt.Errorf("tuples nest deeper than %d, or hold more than %d others", maxDepth, maxTuple)
	}
	return r.pay(min(maxMake, len(t)))
}

// tuples takes the values within the tuples of a tuple from a budget and
// returns what is left; below 0 when it does not suffice.
func tuples(t starlark.Tuple, depth, budget int) int {
	if depth == 0 {
		return -1
	}
	for _, v := range t {
		inner, ok := v.(starlark.Tuple)
		if !ok {
			continue
		}
		budget -= len(inner) + 1
		if budget < 0 {
			return budget
		}
		if budget = tuples(inner, depth-1, budget); budget < 0 {
			return budget
		}
	}
	return budget
}

// heap is the size of the host's heap, in bytes.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
