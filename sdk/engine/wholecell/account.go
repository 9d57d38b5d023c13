package wholecell

// account is the matter of each pool with what the cell itself moves about:
// bases in the RNA of ribosomes that were assembled since birth.
func (b *blueprint) account() [poolKinds]sum {
	sums := b.matter()
	for k, s := range b.inRRNA {
		sums[aminoKinds+k].add(s, 1)
	}
	return sums
}

// An Account is what went into one of the cell's pools and where it is, in
// molecules, since the cell was born. Supplied plus Start is Now plus Spent, to
// the molecule.
type Account struct {
	Name     string  // amino_acid:A, ..., ntp:A, ..., energy
	Start    float64 // in the pool and in what is made of it, at birth
	Supplied float64 // by metabolism, since birth
	Now      float64 // in the pool and in what is made of it: protein, RNA and its bases
	Spent    float64 // of energy: phosphoryl groups of ATP and GTP
	ATP, GTP float64 // the parts of Spent
}

// Balance is what is missing: 0.
func (a *Account) Balance() float64 { return a.Start + a.Supplied - a.Now - a.Spent }

// Accounts returns the account of each pool, amino acids first, energy last.
func (c *Cell) Accounts() []Account {
	b := c.plan
	c.look()
	list := make([]Account, poolKinds)
	for k, s := range b.account() {
		p := &b.pools[k]
		list[k] = Account{Name: poolName(k), Start: c.x[p.start], Supplied: c.x[p.supplied], Now: s.of(c.x)}
	}
	e := &list[energyAt]
	e.ATP, e.GTP = c.x[b.spent[0]], c.x[b.spent[1]]
	e.Spent = e.ATP + e.GTP
	e.Now -= e.Spent
	return list
}
