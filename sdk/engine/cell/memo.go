package cell

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// A Memo remembers answers between cells and processes. It may forget; what it
// returns must be what was saved. It must be safe for concurrent use.
type Memo interface {
	// Load returns what was saved under a key, and whether there is anything.
	Load(ctx context.Context, key string) ([]byte, bool, error)
	// Save keeps a value under a key.
	Save(ctx context.Context, key string, value []byte) error
}

// memoVersion changes when the same question would get another answer from
// the same tables: with the code that answers.
const memoVersion = 1

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
	Objective   string             `json:"objective,omitempty"`
	Flags       []string           `json:"flags,omitempty"`
}

// circumstance describes the cell without its grant, for answers about the
// free cell.
func (c *Cell) circumstance(question string) circumstance {
	return circumstance{
		Version: memoVersion, Model: c.Organism.ModelVersion(), Question: question,
		OwnMedium: c.Medium == nil, Medium: c.Medium,
		Knockouts: c.Knockouts, Reactions: c.LostReactions, EraseBounds: c.EraseBounds,
	}
}

// granted adds the grant.
func (s circumstance) granted(c *Cell) circumstance {
	s.ATP, s.Ribosomes, s.PerUnit = c.Grant.ATP, c.ribosomes(), c.Kind.RibosomesPerUnit
	return s
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
	saved, ok, err := memo.Load(ctx, key)
	if err != nil {
		return answer, err
	}
	if ok && json.Unmarshal(saved, &answer) == nil {
		return answer, nil
	}
	answer, err = solve()
	if err != nil {
		return answer, err
	}
	value, err := json.Marshal(answer)
	if err != nil {
		return answer, fmt.Errorf("encode answer to %s: %w", s.Question, err)
	}
	return answer, memo.Save(ctx, key, value)
}
