package cell

import (
	"context"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A bench lends out analyzers of one organism's network. Building an
// analyzer's programme is most of the cost of a first question; an answer
// never depends on what the analyzer was asked before, so cells may share
// them.
type bench struct {
	prototype func() *metabolism.Analyzer

	mu   sync.Mutex // guards idle
	idle []*metabolism.Analyzer
}

// maxIdle bounds the analyzers that a bench keeps for later; a genome-scale
// one holds some megabytes.
const maxIdle = 4

// benches has one bench per organism.
//
//nolint:gochecknoglobals // a read-only table; what its benches lend out has no history
var benches = newBenches()

func newBenches() map[biovm.BiologicalType]func() (*bench, error) {
	m := make(map[biovm.BiologicalType]func() (*bench, error))
	for _, t := range organism.Types() {
		m[t] = sync.OnceValues(func() (*bench, error) {
			o, err := organism.Of(t)
			if err != nil {
				return nil, err
			}
			return &bench{prototype: func() *metabolism.Analyzer { return metabolism.NewAnalyzer(o.Model()) }}, nil
		})
	}
	return m
}

func benchOf(t biovm.BiologicalType) (*bench, error) {
	if get, ok := benches[t]; ok {
		return get()
	}
	_, err := biovm.ParseBiologicalType(string(t))
	return nil, err
}

// borrow takes an analyzer, an idle one if there is one.
func (b *bench) borrow() *metabolism.Analyzer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.idle); n > 0 {
		a := b.idle[n-1]
		b.idle = b.idle[:n-1]
		return a
	}
	return b.prototype()
}

func (b *bench) giveBack(a *metabolism.Analyzer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.idle) < maxIdle {
		b.idle = append(b.idle, a)
	}
}

// solve asks a question of a borrowed analyzer.
func solve[T any](ctx context.Context, b *bench, ask func(*metabolism.Analyzer) (T, error)) (T, error) {
	if err := ctx.Err(); err != nil {
		var zero T
		return zero, context.Cause(ctx)
	}
	a := b.borrow()
	answer, err := ask(a)
	if err == nil {
		b.giveBack(a)
	}
	return answer, err
}
