package sbml_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/sbml"
)

// published reads a file of the data beside the repository, which a clone does
// not have, unpacked.
func published(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "shared", "data", "models", name))
	if os.IsNotExist(err) {
		tb.Skipf("../shared/data/models/%s is not there; it is not part of the repository", name)
	}
	if err != nil {
		tb.Fatal(err)
	}
	if !strings.HasSuffix(name, ".gz") {
		return text
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	if text, err = io.ReadAll(z); err != nil {
		tb.Fatal(err)
	}
	return text
}

func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"e_coli_core.xml", "iMB155.xml", "iJO1366.xml.gz"} {
		b.Run(name, func(b *testing.B) {
			text := published(b, name)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sbml.Read(bytes.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	m, err := sbml.Read(bytes.NewReader(published(b, "iJO1366.xml.gz")))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := sbml.Write(io.Discard, m); err != nil {
			b.Fatal(err)
		}
	}
}
