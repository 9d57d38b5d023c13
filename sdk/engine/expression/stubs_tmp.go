package expression

type groups struct{ total float64 }

func newGroups(int) groups        { return groups{} }
func (*groups) clear()            {}
func (*groups) rebuild([]float64) {}
func (*groups) check([]float64)   {}

type timeHeap struct{}

func newTimeHeap(int) timeHeap { return timeHeap{} }
func (*timeHeap) clear()       {}
func (s *Simulator) runGroups(limit float64, budget int) (left int, err error) {
	return s.runTree(limit, budget)
}
func (s *Simulator) runHeap(limit float64, budget int) (left int, err error) {
	return s.runTree(limit, budget)
}
func (s *Simulator) runLeaps(limit float64, budget int) (left int, err error) {
	return s.runTree(limit, budget)
}
func (s *Simulator) refreshHeap() error { return nil }

type leaper struct {
	single  int
	leaping bool
}

func newLeaper(*Network, float64) leaper { return leaper{} }

const singleSteps = 100

func (*groups) save(*checkpoint)            {}
func (*groups) load(*checkpoint, []float64) {}
func (*timeHeap) save(*checkpoint)          {}
func (*timeHeap) load(*checkpoint, float64) {}
