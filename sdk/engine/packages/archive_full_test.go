//go:build !race

package packages_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// Whatever a package can be, its archive is one that can be read.
func TestArchiveOfAnyPackage(t *testing.T) {
	t.Parallel()
	noise, state := make([]byte, packages.MaxFileBytes), uint64(1)
	for i := range noise { // of 64 characters, so that it packs to three quarters
		state = state*6364136223846793005 + 1442695040888963407
		noise[i] = ' ' + byte(state>>58)
	}
	zeros := strings.Repeat("0\t", packages.MaxFileBytes/2)
	for _, tt := range []struct {
		name, want string
		files      map[string]string
	}{
		{"packs very well", "", map[string]string{"zeros.tsv": zeros}},
		{"packs very well at first", "", map[string]string{"a.tsv": zeros, "b.txt": string(noise)}},
		{"is too large", "larger than the 16777216 bytes", map[string]string{"a.txt": string(noise), "b.txt": string(noise[1:]), "c.txt": string(noise[2:])}},
	} {
		p, err := packages.ReadFolder(folder(head("one", "1.0.0"), tt.files))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		err = p.WriteArchive(&b)
		if tt.want != "" {
			if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) || b.Len() > 0 {
				t.Errorf("a package that %s: error %v with %d bytes written, want one with %q and none", tt.name, err, b.Len(), tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("a package that %s: %v", tt.name, err)
			continue
		}
		q, err := packages.ReadArchive(&b)
		if err != nil || q.Digest() != p.Digest() {
			t.Errorf("a package that %s, read again: %v", tt.name, err)
		}
	}
}
