//go:build !linux

package sshtest

import "os"

// hold lets the first listener choose: elsewhere a port cannot be both held and
// listened at.
func hold() (address string, held *os.File, err error) { return "127.0.0.1:0", nil, nil }
