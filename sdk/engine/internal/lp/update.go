package lp

import "math"

// maxUpdates is the number of basis changes between two factorisations.
const maxUpdates = 100

// updateTolerance is the relative disagreement between two computations of
// the new pivot beyond which an update is refused.
const updateTolerance = 1e-6

// update replaces the column at position p by the one of the last
// ftran(keep); the last btran(keep) must have solved for row p and alpha is
// the pivot element, entry p of the full ftran. It reports whether the new
// factors can be trusted; if not, the caller refactors.
//
// Forrest and Tomlin (1972): the spike becomes the last column of U, and one
// row operation removes what row p has left of it.
func (f *factor) update(p int32, alpha float64) bool {
	old := f.piv[p]
	pivot := float64(alpha * old)
	direct := f.appendRowOperation(p, old)
	f.removeRow(p)
	f.removeColumn(p)
	f.insertSpike(p)
	f.piv[p] = pivot
	f.slot[p] = int32(len(f.order))
	f.order = append(f.order, p)
	f.updates++
	return math.Abs(pivot-direct) <= updateTolerance*max(math.Abs(pivot), math.Abs(direct))
}

// appendRowOperation stores r with r_i = -y_i·U_pp, y = U'⁻¹e_p, and returns
// the new pivot as it follows from the spike.
func (f *factor) appendRowOperation(p int32, old float64) float64 {
	start := len(f.rIndex)
	for k, i := range f.eta {
		if i != p {
			f.rIndex = append(f.rIndex, i)
			f.rVal = append(f.rVal, -f.etaVal[k]*old)
		}
	}
	f.rPivot = append(f.rPivot, p)
	f.rStart = append(f.rStart, int32(len(f.rIndex)))

	for k := start; k < len(f.rIndex); k++ {
		f.work[f.rIndex[k]] = f.rVal[k]
	}
	direct := 0.0
	for q, i := range f.spike {
		if i == p {
			direct += f.spikeVal[q]
			continue
		}
		direct -= float64(f.work[i] * f.spikeVal[q])
	}
	for _, i := range f.rIndex[start:] {
		f.work[i] = 0
	}
	return direct
}

// removeRow drops row p of U from both copies.
func (f *factor) removeRow(p int32) {
	b := f.ur.start[p]
	for _, j := range f.ur.index[b : b+f.ur.length[p]] {
		cb, last := f.uc.start[j], f.uc.start[j]+f.uc.length[j]-1
		for k := cb; k <= last; k++ {
			if f.uc.index[k] == p {
				f.uc.index[k], f.uc.val[k] = f.uc.index[last], f.uc.val[last]
				break
			}
		}
		f.uc.length[j]--
	}
	f.ur.length[p] = 0
}

// removeColumn drops column p of U from both copies.
func (f *factor) removeColumn(p int32) {
	b := f.uc.start[p]
	for _, i := range f.uc.index[b : b+f.uc.length[p]] {
		rb, last := f.ur.start[i], f.ur.start[i]+f.ur.length[i]-1
		for k := rb; k <= last; k++ {
			if f.ur.index[k] == p {
				f.ur.index[k], f.ur.val[k] = f.ur.index[last], f.ur.val[last]
				break
			}
		}
		f.ur.length[i]--
	}
	f.uc.length[p] = 0
}

// insertSpike makes the saved spike column p of U.
func (f *factor) insertSpike(p int32) {
	f.uc.start[p] = int32(len(f.uc.index))
	for k, i := range f.spike {
		if i == p {
			continue
		}
		v := f.spikeVal[k]
		f.uc.index = append(f.uc.index, i)
		f.uc.val = append(f.uc.val, v)
		f.uc.length[p]++
		if f.ur.length[i] == f.urCap[i] {
			f.growRow(i)
		}
		at := f.ur.start[i] + f.ur.length[i]
		f.ur.index[at], f.ur.val[at] = p, v
		f.ur.length[i]++
	}
}

// growRow moves row i of U to the end of the store with room for more.
func (f *factor) growRow(i int32) {
	b, n := f.ur.start[i], f.ur.length[i]
	f.ur.start[i] = int32(len(f.ur.index))
	f.urCap[i] = 2*n + rowSpare
	f.ur.index = append(f.ur.index, f.ur.index[b:b+n]...)
	f.ur.val = append(f.ur.val, f.ur.val[b:b+n]...)
	for range f.urCap[i] - n {
		f.ur.index = append(f.ur.index, 0)
		f.ur.val = append(f.ur.val, 0)
	}
}
