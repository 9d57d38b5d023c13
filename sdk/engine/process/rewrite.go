package process

import (
	"go.starlark.net/syntax"
)

// A rewriter puts guarded built-ins in the place of those operations by which
// a few steps could take memory or time without end: operators, methods,
// slices, tuples and the unpacking of arguments. What they do stays the same.
// Names of the built-ins are in hidden.go.
type rewriter struct{}

// rewrite guards a parsed program, in place.
func rewrite(f *syntax.File) { rewriter{}.stmts(f.Stmts) }

// hidden makes a call of a hidden built-in that errors place at pos.
func hidden(name string, pos syntax.Position, args ...syntax.Expr) *syntax.CallExpr {
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: pos, Name: hiddenPrefix + name}, Lparen: pos, Args: args, Rparen: pos}
}

func word(s string, pos syntax.Position) syntax.Expr {
	return &syntax.Literal{Token: syntax.STRING, TokenPos: pos, Value: s}
}

func start(n syntax.Node) syntax.Position {
	pos, _ := n.Span()
	return pos
}

func (w rewriter) stmts(list []syntax.Stmt) {
	for i := range list {
		list[i] = w.stmt(list[i])
	}
}

func (w rewriter) stmt(s syntax.Stmt) syntax.Stmt {
	switch s := s.(type) {
	case *syntax.ExprStmt:
		s.X = w.expr(s.X)
	case *syntax.AssignStmt:
		return w.assign(s)
	case *syntax.DefStmt:
		if args := w.params(s.Params); args != nil {
			s.Body = append([]syntax.Stmt{&syntax.ExprStmt{X: hidden(nameTuple, args.NamePos, args)}}, s.Body...)
		}
		w.stmts(s.Body)
	case *syntax.IfStmt:
		s.Cond = w.expr(s.Cond)
		w.stmts(s.True)
		w.stmts(s.False)
	case *syntax.ForStmt:
		s.Vars, s.X = w.target(s.Vars), w.expr(s.X)
		w.stmts(s.Body)
	case *syntax.WhileStmt:
		s.Cond = w.expr(s.Cond)
		w.stmts(s.Body)
	case *syntax.ReturnStmt:
		if s.Result != nil {
			s.Result = w.expr(s.Result)
		}
	}
	return s
}

// assign guards an assignment. x op= y becomes x = x op y, but where x is a
// list or dict that += or |= changes in place; element[i] op= y becomes a call
// that does all of it.
func (w rewriter) assign(s *syntax.AssignStmt) syntax.Stmt {
	if s.Op == syntax.EQ {
		s.LHS, s.RHS = w.target(s.LHS), w.expr(s.RHS)
		return s
	}
	op := s.Op - syntax.PLUS_EQ + syntax.PLUS
	s.RHS = w.expr(s.RHS)
	switch x := unparen(s.LHS).(type) {
	case *syntax.Ident:
		again := &syntax.Ident{NamePos: x.NamePos, Name: x.Name}
		if s.Op == syntax.PLUS_EQ || s.Op == syntax.PIPE_EQ {
			s.RHS = hidden(nameInPlace, s.OpPos, again, s.RHS)
			return s
		}
		s.Op, s.RHS = syntax.EQ, hidden(op.String(), s.OpPos, again, s.RHS)
		return s
	case *syntax.IndexExpr:
		return &syntax.ExprStmt{X: hidden(nameElement, s.OpPos, word(op.String(), s.OpPos), w.expr(x.X), w.expr(x.Y), s.RHS)}
	}
	s.LHS = w.target(s.LHS)
	return s
}

func unparen(e syntax.Expr) syntax.Expr {
	if p, ok := e.(*syntax.ParenExpr); ok {
		return unparen(p.X)
	}
	return e
}

// target guards what stands in the place of something assigned to.
func (w rewriter) target(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.ParenExpr:
		e.X = w.target(e.X)
	case *syntax.TupleExpr:
		for i := range e.List {
			e.List[i] = w.target(e.List[i])
		}
	case *syntax.ListExpr:
		for i := range e.List {
			e.List[i] = w.target(e.List[i])
		}
	case *syntax.IndexExpr:
		e.X, e.Y = w.expr(e.X), w.expr(e.Y)
	case *syntax.DotExpr:
		e.X = w.expr(e.X)
	}
	return e
}

// params guards parameters' defaults, and returns the name of the one that
// takes further arguments as a tuple.
func (w rewriter) params(list []syntax.Expr) *syntax.Ident {
	var rest *syntax.Ident
	for _, p := range list {
		switch p := p.(type) {
		case *syntax.BinaryExpr: // name=default
			p.Y = w.expr(p.Y)
		case *syntax.UnaryExpr:
			if id, ok := p.X.(*syntax.Ident); ok && p.Op == syntax.STAR {
				rest = &syntax.Ident{NamePos: id.NamePos, Name: id.Name}
			}
		}
	}
	return rest
}

func (w rewriter) exprs(list []syntax.Expr) {
	for i := range list {
		list[i] = w.expr(list[i])
	}
}

func (w rewriter) expr(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.ParenExpr:
		e.X = w.expr(e.X)
	case *syntax.BinaryExpr:
		return w.binary(e)
	case *syntax.UnaryExpr:
		e.X = w.expr(e.X)
		if e.Op != syntax.NOT && !isNumber(e.X) {
			e.X = hidden(nameCopy, e.OpPos, e.X)
		}
	case *syntax.DotExpr:
		return hidden(nameMethod, e.Dot, w.expr(e.X), word(e.Name.Name, e.NamePos))
	case *syntax.CallExpr:
		e.Fn = w.expr(e.Fn)
		w.args(e.Args)
	case *syntax.IndexExpr:
		e.X, e.Y = w.expr(e.X), w.expr(e.Y)
	case *syntax.SliceExpr:
		e.X = hidden(nameCopy, e.Lbrack, w.expr(e.X))
		for _, part := range []*syntax.Expr{&e.Lo, &e.Hi, &e.Step} {
			if *part != nil {
				*part = w.expr(*part)
			}
		}
	case *syntax.CondExpr:
		e.Cond, e.True, e.False = w.expr(e.Cond), w.expr(e.True), w.expr(e.False)
	case *syntax.ListExpr:
		w.exprs(e.List)
	case *syntax.TupleExpr:
		w.exprs(e.List)
		if len(e.List) > 0 {
			return hidden(nameTuple, start(e), e)
		}
	case *syntax.DictExpr:
		w.exprs(e.List)
	case *syntax.DictEntry:
		e.Key, e.Value = w.expr(e.Key), w.expr(e.Value)
	case *syntax.Comprehension:
		return w.comprehension(e)
	case *syntax.LambdaExpr:
		rest := w.params(e.Params)
		e.Body = w.expr(e.Body)
		if rest != nil {
			e.Body = hidden(nameAfter, rest.NamePos, rest, e.Body)
		}
	}
	return e
}

func (w rewriter) binary(e *syntax.BinaryExpr) syntax.Expr {
	e.X, e.Y = w.expr(e.X), w.expr(e.Y)
	switch {
	case e.Op == syntax.AND || e.Op == syntax.OR:
		return e
	case e.Op != syntax.STAR && e.Op != syntax.PERCENT && e.Op != syntax.LTLT && (isNumber(e.X) || isNumber(e.Y)):
		// With a number on one side the result is no larger than the other.
		return e
	case (e.Op == syntax.EQL || e.Op == syntax.NEQ) && (isLiteral(e.X) || isLiteral(e.Y)):
		return e
	}
	return hidden(e.Op.String(), e.OpPos, e.X, e.Y)
}

func isNumber(e syntax.Expr) bool {
	l, ok := unparen(e).(*syntax.Literal)
	return ok && (l.Token == syntax.INT || l.Token == syntax.FLOAT)
}

func isLiteral(e syntax.Expr) bool {
	_, ok := unparen(e).(*syntax.Literal)
	return ok
}

// args guards a call's arguments.
func (w rewriter) args(list []syntax.Expr) {
	for i, arg := range list {
		switch arg := arg.(type) {
		case *syntax.BinaryExpr:
			if arg.Op == syntax.EQ { // name=value
				arg.Y = w.expr(arg.Y)
				continue
			}
		case *syntax.UnaryExpr:
			if arg.Op == syntax.STAR || arg.Op == syntax.STARSTAR {
				arg.X = hidden(nameCopy, arg.OpPos, w.expr(arg.X))
				continue
			}
		}
		list[i] = w.expr(arg)
	}
}

func (w rewriter) comprehension(e *syntax.Comprehension) syntax.Expr {
	for _, c := range e.Clauses {
		switch c := c.(type) {
		case *syntax.ForClause:
			c.Vars, c.X = w.target(c.Vars), w.expr(c.X)
		case *syntax.IfClause:
			c.Cond = w.expr(c.Cond)
		}
	}
	e.Body = w.expr(e.Body)
	return e
}
