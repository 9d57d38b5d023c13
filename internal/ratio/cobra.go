package main

import (
	"context"
	_ "embed"
)

//go:embed cobra_tasks.py
var cobraProgram string

// newCobra starts COBRApy.
func newCobra(ctx context.Context) (*python, error) {
	return newPython(ctx, "COBRApy", "python3-cobra", cobraProgram)
}

// A cobraRequest is what it is asked.
type cobraRequest struct {
	Task     string    `json:"task"`
	File     string    `json:"file"`
	Fraction float64   `json:"fraction,omitempty"`
	Reaction string    `json:"reaction,omitempty"`
	Bounds   []float64 `json:"bounds,omitempty"`
}
