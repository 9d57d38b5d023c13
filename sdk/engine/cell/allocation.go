package cell

import "github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"

// Allocation is the cell's grant as its network takes it: what a model of the
// cell over time, such as sdk/engine/culture, goes by. Useless protein
// ([Clamps]) costs it nothing.
func (c *Cell) Allocation() *metabolism.Allocation {
	return c.ration(c.Grant.ATP, c.ribosomes())
}

// NetworkKnockouts are the lost genes that the network knows, sorted.
func (c *Cell) NetworkKnockouts() []string { return c.modelKnockouts() }
