package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
)

// maxLines is how many lines with a network or a genome of the user's are kept ready. One
// at genome scale takes some megabytes.
const maxLines = 8

// lines keeps the lines of cells that have a network or a genome of the user's,
// the newest of them. It is safe for concurrent use.
type lines struct {
	mu    sync.Mutex // guards what follows
	ready map[lineKey]*cell.Line
	order []lineKey // the oldest first
}

// A lineKey names a line exactly.
type lineKey struct {
	organism biovm.BiologicalType
	model    string // SHA-256 of its file; empty for the organism's own
	genome   string // likewise
}

func newLines() *lines { return &lines{ready: map[lineKey]*cell.Line{}} }

func (l *lines) get(k lineKey) (*cell.Line, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line, ok := l.ready[k]
	return line, ok
}

// put keeps a line, unless somebody was quicker: then it returns the other's.
func (l *lines) put(k lineKey, line *cell.Line) *cell.Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	if first, ok := l.ready[k]; ok {
		return first
	}
	if len(l.order) == maxLines {
		delete(l.ready, l.order[0])
		l.order = l.order[1:]
	}
	l.ready[k], l.order = line, append(l.order, k)
	return line
}

// line is the line that a spec's cell is of. It must not be asked for inside a
// transaction. What is wrong with a file comes as [biovm.FieldError]s.
func (e *Engine) line(ctx context.Context, spec biovm.Spec) (*cell.Line, error) {
	own, err := cell.LineOf(spec.BiologicalType)
	if err != nil || len(spec.Parts()) == 0 {
		return own, err
	}
	k := lineKey{organism: spec.BiologicalType}
	if spec.Model != nil {
		k.model = spec.Model.SHA256
	}
	if spec.Genome != nil {
		k.genome = spec.Genome.SHA256
	}
	if line, ok := e.lines.get(k); ok {
		// The answer must not depend on what this engine did before.
		return line, e.store.Read(ctx, func(tx *store.Tx) error { return checkFiles(ctx, tx, spec) })
	}
	line, errs := own, []error(nil)
	if spec.Genome != nil {
		// What is wrong with both files is said at once.
		if line, err = e.withGenome(ctx, own, spec.Genome); err != nil {
			line, errs = own, append(errs, err)
		}
	}
	if spec.Model != nil {
		line, err = e.withModel(ctx, line, spec.Model)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return e.lines.put(k, line), nil
}

// withModel is a line with the network that a spec names.
func (e *Engine) withModel(ctx context.Context, l *cell.Line, source *biovm.Source) (*cell.Line, error) {
	content, err := e.readFile(ctx, biovm.Part{Name: "model", Source: source})
	if err != nil {
		return nil, err
	}
	m, err := readModel(content, source.Source)
	if err != nil {
		return nil, &biovm.FieldError{Path: "model.source", Reason: err.Error()}
	}
	return l.WithModel(ctx, m, source.SHA256, e.memo)
}

// readModel reads a network that cells can have. Errors begin with the file's
// name.
func readModel(content []byte, name string) (*metabolism.Model, error) {
	if name == "" {
		name = "the model"
	}
	limit, err := unpacked(content, name)
	if err != nil {
		return nil, err
	}
	m, _, err := modelfile.Read(limit, name)
	if limit.N <= 0 {
		return nil, tooLarge(name)
	}
	if err != nil {
		return nil, err
	}
	if g := m.Goal(); len(g.Terms) != 1 || g.Terms[0].Coef != 1 || g.Minimize {
		return nil, fmt.Errorf("%s: %w", name, errGoal)
	}
	return m, nil
}

var errGoal = errors.New("the objective must be to maximise one reaction with a coefficient of 1, whose flux is the growth of the cell in 1/h")
