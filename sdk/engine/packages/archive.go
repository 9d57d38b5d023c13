package packages

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// ReadArchive reads and verifies the package in a .tar.gz. The package may be
// in a folder of its own there. Errors of the reader come through.
func ReadArchive(r io.Reader) (*Package, error) {
	files, err := readArchive(r)
	if err != nil {
		return nil, err
	}
	return verified(files)
}

func readArchive(r io.Reader) (map[string][]byte, error) {
	packed := &meter{r: r, limit: MaxArchiveBytes, what: "the archive"}
	gz, err := gzip.NewReader(packed)
	if err != nil {
		return nil, unpackError(packed, err, "it is no .tar.gz: ")
	}
	gz.Multistream(false)
	unpacked := &meter{r: gz, limit: maxTar, what: "what the archive unpacks to", packed: packed}
	c := newCollection()
	for t := tar.NewReader(unpacked); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unpackError(packed, err, "it is no .tar.gz: ")
		}
		if err := c.entry(h, t); err != nil {
			return nil, unpackError(packed, err, "")
		}
	}
	if err := atEnd(unpacked, packed); err != nil {
		return nil, unpackError(packed, err, "")
	}
	return c.stripped(), nil
}

// maxTar is how many bytes of tar all files may take, headers and all.
const maxTar = MaxBytes + 4*1024*(MaxFiles+maxFolderEntries)

// unpackError tells what came of the archive from what came of its reader.
func unpackError(packed *meter, err error, prefix string) error {
	var own *ArchiveError
	switch {
	case errors.As(err, &own):
		return own
	case packed.failed != nil:
		return fmt.Errorf("read package: %w", packed.failed)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &ArchiveError{Reason: prefix + "it ends too early"}
	}
	return &ArchiveError{Reason: prefix + shorten(err.Error())}
}

// entry takes an entry in.
func (c *collection) entry(h *tar.Header, r io.Reader) error {
	name := strings.TrimPrefix(h.Name, "./")
	switch h.Typeflag {
	case tar.TypeXGlobalHeader: // git archive writes its commit there
		return nil
	case tar.TypeDir:
		if name = strings.TrimSuffix(name, "/"); name == "" || name == "." {
			return nil
		}
		return c.folder(name)
	case tar.TypeReg:
		if isSparse(h) {
			return &ArchiveError{Entry: shorten(h.Name), Reason: "is a sparse file; pack it whole"}
		}
	default:
		return &ArchiveError{Entry: shorten(h.Name), Reason: "is " + entryKind(h.Typeflag) + "; packages have files and folders only"}
	}
	if h.Size > MaxFileBytes {
		return &ArchiveError{Entry: shorten(h.Name), Reason: fmt.Sprintf("is %d bytes large, and %d are allowed", h.Size, MaxFileBytes)}
	}
	return c.file(name, r)
}

// isSparse reports whether a file has holes, which the archive does not hold:
// it could be large at no cost.
func isSparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func entryKind(flag byte) string {
	switch flag {
	case tar.TypeLink:
		return "a hard link"
	case tar.TypeSymlink:
		return "a symbolic link"
	case tar.TypeChar, tar.TypeBlock:
		return "a device"
	case tar.TypeFifo:
		return "a pipe"
	case tar.TypeGNUSparse:
		return "a sparse file"
	}
	return fmt.Sprintf("of tar's type %q", flag)
}

// stripped takes off the one folder that everything is in, if it is so.
func (c *collection) stripped() map[string][]byte {
	if _, ok := c.files[ManifestName]; ok {
		return c.files
	}
	var top string
	for name := range c.files {
		first, _, ok := strings.Cut(name, "/")
		if !ok || top != "" && first != top {
			return c.files
		}
		top = first
	}
	if _, ok := c.files[path.Join(top, ManifestName)]; !ok {
		return c.files
	}
	files := make(map[string][]byte, len(c.files))
	for name, content := range c.files {
		files[strings.TrimPrefix(name, top+"/")] = content
	}
	return files
}

// atEnd makes sure that nothing but zeros follows the last entry, and nothing
// at all the archive.
func atEnd(unpacked, packed *meter) error {
	buf := make([]byte, 4096) //nolint:mnd // any size will do
	for {
		n, err := unpacked.Read(buf)
		for _, b := range buf[:n] {
			if b != 0 {
				return &ArchiveError{Reason: "something follows the archive's end"}
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	_, err := packed.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return &ArchiveError{Reason: "something follows the archive's end"}
}

// A meter reads no more than a limit, nor more than [MaxRatio] times what
// another one has read. It reads bytes one by one, so that nobody who reads
// through it takes more than he needs.
type meter struct {
	r     io.Reader
	what  string
	n     int64
	limit int64
	// packed is where the bytes are unpacked from; nil: they are not.
	packed *meter
	// failed is what the reader failed with.
	failed error

	buf  [4096]byte
	have []byte // of buf, not given out yet
}

// freeBytes is how much an archive may unpack to at any rate.
const freeBytes = 1 << 20

func (m *meter) Read(p []byte) (int, error) {
	if len(m.have) == 0 {
		n, err := m.r.Read(m.buf[:])
		if n == 0 {
			if err != nil && !errors.Is(err, io.EOF) {
				m.failed = err
			}
			return 0, err
		}
		m.have = m.buf[:n]
	}
	n := copy(p, m.have)
	m.have = m.have[n:]
	m.n += int64(n)
	if m.n > m.limit {
		return 0, &ArchiveError{Reason: fmt.Sprintf("%s is larger than the %d bytes that are allowed", m.what, m.limit)}
	}
	if m.packed != nil && m.n > freeBytes && m.n > MaxRatio*m.packed.n {
		return 0, &ArchiveError{Reason: fmt.Sprintf("the archive unpacks to more than %d times its size", MaxRatio)}
	}
	return n, nil
}

// ReadByte makes gzip read no further than it must.
func (m *meter) ReadByte() (byte, error) {
	var one [1]byte
	for {
		if n, err := m.Read(one[:]); n == 1 || err != nil {
			return one[0], err
		}
	}
}

// WriteArchive writes the package as a .tar.gz with its files sorted, all of
// the same owner, mode and time, so that the same package written by the same
// release is the same bytes. What it writes [ReadArchive] reads: a package that
// would be larger than [MaxArchiveBytes] is an [ArchiveError].
func (p *Package) WriteArchive(w io.Writer) error {
	var b bytes.Buffer
	var refused error
	// Text that packs as well as a bomb does is packed worse.
	for _, level := range []int{gzip.DefaultCompression, gzip.HuffmanOnly} {
		b.Reset()
		if err := p.writeArchive(&b, level); err != nil {
			return err
		}
		if _, refused = readArchive(bytes.NewReader(b.Bytes())); refused == nil {
			break
		}
	}
	if refused != nil {
		return refused
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write package %s: %w", p, err)
	}
	return nil
}

// writeArchive writes the package at a level of compression.
func (p *Package) writeArchive(w io.Writer, level int) error {
	gz, err := gzip.NewWriterLevel(w, level)
	if err != nil {
		return err
	}
	t := tar.NewWriter(gz)
	for _, name := range p.Paths() {
		content := p.files[name]
		h := &tar.Header{
			Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: 0o644, //nolint:mnd // as files are
			ModTime: time.Unix(0, 0).UTC(),
		}
		if err := t.WriteHeader(h); err != nil {
			return fmt.Errorf("write package %s: %s: %w", p, name, err)
		}
		if _, err := t.Write(content); err != nil {
			return fmt.Errorf("write package %s: %s: %w", p, name, err)
		}
	}
	if err := errors.Join(t.Close(), gz.Close()); err != nil {
		return fmt.Errorf("write package %s: %w", p, err)
	}
	return nil
}
