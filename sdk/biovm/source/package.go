package source

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// StagePackage brings the package that a request names to where it is to be
// installed, and returns the request with its sum. A folder is packed. One of
// the engine's catalogue is there. What is there already by the request's sum is
// not read again. Errors are as those of Stage, at package.source and
// package.sha256.
func (r Reader) StagePackage(ctx context.Context, h Holder, q biovm.PackageRequest) (biovm.PackageRequest, error) {
	if err := q.Validate(); err != nil || q.FromCatalogue() {
		return q, err
	}
	part := q.Part()
	if folder, ok := isFolder(q.Source); ok {
		if q.SHA256 != "" {
			return q, &biovm.FieldError{Path: part.Path("sha256"), Value: q.SHA256, Reason: "is for archives, and the source is a folder; leave it out"}
		}
		content, err := pack(folder)
		if err != nil {
			return q, &FileError{Field: &biovm.FieldError{Path: part.Path("source"), Value: q.Source, Reason: reason(err)}, Err: err}
		}
		q.SHA256 = Sum(content)
		return q, h.PutFile(ctx, q.SHA256, content)
	}
	err := r.stage(ctx, h, part)
	q.SHA256 = part.Source.SHA256
	return q, err
}

func isFolder(name string) (fs.FS, bool) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return nil, false
	}
	return os.DirFS(name), true
}

var errNotPlain = errors.New("packages have files and folders only")

// pack packs a folder into a .tar.gz that is the same bytes for the same files.
// Names that begin with a '.' are left out. Whether it is a package is for the
// engine to say.
func pack(folder fs.FS) ([]byte, error) {
	content, dense, err := packAt(folder, gzip.DefaultCompression)
	if err == nil && dense {
		content, _, err = packAt(folder, gzip.HuffmanOnly)
	}
	return content, err
}

// packAt packs a folder at a level of compression, and says whether that is so
// dense somewhere that an engine could take it for a bomb.
func packAt(folder fs.FS, level int) (content []byte, dense bool, err error) {
	var b bytes.Buffer
	gz, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		return nil, false, err
	}
	g := &gauge{gz: gz, packed: &b}
	t := tar.NewWriter(g)
	left := int64(biovm.MaxSourceBytes)
	err = fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case strings.HasPrefix(path.Base(name), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case !d.Type().IsRegular(): // a link could lead anywhere
			return fmt.Errorf("%s: %w", name, errNotPlain)
		}
		n, err := packFile(t, folder, name, left)
		left -= n
		return err
	})
	if err := errors.Join(err, t.Close(), gz.Close()); err != nil {
		return nil, false, err
	}
	return b.Bytes(), g.dense, nil
}

// A gauge watches how well packs what is written.
type gauge struct {
	gz     *gzip.Writer
	packed *bytes.Buffer
	n      int64 // bytes written
	dense  bool
}

// Write packs p. An engine refuses what unpacks to more than a megabyte and to a
// hundred times its size, anywhere within; here half of both is too much.
func (g *gauge) Write(p []byte) (int, error) {
	const free, ratio, piece = 1 << 19, 50, 1 << 15
	for chunk := range slices.Chunk(p, piece) {
		if _, err := g.gz.Write(chunk); err != nil {
			return 0, err
		}
		g.n += int64(len(chunk))
		g.dense = g.dense || g.n > free && g.n > ratio*int64(g.packed.Len())
	}
	return len(p), nil
}

func packFile(t *tar.Writer, folder fs.FS, name string, left int64) (int64, error) {
	f, err := folder.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(io.LimitReader(f, left+1))
	if err != nil {
		return 0, err
	}
	if int64(len(content)) > left {
		return 0, errTooLarge
	}
	const mode = 0o644
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: mode, ModTime: time.Unix(0, 0).UTC()}
	if err := t.WriteHeader(h); err != nil {
		return 0, err
	}
	_, err = t.Write(content)
	return int64(len(content)), err
}
