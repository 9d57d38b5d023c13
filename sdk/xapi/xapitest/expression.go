package xapitest

import (
	"fmt"
	"strings"
)

// A predicate says whether an object is selected.
type predicate func(o *object) bool

// parseExpression reads the language of get_all_records_where:
// true, false, field "f" = "v", and, or, not, parentheses. Fields have the
// database's names, with two underscores where the API nests them.
func parseExpression(c *class, text string) (predicate, error) {
	p := &expressionParser{class: c, rest: text}
	e, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if word := p.peek(); word != "" {
		return nil, p.bad(word)
	}
	return e, nil
}

type expressionParser struct {
	class *class
	rest  string
}

func (p *expressionParser) bad(word string) error {
	return failure("INTERNAL_ERROR", fmt.Sprintf("the expression cannot be parsed at %.40q", word))
}

// peek returns the next word, with its opening quote when it is a string.
func (p *expressionParser) peek() string {
	p.rest = strings.TrimLeft(p.rest, " \t\n")
	if p.rest == "" {
		return ""
	}
	switch p.rest[0] {
	case '(', ')', '=':
		return p.rest[:1]
	case '"', '\'':
		if i := strings.IndexByte(p.rest[1:], p.rest[0]); i >= 0 {
			return p.rest[:i+2]
		}
		return p.rest
	}
	if i := strings.IndexAny(p.rest, " \t\n()=\"'"); i >= 0 {
		return p.rest[:i]
	}
	return p.rest
}

func (p *expressionParser) take() string {
	word := p.peek()
	p.rest = p.rest[len(word):]
	return word
}

func (p *expressionParser) or(depth int) (predicate, error) {
	left, err := p.and(depth)
	for err == nil && p.peek() == "or" {
		p.take()
		var right predicate
		l := left
		right, err = p.and(depth)
		left = func(o *object) bool { return l(o) || right(o) }
	}
	return left, err
}

func (p *expressionParser) and(depth int) (predicate, error) {
	left, err := p.term(depth)
	for err == nil && p.peek() == "and" {
		p.take()
		var right predicate
		l := left
		right, err = p.term(depth)
		left = func(o *object) bool { return l(o) && right(o) }
	}
	return left, err
}

func (p *expressionParser) term(depth int) (predicate, error) {
	word := p.take()
	switch {
	case depth > maxNesting:
		return nil, p.bad(word)
	case word == "true" || word == "True":
		return func(*object) bool { return true }, nil
	case word == "false" || word == "False":
		return func(*object) bool { return false }, nil
	case word == "not":
		e, err := p.term(depth + 1)
		return func(o *object) bool { return !e(o) }, err
	case word == "(":
		e, err := p.or(depth + 1)
		if err == nil && p.peek() != ")" {
			err = p.bad(p.peek())
		}
		p.take()
		return e, err
	case word == "field":
		name, eq, value := p.take(), p.take(), p.take()
		if eq != "=" || !quoted(name) || !quoted(value) {
			return nil, p.bad(name)
		}
		name, value = name[1:len(name)-1], value[1:len(value)-1]
		column := name
		if name = strings.ReplaceAll(name, "__", "_"); !p.class.has(name) {
			return nil, failure("INTERNAL_ERROR", fmt.Sprintf("Db_exn.DBCache_NotFound(%q, %q, %q)", "missing column", p.class.name, column))
		}
		return func(o *object) bool { return fmt.Sprint(o.fields[name]) == value }, nil
	}
	return nil, p.bad(word)
}

func quoted(s string) bool {
	return len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0]
}
