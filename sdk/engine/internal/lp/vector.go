package lp

import "math"

// vector is a dense vector that may know where it is not zero.
type vector struct {
	v    []float64
	idx  []int32 // every place that may hold a nonzero; unless full
	full bool    // idx says nothing
}

func newVector(m int) vector { return vector{v: make([]float64, m), idx: make([]int32, 0, m)} }

func (w *vector) clear() {
	if w.full {
		clear(w.v)
	} else {
		for _, i := range w.idx {
			w.v[i] = 0
		}
	}
	w.idx, w.full = w.idx[:0], false
}

// tiny is the magnitude below which solution entries count as zero.
const tiny = 1e-14

// collect lists the nonzeros of v, after a solve, and drops what is tiny.
func (w *vector) collect() {
	if !w.full {
		kept := w.idx[:0]
		for _, i := range w.idx {
			if math.Abs(w.v[i]) < tiny {
				w.v[i] = 0
				continue
			}
			kept = append(kept, i)
		}
		w.idx = kept
		return
	}
	w.idx, w.full = w.idx[:0], false
	for i, x := range w.v {
		if x == 0 {
			continue
		}
		if math.Abs(x) < tiny {
			w.v[i] = 0
			continue
		}
		w.idx = append(w.idx, int32(i))
	}
}

// reachShare is the part of all places beyond which a solve goes through
// everything: finding out first what it can meet then costs more than it saves.
const reachShare = 8

// reach finds which places a triangular solve can make nonzero (J. Gilbert,
// T. Peierls, "Sparse partial pivoting in time proportional to arithmetic
// operations", SIAM J. Sci. Stat. Comput. 9, 1988).
type reach struct {
	seen        []bool
	path, next  []int32
	order       []int32
	mostVisited int
}

func newReach(m int) reach {
	return reach{
		seen: make([]bool, m), path: make([]int32, 0, m), next: make([]int32, 0, m),
		order: make([]int32, 0, m), mostVisited: m / reachShare,
	}
}

// from replaces the places of w by those that a solve with the triangle
// reaches, each once and the last ones to be solved first. It is false, and w
// is full then, when they are many.
func (r *reach) from(w *vector, t *triangle) bool {
	if w.full {
		return false
	}
	order := r.order[:0]
	for _, root := range w.idx {
		if r.seen[root] {
			continue
		}
		if order = r.visit(root, t, order); len(order)+len(r.path) > r.mostVisited {
			w.full = true
			break
		}
	}
	for _, p := range order {
		r.seen[p] = false
	}
	for _, p := range r.path {
		r.seen[p] = false
	}
	r.path = r.path[:0]
	if w.full {
		r.order = order
		return false
	}
	w.idx, r.order = order, w.idx
	return true
}

// visit appends what is new within reach of a root, in postorder. It gives up
// when that is too much, and leaves in path what it had begun.
func (r *reach) visit(root int32, t *triangle, order []int32) []int32 {
	r.seen[root] = true
	if t.length[root] == 0 {
		return append(order, root)
	}
	most := r.mostVisited
	path, next := append(r.path[:0], root), append(r.next[:0], t.start[root])
	for len(path) > 0 && len(order)+len(path) <= most {
		top := len(path) - 1
		p := path[top]
		k, end := next[top], t.start[p]+t.length[p]
		for k < end && r.seen[t.index[k]] {
			k++
		}
		if k == end {
			order = append(order, p)
			path, next = path[:top], next[:top]
			continue
		}
		next[top] = k + 1
		c := t.index[k]
		r.seen[c] = true
		if t.length[c] == 0 {
			order = append(order, c)
			continue
		}
		path, next = append(path, c), append(next, t.start[c])
	}
	r.path = path
	return order
}

// gather appends the nonzeros of w, each once.
func (r *reach) gather(w *vector, index []int32, value []float64) ([]int32, []float64) {
	if w.full {
		for i, x := range w.v {
			if x != 0 {
				index, value = append(index, int32(i)), append(value, x)
			}
		}
		return index, value
	}
	for _, i := range w.idx {
		if x := w.v[i]; x != 0 && !r.seen[i] {
			r.seen[i] = true
			index, value = append(index, i), append(value, x)
		}
	}
	for _, i := range index {
		r.seen[i] = false
	}
	return index, value
}
