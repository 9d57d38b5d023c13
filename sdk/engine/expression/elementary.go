package expression

import "math"

// exp and log are those of FreeBSD's msun (e_exp.c, e_log.c), as package math
// has them on platforms without assembly, but with each product rounded before
// it is added. So they have the same bits everywhere, within one unit in the
// last place of the true value. The original code came with this notice:
//
// Copyright (C) 1993 (exp: 2004) by Sun Microsystems, Inc. All rights reserved.
// Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use,
// copy, modify, and distribute this software is freely granted, provided that
// this notice is preserved.

const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// log is the natural logarithm of x; of 0 it is -Inf, of less NaN.
func log(x float64) float64 {
	const (
		l1 = 6.666666666666735130e-01
		l2 = 3.999999999940941908e-01
		l3 = 2.857142874366239149e-01
		l4 = 2.222219843214978396e-01
		l5 = 1.818357216161805012e-01
		l6 = 1.531383769920937332e-01
		l7 = 1.479819860511658591e-01
	)
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	f1, ki := math.Frexp(x)
	if f1 < math.Sqrt2/2 {
		f1 *= 2
		ki--
	}
	f := f1 - 1
	k := float64(ki)
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	t1 := float64(s2 * (l1 + float64(s4*(l3+float64(s4*(l5+float64(s4*l7)))))))
	t2 := float64(s4 * (l2 + float64(s4*(l4+float64(s4*l6)))))
	r := t1 + t2
	hfsq := float64(0.5 * float64(f*f))
	return float64(k*ln2Hi) - ((hfsq - (float64(s*(hfsq+r)) + float64(k*ln2Lo))) - f)
}

// exp is e to the power of x.
func exp(x float64) float64 {
	const (
		overflow  = 7.09782712893383973096e+02
		underflow = -7.45133219101941108420e+02
		tiny      = 0x1p-28
		log2e     = 1.44269504088896338700e+00
		p1        = 1.66666666666666657415e-01
		p2        = -2.77777777770155933842e-03
		p3        = 6.61375632143793436117e-05
		p4        = -1.65339022054652515390e-06
		p5        = 4.13813679705723846039e-08
	)
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x > overflow:
		return math.Inf(1)
	case x < underflow:
		return 0
	case -tiny < x && x < tiny:
		return 1 + x
	}
	half := 0.5
	if x < 0 {
		half = -0.5
	}
	k := int(float64(log2e*x) + half)
	hi := x - float64(float64(k)*ln2Hi)
	lo := float64(float64(k) * ln2Lo)
	r := hi - lo
	t := float64(r * r)
	c := r - float64(t*(p1+float64(t*(p2+float64(t*(p3+float64(t*(p4+float64(t*p5)))))))))
	y := 1 - ((lo - float64(r*c)/(2-c)) - hi)
	return math.Ldexp(y, k)
}

// Exp is e to the power of x, with the same bits on every platform, within one
// unit in the last place. Propensity functions take it in place of package
// math's.
func Exp(x float64) float64 { return exp(x) }

// Log is the natural logarithm of x, in the same manner.
func Log(x float64) float64 { return log(x) }

// Root is the n-th root of x, in the same manner: the largest number whose power,
// multiplied out, is not above x. From x it takes 1 to 1e300, from n 1 or more.
func Root(x float64, n int) float64 {
	low, high := 1.0, math.Nextafter(x, math.MaxFloat64)
	for {
		middle := low + float64(0.5*(high-low))
		if middle <= low || middle >= high {
			return low
		}
		power := 1.0
		for range n {
			if power *= middle; power > x {
				break
			}
		}
		if power > x {
			high = middle
		} else {
			low = middle
		}
	}
}
