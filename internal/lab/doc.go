// Package lab boots real guests behind VMs of the simulated pool
// (sdk/xapi/xapitest), for tests:
//
//	l := lab.New(t, lab.Options{})
//	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.WithGuest(l))
//
// # What is real
//
// A guest has namespaces of its own for processes, mounts, network, host name and
// IPC, an address of 10.77.0.0/16, a root of its own, and Debian's OpenSSH
// server; busybox is the rest of its system. It reads the configuration drive
// that is attached to its VM and does what cloud-init would: users and their
// keys, write_files, bootcmd, runcmd, the host name; once for an instance what
// cloud-init does once. A user who may use sudo can. It has xenstore-read and
// xenstore-write, which speak with the simulated pool, and its agent reports the address to it. The VM's pause
// freezes it, a clean shutdown ends its processes in good order, a hard one
// kills them, and poweroff in the guest halts the VM.
//
// What is not: it shares its kernel with the tests, has no systemd, and its
// memory is not limited.
//
// # Disks
//
// A VM's disk is a folder, for / and for /usr/local, that appears at its first
// boot and goes when the VM is destroyed, or when the test ends. Clones and
// snapshots take what is on it along. The rest of /usr is shared and read-only.
//
// # How
//
// The first process, guestinit, is built from the source in this package and,
// with the programs that guests share, kept in the user's cache folder, under the
// hash of what it is made of. Everything else lives in one folder for each Lab,
// and in the namespaces of the guests' processes: when the test's process is
// killed, the kernel ends them too. Network interfaces and cgroups carry its
// process ID; the next New, of whatever process, removes those of the dead. An
// abstract socket holds each guest's address, so that processes do not use one
// twice.
package lab
