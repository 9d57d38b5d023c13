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

// AttachDrive makes a disk of an image and gives a halted VM a read-only drive
// with it, which is destroyed with the VM. On error nothing of it is left.
func (c *Client) AttachDrive(ctx context.Context, vm VMRef, spec DriveSpec) (vbd VBDRef, err error) {
	leave, err := c.gate.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	if spec.Size <= 0 {
		return "", fmt.Errorf("xapi: attach drive %q: an image of %d bytes", spec.Name, spec.Size)
	}
	sr := spec.SR
	if sr.IsNull() {
		_, pool, err := c.Pool(ctx)
		if err != nil {
			return "", err
		}
		if sr = pool.DefaultSR; sr.IsNull() {
			return "", errors.New("xapi: attach drive: no SR is given, and the pool has no default one")
		}
	}
	vdi, err := c.makeDisk(ctx, sr, spec)
	if err != nil {
		return "", err
	}
	vbd, err = c.AttachDisk(ctx, vm, vdi, VBDReadOnly, true)
	if err != nil {
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), unwindTime)
		defer cancel()
		return "", errors.Join(err, c.DestroyVDI(after, vdi))
	}
	return vbd, nil
}

func (c *Client) makeDisk(ctx context.Context, sr SRRef, spec DriveSpec) (VDIRef, error) {
	size := (spec.Size + sectorAlign - 1) / sectorAlign * sectorAlign
	vdi, err := c.createVDIOnce(ctx, sr, spec.Name, size)
	if err != nil {
		return "", err
	}
	if err := c.ImportRaw(ctx, vdi, spec.Image, spec.Size); err != nil {
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), unwindTime)
		defer cancel()
		return "", errors.Join(err, c.DestroyVDI(after, vdi))
	}
	return vdi, nil
}
