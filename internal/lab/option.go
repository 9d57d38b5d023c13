package lab

import "time"

// Options say what guests are like, and what goes wrong with them. Zero is a
// guest that works, of an image without bioxen.
type Options struct {
	// Agent is the path of a bioxen for this machine, which the image then has as
	// /usr/local/bin/bioxen and starts at every boot; none when empty.
	Agent string
	// NoCloudInit ignores the configuration drive.
	NoCloudInit bool
	// NoIP leaves the guest without network, and so without a report of it.
	NoIP bool
	// NoReport keeps the address from the pool: there is no guest agent. Nobody
	// hears a request to shut down then.
	NoReport bool
	// NewAddress gives the guest another address at every boot; otherwise a VM
	// keeps the one it has.
	NewAddress bool
	// NoXenstoreTools leaves xenstore-read and xenstore-write out of the image.
	NoXenstoreTools bool
	// ForbidStreamlocal has sshd forbid forwarding to sockets.
	ForbidStreamlocal bool
	// WrongHostKey has sshd show another key than the one in /etc/ssh, which is
	// what guests publish.
	WrongHostKey bool
	// NoSSH starts no sshd.
	NoSSH bool
	// Stubborn guests hear a request to shut down, and go on.
	Stubborn bool
	// Delay is how long booting takes before the network comes up.
	Delay time.Duration
}
