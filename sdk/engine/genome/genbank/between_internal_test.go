package genbank

import "testing"

// TestBetween holds that every byte in every place is told apart.
func TestBetween(t *testing.T) {
	t.Parallel()
	for _, r := range []struct{ low, high byte }{{'a', 'z'}, {'!', '~'}, {0, 0x7f}} {
		for place := range word {
			for c := range 256 {
				for _, rest := range []byte{r.low, r.high} {
					var x uint64
					for k := range word {
						b := rest
						if k == place {
							b = byte(c)
						}
						x |= uint64(b) << (8 * k)
					}
					if got, want := between(x, r.low, r.high), byte(c) >= r.low && byte(c) <= r.high; got != want {
						t.Fatalf("between(%#016x, %q, %q) = %t", x, r.low, r.high, got)
					}
				}
			}
		}
	}
}

// TestNumbering holds that every byte in every place is told apart.
func TestNumbering(t *testing.T) {
	t.Parallel()
	for place := range word {
		for c := range 256 {
			for _, rest := range []byte(" 09") {
				var x uint64
				for k := range word {
					b := rest
					if k == place {
						b = byte(c)
					}
					x |= uint64(b) << (8 * k)
				}
				if got, want := numbering(x), c == ' ' || c >= '0' && c <= '9'; got != want {
					t.Fatalf("numbering(%#016x) = %t", x, got)
				}
			}
		}
	}
}
