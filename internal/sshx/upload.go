package sshx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// receiver is what runs at the server's side to take a file: $1 the temporary
// name, $2 the final one, $3 the size, $4 the SHA-256, $5 the mode. It needs a
// POSIX shell with cat, wc, sha256sum, chmod, mv and rm, as busybox has them. At
// any end but a good one it removes what it wrote, and that includes the end of
// the connection, where cat meets the end of its input and the size is wrong.
// noclobber keeps it from following a link that somebody put there.
//
// One line, for login shells that break quoted text at newlines. Exit status 64
// is for a folder in the way, 65 for a wrong size, 66 for a wrong sum.
const receiver = `umask 077; set -C; ` +
	`if test -d "$2"; then exit 64; fi; ` +
	`trap 'rm -f "$1"' EXIT; trap 'exit 1' HUP INT TERM PIPE; ` +
	`cat >"$1" || exit 1; ` +
	`n=$(wc -c <"$1") || exit 1; ` +
	`if test "$n" -ne "$3"; then echo $n; exit 65; fi; ` +
	`h=$(sha256sum <"$1") || exit 1; h=${h%% *}; ` +
	`if test "$h" != "$4"; then echo $h; exit 66; fi; ` +
	`chmod "$5" "$1" && mv -f "$1" "$2" || exit 1; ` +
	`trap - EXIT`

// Upload puts a file of a known size and SHA-256 (in hexadecimal) at an absolute
// path whose folder exists, with the permission bits of mode. It is written under
// another name in the same folder, readable by its owner only, and takes its
// place at once when size and sum are right there, in place of a file that had
// it. Otherwise nothing remains of it; see [ErrCorrupt]. Nor does when ctx ends,
// unless everything had been sent by then: in that case the file may be there.
//
// r may be read until the Read that is under way returns.
func (c *Conn) Upload(ctx context.Context, name string, r io.Reader, size int64, sha256 string, mode fs.FileMode) error {
	what := "upload " + name
	sha256 = strings.ToLower(sha256)
	command, err := receive(name, size, sha256, mode)
	if err != nil {
		return fmt.Errorf("ssh to %s: %s: %w", c.target.Address, what, err)
	}
	out, err := c.execute(ctx, what, command, &exactly{r: r, left: size})
	if err != nil {
		return err
	}
	if err := c.received(out, size, sha256); err != nil {
		return fmt.Errorf("ssh to %s: %s: %w", c.target.Address, what, err)
	}
	return nil
}

// receive is the command that takes a file.
func receive(name string, size int64, sha256 string, mode fs.FileMode) (string, error) {
	if !path.IsAbs(name) || path.Clean(name) != name || name == "/" {
		return "", errors.New("want a clean absolute path")
	}
	if sum, err := hex.DecodeString(sha256); err != nil || len(sum) != 32 {
		return "", fmt.Errorf("%q is not a SHA-256 in hexadecimal", sha256)
	}
	if size < 0 {
		return "", fmt.Errorf("the size %d is negative", size)
	}
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	temporary := path.Join(path.Dir(name), "."+path.Base(name)+"."+hex.EncodeToString(random[:])+".part")
	return Quote("/bin/sh", "-c", receiver, "sh", temporary, name, strconv.FormatInt(size, 10), sha256, fmt.Sprintf("%04o", mode.Perm()))
}

// received says how the receiver ended.
func (c *Conn) received(out Output, size int64, sha256 string) error {
	switch out.Code {
	case 0:
		return nil
	case 64:
		return errors.New("a folder has that name")
	case 65:
		return fmt.Errorf("%w: %s bytes, want %d", ErrCorrupt, c.target.redact(string(out.Stdout)), size)
	case 66:
		return fmt.Errorf("%w: its SHA-256 is %s, want %s", ErrCorrupt, c.target.redact(string(out.Stdout)), sha256)
	}
	return fmt.Errorf("the receiving shell ended with status %d: %s", out.Code, c.target.redact(string(out.Stderr)))
}

// errMore is the error of a reader that has more than it should.
var errMore = errors.New("there is more to read than the size says")

// An exactly reads as much as was promised: less and more are errors, and do not
// end the input, so that the receiver does not take a part for the whole.
type exactly struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (e *exactly) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, e.end()
	}
	n, err := e.r.Read(b[:min(int64(len(b)), e.left)])
	e.left -= int64(n)
	if errors.Is(err, io.EOF) {
		if e.left > 0 {
			return n, fmt.Errorf("%w: %d bytes are missing", io.ErrUnexpectedEOF, e.left)
		}
		return n, io.EOF
	}
	return n, err
}

// end makes sure that there is no more.
func (e *exactly) end() error {
	var one [1]byte
	for range 100 { // readers may return nothing now and then, not for ever
		n, err := e.r.Read(one[:])
		if n > 0 {
			return errMore
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}
