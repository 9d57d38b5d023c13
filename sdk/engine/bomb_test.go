//go:build !race

package engine_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// A model that unpacks to more than may be read is refused. To unpack so much
// takes half a minute with the race detector, which sees nothing in it.
func TestModelBombRefused(t *testing.T) {
	t.Parallel()
	refusesModel(t, enginetest.Open(t, engine.Options{}), bomb(t, "{"), "more than 268435456 bytes, unpacked")
}

// bomb is a quarter of a megabyte that unpacks to more than 256.
func bomb(t testing.TB, start string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(start))
	for blanks := bytes.Repeat([]byte(" "), 1<<20); b.Len() < 1<<18+1<<13; {
		_, e := z.Write(blanks)
		err = errors.Join(err, e)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
