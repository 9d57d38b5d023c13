//go:build linux

// Command guestinit is the first process of the lab's guests. It makes the guest
// out of the namespaces that it was started in: it mounts the root disk and
// moves there, brings up the network, does what a small cloud-init would do with
// the configuration drive, starts sshd and the agent, reaps the dead, and shuts
// down when asked to. Under the names xenstore-read and xenstore-write it is
// those tools, and under that of sudo a small sudo.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	name := filepath.Base(os.Args[0])
	if err := run(name, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

func run(name string, args []string) error {
	switch {
	case name == "xenstore-read":
		return xenstoreRead(os.Stdout, args)
	case name == "xenstore-write":
		return xenstoreWrite(args)
	case name == "sudo":
		return sudo(args)
	case os.Getpid() != 1:
		return errors.New("this is the first process of a guest of internal/lab, and nothing else")
	}
	return beInit()
}
