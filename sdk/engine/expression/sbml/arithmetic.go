package sbml

import "github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"

// arithmetic gives the four operations on two operands; nil if it is none of
// them. Numbers and places of the state, which most operands are, are looked at
// directly.
func arithmetic(op string, left, right *formula) value {
	switch {
	case left.place > 0 && right.fixed():
		return placeAndNumber(op, left.place-1, right.constant)
	case left.fixed() && right.place > 0:
		return numberAndPlace(op, left.constant, right.place-1)
	case left.place > 0 && right.place > 0:
		return places(op, left.place-1, right.place-1)
	case right.place > 0:
		return valueAndPlace(op, left.value, right.place-1)
	case right.fixed():
		return valueAndNumber(op, left.value, right.constant)
	case left.fixed():
		return numberAndValue(op, left.constant, right.value)
	}
	a, b := left.value, right.value
	switch op {
	case "plus":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) + b(t, x, r) }
	case "minus":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) - b(t, x, r) }
	case "times":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) * b(t, x, r) }
	case "divide":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) / b(t, x, r) }
	}
	return nil
}

func placeAndNumber(op string, a int, b float64) value {
	switch op {
	case "plus":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return x[a] + b }
	case "minus":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return x[a] - b }
	case "times":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return x[a] * b }
	case "divide":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return x[a] / b }
	}
	return nil
}

func numberAndPlace(op string, a float64, b int) value {
	switch op {
	case "plus":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return a + x[b] }
	case "minus":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return a - x[b] }
	case "times":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return a * x[b] }
	case "divide":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return a / x[b] }
	}
	return nil
}

func places(op string, a, b int) value {
	switch op {
	case "plus":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return x[a] + x[b] }
	case "minus":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return x[a] - x[b] }
	case "times":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return x[a] * x[b] }
	case "divide":
		return func(_ float64, x []float64, _ *expression.Random) float64 { return x[a] / x[b] }
	}
	return nil
}

func valueAndPlace(op string, a value, b int) value {
	switch op {
	case "plus":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) + x[b] }
	case "minus":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) - x[b] }
	case "times":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) * x[b] }
	case "divide":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) / x[b] }
	}
	return nil
}

func valueAndNumber(op string, a value, b float64) value {
	switch op {
	case "plus":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) + b }
	case "minus":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) - b }
	case "times":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) * b }
	case "divide":
		return func(t float64, x []float64, r *expression.Random) float64 { return a(t, x, r) / b }
	}
	return nil
}

func numberAndValue(op string, a float64, b value) value {
	switch op {
	case "plus":
		return func(t float64, x []float64, r *expression.Random) float64 { return a + b(t, x, r) }
	case "minus":
		return func(t float64, x []float64, r *expression.Random) float64 { return a - b(t, x, r) }
	case "times":
		return func(t float64, x []float64, r *expression.Random) float64 { return a * b(t, x, r) }
	case "divide":
		return func(t float64, x []float64, r *expression.Random) float64 { return a / b(t, x, r) }
	}
	return nil
}
