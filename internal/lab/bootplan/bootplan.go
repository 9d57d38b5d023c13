// Package bootplan is what the lab and the init of its guests say to each other,
// as JSON: over the init's descriptor 3, and over the xenstore's socket.
package bootplan

import (
	"io/fs"
	"time"
)

// Control is the init's descriptor of its connection to the lab.
const Control = 3

// A Plan is the first thing that the lab says: how to boot.
type Plan struct {
	// Root, Usr, Local and Xenstore are folders of the host: the root disk, what
	// is mounted read-only on /usr, what is on /usr/local, and what has the
	// xenstore's socket.
	Root, Usr, Local, Xenstore string
	// Address is eth0's, with the network's length, and Gateway is where the rest
	// of the world is; empty for no network.
	Address, Gateway string
	// Delay is how long it takes to boot.
	Delay time.Duration
	// Agent starts bioxen serve.
	Agent bool
	// ForbidStreamlocal has sshd forward to no sockets; OtherHostKey has it show
	// another key than the one in the usual place.
	ForbidStreamlocal, OtherHostKey bool
	// NoSSH starts no sshd.
	NoSSH bool
	// Stubborn never shuts down.
	Stubborn bool
	// Instance is what the drive says; nil without one.
	Instance *Instance
}

// An Instance is what a configuration drive wants of a guest.
type Instance struct {
	// ID is the instance's: what is done once for an instance is done when it is
	// a new one.
	ID string
	// Hostname is empty when the guest keeps its own.
	Hostname string
	// Seed are the drive's files, by name.
	Seed map[string][]byte
	// BootCommands is a script for every boot, RunCommands one for the first.
	BootCommands, RunCommands string
	Files                     []File
	Users                     []User
	// Complaints are about what was not understood.
	Complaints []string
}

// A File is one to write once for an instance.
type File struct {
	Path    string
	Content []byte
	Mode    fs.FileMode
	Owner   string // user, or user:group; root when empty
	Append  bool
	// Late writes it after the users were made.
	Late bool
}

// A User is one to make, if it does not exist, and to give keys.
type User struct {
	Name, Shell, Home string
	// Sudo lets it do everything without a password.
	Sudo bool
	// Keys are lines of authorized_keys.
	Keys []string
}

// An Order is what the lab says later on.
type Order struct {
	Shutdown bool
}

// A Word is what the init says.
type Word struct {
	// Addresses are eth0's, once it has some.
	Addresses []string
	// Trouble is what went wrong.
	Trouble string
}

// Socket is the xenstore's, in a guest.
const Socket = "/run/xenstored/socket"

// A Request reads or writes one key of the xenstore.
type Request struct {
	Write      bool
	Key, Value string
}

// An Answer is the answer to a [Request].
type Answer struct {
	Value string
	Found bool
	Error string
}
