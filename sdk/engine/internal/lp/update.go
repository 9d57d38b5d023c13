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

	// Both lists are sorted by index.
	direct, k := 0.0, start
	for q, i := range f.spike {
		if i == p {
			direct += f.spikeVal[q]
			continue
		}
		for k < len(f.rIndex) && f.rIndex[k] < i {
			k++
		}
		if k < len(f.rIndex) && f.rIndex[k] == i {
			direct -= float64(f.rVal[k] * f.spikeVal[q])
		}
	}
	return direct
}

// removeRow drops row p of U from both copies.
func (f *factor) removeRow(p int32) {
	b := f.urStart[p]
	for _, j := range f.urIndex[b : b+f.urLn[p]] {
		cb, last := f.ucStart[j], f.ucStart[j]+f.ucLn[j]-1
		for k := cb; k <= last; k++ {
			if f.ucIndex[k] == p {
				f.ucIndex[k], f.ucVal[k] = f.ucIndex[last], f.ucVal[last]
				break
			}
		}
		f.ucLn[j]--
	}
	f.urLn[p] = 0
}

// removeColumn drops column p of U from both copies.
func (f *factor) removeColumn(p int32) {
	b := f.ucStart[p]
	for _, i := range f.ucIndex[b : b+f.ucLn[p]] {
		rb, last := f.urStart[i], f.urStart[i]+f.urLn[i]-1
		for k := rb; k <= last; k++ {
			if f.urIndex[k] == p {
				f.urIndex[k], f.urVal[k] = f.urIndex[last], f.urVal[last]
				break
			}
		}
		f.urLn[i]--
	}
	f.ucLn[p] = 0
}

// insertSpike makes the saved spike column p of U.
func (f *factor) insertSpike(p int32) {
	f.ucStart[p] = int32(len(f.ucIndex))
	for k, i := range f.spike {
		if i == p {
			continue
		}
		v := f.spikeVal[k]
		f.ucIndex = append(f.ucIndex, i)
		f.ucVal = append(f.ucVal, v)
		f.ucLn[p]++
		if f.urLn[i] == f.urCap[i] {
			f.growRow(i)
		}
		at := f.urStart[i] + f.urLn[i]
		f.urIndex[at], f.urVal[at] = p, v
		f.urLn[i]++
	}
}

// growRow moves row i of U to the end of the store with room for more.
func (f *factor) growRow(i int32) {
	b, n := f.urStart[i], f.urLn[i]
	f.urStart[i] = int32(len(f.urIndex))
	f.urCap[i] = 2*n + rowSpare
	f.urIndex = append(f.urIndex, f.urIndex[b:b+n]...)
	f.urVal = append(f.urVal, f.urVal[b:b+n]...)
	for range f.urCap[i] - n {
		f.urIndex = append(f.urIndex, 0)
		f.urVal = append(f.urVal, 0)
	}
}
