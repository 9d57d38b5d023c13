package packages_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// FuzzManifest: whatever comes, it is a manifest or an invalid one.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(head("one", "1.0.0", requires("two", "^1.0"), "[entry_points]\nf = \"a.star\"\n[files]\n\"a.star\" = \""+sum("")+"\"")))
	f.Add([]byte("name = 1"))
	f.Add([]byte("[requires\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := packages.ParseManifest(text)
		if err != nil && !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%q: error %v, want an invalid one", text, err)
		}
		if err == nil && (!packages.ValidName(m.Name) || packages.CheckRange(m.Requires.Engine) != nil) {
			t.Errorf("%q: took name %q and engine %q", text, m.Name, m.Requires.Engine)
		}
	})
}

// FuzzArchive: whatever comes, it is a package that can be written and read
// again, or an invalid one.
func FuzzArchive(f *testing.F) {
	whole := folder(head("one", "1.0.0"), map[string]string{"a.star": "x = 1\n"})
	p, err := packages.ReadFolder(whole)
	if err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if err := p.WriteArchive(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(archive(f, []entry{{name: "one/" + packages.ManifestName, content: manifest(whole)}, {name: "one/a.star", content: "x = 1\n"}}))
	f.Add(archive(f, []entry{{name: "../a", content: "x"}}))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := packages.ReadArchive(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("error %v, want an invalid one", err)
			}
			return
		}
		var b bytes.Buffer
		if err := p.WriteArchive(&b); err != nil {
			t.Fatal(err)
		}
		again, err := packages.ReadArchive(&b)
		if err != nil || again.Digest() != p.Digest() {
			t.Errorf("written and read again: %v", err)
		}
	})
}
