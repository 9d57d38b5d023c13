package sshtest

import (
	"net"
	"os"
	"syscall"
)

// hold takes a port of the loopback address that nobody else is given until the
// hold ends, and at which nobody answers unless a listener is opened there too:
// what a machine that is down does.
func hold() (address string, held *os.File, err error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", nil, os.NewSyscallError("socket", err)
	}
	held = os.NewFile(uintptr(fd), "a port that is held")
	defer func() {
		if err != nil {
			_ = held.Close()
		}
	}()
	// Both that and the listener's socket have this option, and only one listens.
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return "", nil, os.NewSyscallError("setsockopt", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return "", nil, os.NewSyscallError("bind", err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		return "", nil, os.NewSyscallError("getsockname", err)
	}
	v4, _ := at.(*syscall.SockaddrInet4) // as bound
	return (&net.TCPAddr{IP: v4.Addr[:], Port: v4.Port}).String(), held, nil
}
