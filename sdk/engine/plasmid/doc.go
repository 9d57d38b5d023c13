// Package plasmid simulates plasmids of the ColE1 kind in a growing cell: how
// many there are, what they cost, and when a daughter gets none.
//
//	host, err := plasmid.New(plasmid.Config{Kind: plasmid.PBR322, Seed: 1})
//	err = host.Advance(ctx, 100*3600)
//	m := host.Metrics()              // copies, RNA I, divisions, losses, growth rate
//
// A plasmid begins to transcribe RNA II, the primer of its replication. While
// the first 250 bases of it are made, RNA I of any plasmid may pair with it, and
// that attempt is over; a primer that gets through becomes a second plasmid.
// More plasmids make more RNA I: that is the control. The cell grows, divides
// when it is twice its size at birth, and every plasmid goes to either daughter
// by the toss of a coin.
//
// Foreign protein slows growth by the law of Scott et al. 2010 ([Burden]).
//
// Constants and their sources are in constants.go. How well RNA I finds RNA II
// is fitted to a plasmid's published copy number; how copy numbers spread, and
// how often plasmids are lost, follows.
//
// The package is pure: the same configuration gives the same bits on every
// platform, in one go or with checkpoints in between.
package plasmid
