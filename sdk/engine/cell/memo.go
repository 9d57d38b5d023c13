package cell

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// A Memo remembers answers between cells and processes. It must be safe for
// concurrent use.
type Memo interface {
	// Recall returns what it remembers under a key or, when that is nothing,
	// what solve returns, which it then may remember. Those who ask for one
	// key at once may share one solve.
	Recall(ctx context.Context, key string, solve func() ([]byte, error)) ([]byte, error)
}

// memoVersion changes when the same question would get another answer from
// the same tables, be it in the last bit: with the code that answers. A test
// says when.
const memoVersion = 2

// A circumstance is all that an answer depends on, for its key. Fields that
// an answer does not depend on stay zero.
type circumstance struct {
	Version     int                `json:"version"`
	Model       string             `json:"model"`
	Question    string             `json:"question"`
	ATP         float64            `json:"atp,omitempty"`
	Ribosomes   float64            `json:"ribosomes,omitempty"`
	PerUnit     float64            `json:"per_unit,omitempty"`
	OwnMedium   bool               `json:"own_medium,omitempty"`
	Medium      map[string]float64 `json:"medium,omitempty"`
	Knockouts   []string           `json:"knockouts,omitempty"`
	Reactions   []string           `json:"reactions,omitempty"`
	EraseBounds bool               `json:"erase_bounds,omitempty"`
	Clamps      *Clamps            `json:"clamps,omitempty"`
	Objective   string             `json:"objective,omitempty"`
	Flags       []string           `json:"flags,omitempty"`
	Fraction    float64            `json:"fraction,omitempty"`
	Fluxes      []string           `json:"fluxes,omitempty"`
	Growth      float64            `json:"growth,omitempty"`
	Amounts     []float64          `json:"amounts,omitempty"`
	From        *circumstance      `json:"from,omitempty"` // of the cell that it was
}

// circumstance describes the cell without its grant, for answers about the
// free cell.
func (c *Cell) circumstance(question string) circumstance {
	s := circumstance{
		Version: memoVersion, Model: c.Organism.Key(), Question: question,
		OwnMedium: c.Medium == nil, Medium: c.Medium,
		Knockouts: c.Knockouts, Reactions: c.LostReactions, EraseBounds: c.EraseBounds,
	}
	if !c.Clamps.none() {
		s.Clamps = &c.Clamps
	}
	return s
}

// granted adds the grant.
func (s circumstance) granted(c *Cell) circumstance {
	s.ATP, s.Ribosomes, s.PerUnit = c.Grant.ATP, c.ribosomes(), c.Kind.RibosomesPerUnit
	return s
}

// Recall answers a question that another package puts to the cell under its
// grant, from the cell's memo or by solving. The question's text must hold all
// that the answer depends on besides the cell's circumstances, and a version.
func Recall[T any](ctx context.Context, c *Cell, question string, solve func() (T, error)) (T, error) {
	return recall(ctx, c.memo, c.circumstance(question).granted(c), solve)
}

// recall answers from the memo, or by solving and saving. Either way the
// answer went through its JSON form, which keeps every bit of a number, so
// both are the same.
func recall[T any](ctx context.Context, memo Memo, s circumstance, solve func() (T, error)) (T, error) {
	var answer T
	if memo == nil {
		return solve()
	}
	text, err := json.Marshal(s)
	if err != nil {
		return answer, fmt.Errorf("key of %s: %w", s.Question, err)
	}
	sum := sha256.Sum256(text)
	key := s.Question + "/" + hex.EncodeToString(sum[:])
	saved, err := memo.Recall(ctx, key, func() ([]byte, error) {
		solved, err := solve()
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(solved)
		if err != nil {
			return nil, fmt.Errorf("encode answer to %s: %w", s.Question, err)
		}
		return value, nil
	})
	if err != nil {
		return answer, err
	}
	if json.Unmarshal(saved, &answer) != nil {
		return solve() // what was remembered is damaged
	}
	return answer, nil
}
