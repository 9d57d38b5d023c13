package cloudinit

import (
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"

	"github.com/diskfs/go-diskfs/filesystem/fat16"
)

const (
	align      = 2 << 20  // what images are a multiple of
	smallest   = 6 << 20  // FAT16 needs 4085 clusters
	bookkeeper = 1 << 20  // what the tables take, generously
	perCluster = 16 << 10 // what the last cluster of a file may waste, generously
)

// fatImage makes a FAT16 file system of files, by path.
func fatImage(files map[string][]byte) ([]byte, error) {
	need := int64(bookkeeper)
	for _, content := range files {
		need += int64(len(content)) + perCluster
	}
	size := max(smallest, (need+align-1)/align*align)
	m := &memory{data: make([]byte, size)}
	fs, err := fat16.Create(m, size, 0, 0, Label, true)
	if err != nil {
		return nil, fmt.Errorf("cloudinit: make the file system: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if dir := path.Dir(name); dir != "." {
			if err := fs.Mkdir(dir); err != nil {
				return nil, fmt.Errorf("cloudinit: make %s: %w", dir, err)
			}
		}
		f, err := fs.OpenFile(name, os.O_CREATE|os.O_RDWR)
		if err == nil && len(files[name]) > 0 {
			_, err = f.Write(files[name])
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return nil, fmt.Errorf("cloudinit: write %s: %w", name, err)
		}
	}
	tidy(m.data)
	return m.data, nil
}

// tidy sets every time in a FAT16 file system to the start of 1980, where
// FAT's begins, so that the same files make the same bytes, and gives cluster 2
// free, which go-diskfs takes for the root directory that FAT16 has elsewhere.
// Layout: Microsoft, FAT: General Overview of On-Disk Format, 1.03 (2000), pages
// 9 (boot sector), 13 (tables) and 23 (directory entries).
func tidy(fs []byte) {
	le := binary.LittleEndian
	sector := int(le.Uint16(fs[11:]))
	cluster := int(fs[13]) * sector
	reserved, tables, perTable := int(le.Uint16(fs[14:])), int(fs[16]), int(le.Uint16(fs[22:]))
	const cluster2 = 2 * 2 // where its entry is: each has two bytes
	for i := range tables {
		le.PutUint16(fs[(reserved+i*perTable)*sector+cluster2:], 0)
	}
	root := (reserved + tables*perTable) * sector
	data := root + int(le.Uint16(fs[17:]))*entrySize
	forgetDirectory(fs, fs[root:data], data, cluster)
}

const entrySize = 32

// forgetDirectory does it for a directory, which has one cluster or is the
// root, and for those in it.
func forgetDirectory(fs, dir []byte, data, cluster int) {
	const (
		longName, directory, label = 0x0f, 0x10, 0x08
		start                      = 0x0021 // 1 January 1980
	)
	le := binary.LittleEndian
	for e := range slices.Chunk(dir, entrySize) {
		if e[0] == 0 {
			return
		}
		attributes := e[11]
		if attributes == longName {
			continue
		}
		clear(e[13:18])             // created: tenths, time, date
		le.PutUint16(e[16:], start) // created
		le.PutUint16(e[18:], start) // accessed
		le.PutUint16(e[22:], 0)     // modified
		le.PutUint16(e[24:], start) // modified
		if attributes&directory != 0 && attributes&label == 0 && e[0] != '.' {
			first := data + (int(le.Uint16(e[26:]))-2)*cluster
			forgetDirectory(fs, fs[first:first+cluster], data, cluster)
		}
	}
}
