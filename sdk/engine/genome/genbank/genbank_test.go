package genbank_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genbank"
)

// published reads a file of the data beside the repository, which a clone does
// not have.
func published(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "shared", "data", name))
	if os.IsNotExist(err) {
		tb.Skipf("../shared/data/%s is not there; it is not part of the repository", name)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// TestSyn3ABytes holds that a file of NCBI's is written as it was read, to the
// byte.
func TestSyn3ABytes(t *testing.T) {
	t.Parallel()
	text := published(t, "syn3a/syn3A.gb")
	records, err := genbank.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 1 || len(records[0].Sequence) != 543379 || len(records[0].Features) != 995 {
		t.Errorf("got %d records, the first with %d bases and %d features", len(records), len(records[0].Sequence), len(records[0].Features))
	}
	var out bytes.Buffer
	w := genbank.NewWriter(&out)
	w.BlankLine = true
	if err := w.WriteAll(records); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), text) {
		t.Errorf("the file is not as it was: %s", firstDifference(out.Bytes(), text))
	}
}

// firstDifference shows the first line that differs.
func firstDifference(got, want []byte) string {
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(g), len(w)) {
		if !bytes.Equal(g[i], w[i]) {
			return "got\n" + string(g[i]) + "\nwant\n" + string(w[i])
		}
	}
	return "one is longer"
}

func BenchmarkRead(b *testing.B) {
	text := published(b, "syn3a/syn3A.gb")
	for _, copies := range []int{1, 10} {
		b.Run(map[int]string{1: "syn3A.gb", 10: "ten times syn3A.gb"}[copies], func(b *testing.B) {
			text := bytes.Repeat(text, copies)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				r := genbank.NewReader(bytes.NewReader(text))
				for {
					if _, err := r.Read(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
