package metabolism

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Rule says which genes a reaction takes: a gene, or a combination of rules
// by "and" (subunits of a complex) or "or" (enzymes that stand in for each
// other). The nil Rule always holds.
type Rule struct {
	gene string // a leaf when it is not empty
	any  bool   // "or" when true, "and" otherwise
	of   []*Rule
}

// ParseRule reads a rule in the notation that the published models use:
// gene identifiers, "and", "or" and parentheses, "and" binding tighter. An
// empty text gives the nil rule.
func ParseRule(text string) (*Rule, error) {
	p := ruleParser{tokens: ruleTokens(text)}
	if len(p.tokens) == 0 {
		return nil, nil //nolint:nilnil // the nil rule is the valid empty one
	}
	r, err := p.combination(true)
	if err == nil && p.next < len(p.tokens) {
		err = fmt.Errorf("%q does not belong there", p.tokens[p.next])
	}
	if err != nil {
		return nil, fmt.Errorf("gene rule %q: %w", text, err)
	}
	return r, nil
}

func ruleTokens(text string) []string {
	return strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text))
}

// maxRuleDepth bounds how deep parentheses may nest, so that hostile input
// cannot exhaust the stack. Published rules stay below ten.
const maxRuleDepth = 200

type ruleParser struct {
	tokens []string
	next   int
	depth  int
}

func (p *ruleParser) combination(anyOf bool) (*Rule, error) {
	word := "and"
	if anyOf {
		word = "or"
	}
	part := p.operand
	if anyOf {
		part = func() (*Rule, error) { return p.combination(false) }
	}
	first, err := part()
	if err != nil {
		return nil, err
	}
	of := []*Rule{first}
	for p.next < len(p.tokens) && strings.EqualFold(p.tokens[p.next], word) {
		p.next++
		r, err := part()
		if err != nil {
			return nil, err
		}
		of = append(of, r)
	}
	return combine(anyOf, of), nil
}

func (p *ruleParser) operand() (*Rule, error) {
	if p.next == len(p.tokens) {
		return nil, errors.New("it ends where a gene should follow")
	}
	tok := p.tokens[p.next]
	p.next++
	switch {
	case tok == "(":
		if p.depth++; p.depth > maxRuleDepth {
			return nil, fmt.Errorf("parentheses nest deeper than %d", maxRuleDepth)
		}
		r, err := p.combination(true)
		if err != nil {
			return nil, err
		}
		if p.next == len(p.tokens) || p.tokens[p.next] != ")" {
			return nil, errors.New("a parenthesis is not closed")
		}
		p.next++
		p.depth--
		return r, nil
	case tok == ")", strings.EqualFold(tok, "and"), strings.EqualFold(tok, "or"):
		return nil, fmt.Errorf("%q stands where a gene should", tok)
	}
	return &Rule{gene: tok}, nil
}

// GeneRule is the rule that takes one gene; an empty ID gives the nil rule.
func GeneRule(gene string) *Rule {
	if gene == "" {
		return nil
	}
	return &Rule{gene: gene}
}

// AllOf is the rule that takes all of the rules to hold. A nil among them asks
// for nothing; of none it is the nil rule.
func AllOf(rules ...*Rule) *Rule {
	of := make([]*Rule, 0, len(rules))
	for _, r := range rules {
		if r != nil {
			of = append(of, r)
		}
	}
	if len(of) == 0 {
		return nil
	}
	return combine(false, of)
}

// AnyOf is the rule that takes one of the rules to hold; a nil among them
// always does, and of none it is the nil rule.
func AnyOf(rules ...*Rule) *Rule {
	if len(rules) == 0 || slices.Contains(rules, nil) {
		return nil
	}
	return combine(true, slices.Clone(rules))
}

// Form tells a rule apart: a gene, or the rules that it combines and whether
// any of them will do. All are zero of the nil rule.
func (r *Rule) Form() (gene string, of []*Rule, anyOf bool) {
	if r == nil {
		return "", nil, false
	}
	return r.gene, r.of, r.any
}

func combine(anyOf bool, of []*Rule) *Rule {
	if len(of) == 1 {
		return of[0]
	}
	return &Rule{any: anyOf, of: of}
}

// Holds reports whether the reaction can work when alive tells which genes do.
func (r *Rule) Holds(alive func(gene string) bool) bool {
	switch {
	case r == nil:
		return true
	case r.gene != "":
		return alive(r.gene)
	case r.any:
		return slices.ContainsFunc(r.of, func(p *Rule) bool { return p.Holds(alive) })
	}
	return !slices.ContainsFunc(r.of, func(p *Rule) bool { return !p.Holds(alive) })
}

// Genes returns the genes that the rule names, each once, in the order of
// their first appearance.
func (r *Rule) Genes() []string {
	const few = 32 // up to which a look at each is faster than a map
	var genes []string
	var known map[string]bool
	r.walk(func(g string) {
		switch {
		case known == nil && len(genes) < few:
			if slices.Contains(genes, g) {
				return
			}
		case known == nil:
			known = make(map[string]bool, 2*few)
			for _, k := range genes {
				known[k] = true
			}
			fallthrough
		default:
			if known[g] {
				return
			}
			known[g] = true
		}
		genes = append(genes, g)
	})
	return genes
}

func (r *Rule) walk(visit func(gene string)) {
	if r == nil {
		return
	}
	if r.gene != "" {
		visit(r.gene)
	}
	for _, p := range r.of {
		p.walk(visit)
	}
}

// without returns the rule that is left when the genes are gone, of a rule
// that still holds.
func (r *Rule) without(gone map[string]bool) *Rule {
	if r == nil || r.gene != "" {
		return r
	}
	alive := func(g string) bool { return !gone[g] }
	of := make([]*Rule, 0, len(r.of))
	for _, p := range r.of {
		if p.Holds(alive) {
			of = append(of, p.without(gone))
		}
	}
	return combine(r.any, of)
}

// String gives the rule in the notation of [ParseRule]; the nil rule is empty.
func (r *Rule) String() string {
	switch {
	case r == nil:
		return ""
	case r.gene != "":
		return r.gene
	}
	word := " and "
	if r.any {
		word = " or "
	}
	parts := make([]string, len(r.of))
	for i, p := range r.of {
		parts[i] = p.String()
		if p.gene == "" {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}
