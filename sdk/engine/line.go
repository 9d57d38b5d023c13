package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
)

// maxLines is how many lines with a network of the user's are kept ready. One
// at genome scale takes some megabytes.
const maxLines = 8

// lines keeps the lines of cells that have a network of the user's, the newest
// of them. It is safe for concurrent use.
type lines struct {
	mu    sync.Mutex // guards what follows
	ready map[lineKey]*cell.Line
	order []lineKey // the oldest first
}

// A lineKey names a line exactly.
type lineKey struct {
	organism biovm.BiologicalType
	model    string // SHA-256 of its file
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
	if spec.Model == nil {
		return cell.LineOf(spec.BiologicalType)
	}
	k := lineKey{spec.BiologicalType, spec.Model.SHA256}
	p := biovm.Part{Name: "model", Source: spec.Model}
	if line, ok := e.lines.get(k); ok {
		// The answer must not depend on what this engine did before.
		there := false
		err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
			there, err = tx.HasFile(ctx, k.model)
			return err
		})
		if err == nil && !there {
			err = missingFile(p)
		}
		return line, err
	}
	content, err := e.readFile(ctx, p)
	if err != nil {
		return nil, err
	}
	m, err := readModel(content, spec.Model.Source)
	if err != nil {
		return nil, &biovm.FieldError{Path: "model.source", Reason: err.Error()}
	}
	line, err := cell.ModelLine(ctx, spec.BiologicalType, m, k.model, e.memo)
	if err != nil {
		return nil, err
	}
	return e.lines.put(k, line), nil
}

// maxModel bounds a network's file, unpacked, in bytes: a kilobyte can be the
// beginning of a gigabyte.
const maxModel = 256 << 20

// readModel reads a network that cells can have. Errors begin with the file's
// name.
func readModel(content []byte, name string) (*metabolism.Model, error) {
	if name == "" {
		name = "the model"
	}
	var in io.Reader = bytes.NewReader(content)
	limit := &io.LimitedReader{R: in, N: maxModel}
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("%s: unpacking: %w", name, err)
		}
		limit.R = z
	}
	m, _, err := modelfile.Read(limit, name)
	if limit.N <= 0 {
		return nil, fmt.Errorf("%s: has more than %d bytes, unpacked", name, maxModel)
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
