package xapi

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// DriveSpec says what drive to attach.
type DriveSpec struct {
	// Name labels the disk.
	Name string
	// SR is where it goes; the pool's default SR when null.
	SR SRRef
	// Image is what is on it, Size bytes long.
	Image io.ReaderAt
	Size  int64
}

// sectorAlign is what disk sizes are rounded up to: some kinds of SR cannot
// make others.
const sectorAlign = 2 << 20

// AttachDrive makes a disk of an image and gives a VM, which should be halted,
// a drive with it, which is destroyed with the VM. It is writable, because
// servers refuse to plug a disk that is not into a guest with firmware. On error
// nothing of it is left.
func (c *Client) AttachDrive(ctx context.Context, vm VMRef, spec DriveSpec) (VBDRef, error) {
	if spec.Size <= 0 {
		return "", fmt.Errorf("xapi: attach drive %q: an image of %d bytes", spec.Name, spec.Size)
	}
	leave, err := c.gate.enter(ctx, "VDI.create")
	if err != nil {
		return "", err
	}
	defer leave()
	sr, err := c.orDefaultSR(ctx, spec.SR)
	if err != nil {
		return "", fmt.Errorf("attach drive %q: %w", spec.Name, err)
	}
	size := (spec.Size + sectorAlign - 1) / sectorAlign * sectorAlign
	vdi, err := c.createVDIOnce(ctx, sr, spec.Name, size)
	if err != nil {
		return "", err
	}
	var vbd VBDRef
	if err = c.ImportRaw(ctx, vdi, spec.Image, spec.Size); err == nil {
		vbd, err = c.AttachDisk(ctx, vm, vdi, VBDReadWrite, true)
	}
	if err != nil {
		after, cancel := unwinding(ctx)
		defer cancel()
		return "", errors.Join(err, c.discard(after, vdi)) // a drive goes with its disk
	}
	return vbd, nil
}
