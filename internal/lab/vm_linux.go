package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A vm is what stays of a VM between its boots. The lab's lock guards run, busy
// and filled; the rest belongs to whoever is the last of busy.
type vm struct {
	dir  string
	seat *seat // nil before it has an address

	run    *run              // the last one
	busy   []<-chan struct{} // what must end before the next may begin
	filled <-chan struct{}   // closed when the last copy onto its disk is there; nil without one
}

func (v *vm) root() string    { return filepath.Join(v.dir, "root") }
func (v *vm) local() string   { return filepath.Join(v.dir, "local") }
func (v *vm) console() string { return filepath.Join(v.dir, "console") }

// makeDisk makes the disk of a VM that has none, of the image.
func (v *vm) makeDisk(ctx context.Context, image, agent string) error {
	if _, err := os.Stat(v.root()); err == nil {
		return nil
	}
	bin := filepath.Join(v.local(), "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil { //nolint:gosec // the guests' users read it
		return err
	}
	if agent != "" {
		if err := copyFile(ctx, agent, filepath.Join(bin, "bioxen")); err != nil {
			return fmt.Errorf("install the agent: %w", err)
		}
	}
	half := v.root() + ".new" // what copies the disk meanwhile does not see it
	if err := copyTree(ctx, filepath.Join(image, rootPart), half); err != nil {
		return err
	}
	return os.Rename(half, v.root())
}

// copyDisk gives the VM what another has on its disk.
func (v *vm) copyDisk(ctx context.Context, from *vm) error {
	if err := os.MkdirAll(v.dir, 0o755); err != nil { //nolint:gosec // the guests' users read it
		return err
	}
	for _, part := range []struct{ from, to string }{{from.local(), v.local()}, {from.root(), v.root()}} {
		if err := os.RemoveAll(part.to); err != nil {
			return err
		}
		if _, err := os.Stat(part.from); errors.Is(err, fs.ErrNotExist) {
			continue // it never booted
		}
		if err := copyTree(ctx, part.from, part.to); err != nil {
			return err
		}
	}
	return nil
}

// copyTree copies a folder as it is, with owners and special files.
func copyTree(ctx context.Context, from, to string) error {
	return cp(ctx, "-a", "--reflink=auto", from, to)
}

// sit gives the VM an address, another one when it shall be fresh.
func (v *vm) sit(ctx context.Context, fresh bool) error {
	if v.seat != nil && !fresh {
		return nil
	}
	const spread = 61 // so that processes with IDs close to each other meet late
	after := os.Getpid() * spread
	if v.seat != nil {
		after = v.seat.number + 1
	}
	next, err := takeSeat(ctx, after)
	if err != nil {
		return err
	}
	err = v.seat.leave()
	v.seat = next
	return err
}
