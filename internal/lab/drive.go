package lab

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/filesystem/fat16"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// readDrive returns the files in the root of a FAT16 drive, by name. It takes a
// copy through a file, because go-diskfs wants one.
func readDrive(d xapitest.Drive, scratch string) (files map[string][]byte, err error) {
	// go-diskfs panics on images that are not as it expects.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("lab: read the configuration drive: %v", r)
		}
	}()
	f, err := os.Create(scratch) //nolint:gosec // in the lab's own folder
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(scratch)) }()
	if _, err := io.Copy(f, io.NewSectionReader(d.Content, 0, d.Written)); err != nil {
		return nil, err
	}
	if err := f.Truncate(d.Size); err != nil {
		return nil, err
	}
	system, err := fat16.Read(file.New(f, true), d.Size, 0, sector)
	if err != nil {
		return nil, fmt.Errorf("lab: read the configuration drive: %w", err)
	}
	entries, err := system.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("lab: list the configuration drive: %w", err)
	}
	files = map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		content, err := readFile(system, e.Name())
		if err != nil {
			return nil, fmt.Errorf("lab: read %s of the configuration drive: %w", e.Name(), err)
		}
		files[e.Name()] = content
	}
	return files, nil
}

// sector is what every FAT drive has here, in bytes.
const sector = 512

func readFile(system *fat16.FileSystem, name string) ([]byte, error) {
	f, err := system.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	// In one piece: v1.9.4 reads too much when it goes on within a cluster.
	content := make([]byte, info.Size())
	_, err = io.ReadFull(f, content)
	return content, err
}
