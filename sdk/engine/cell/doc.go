// Package cell is an organism in its environment: on a medium, without the
// genes that it lost, and under a grant of its chassis' machinery. It answers
// how fast the cell grows, what holds it back, what it uses, what would help,
// and which genes it cannot lose.
//
//	c, err := cell.New(spec, grant, config, nil)
//	growth, err := c.Growth(ctx)
//
// The grant becomes physics as [metabolism.Allocation] has it: ribosomes are
// the granted units times the chassis' ribosomes per unit, ATP is the granted
// percent of the organism's reference regeneration, and 100 percent is no
// limit.
//
// The package is pure. Answers depend on nothing but the cell; a [Memo] makes
// them faster and never different, to the last bit.
package cell
