// Package living gives a VM's cell time: what a cell is made of that lives, by
// organism, under one roof.
//
// A [Cell] begins at its birth ([Begin]) or where a state left it ([Resume]),
// advances by simulated seconds, shows its figures by name, and writes the state
// that another process resumes from, bit for bit:
//
//	l, err := living.Begin(cell, seed)
//	err = l.Advance(ctx, 60)
//	atp, err := l.Probe("atp_mM")
//	state, err := l.Checkpoint()
//
// For syn3a and minimal_cell it is the whole cell of sdk/engine/wholecell; for
// ecoli a culture that grows until its medium runs out, with one cell's lac
// operon and plasmids. The package is pure.
package living
