package cobrajson_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/cobrajson"
)

// published reads a file of the data beside the repository, which a clone does
// not have.
func published(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "shared", "data", "models", name))
	if os.IsNotExist(err) {
		tb.Skipf("../shared/data/models/%s is not there; it is not part of the repository", name)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"iMB155.json", "iML1515.json"} {
		b.Run(name, func(b *testing.B) {
			text := published(b, name)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cobrajson.Read(bytes.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	m, err := cobrajson.Read(bytes.NewReader(published(b, "iML1515.json")))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := cobrajson.Write(io.Discard, m); err != nil {
			b.Fatal(err)
		}
	}
}
