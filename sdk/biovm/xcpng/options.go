package xcpng

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Options say what a driver works with. Hosts and Twin are needed.
type Options struct {
	// Hosts are the pools that there are.
	Hosts Hosts
	// Keeper is where this process is known, so that what it began can be told
	// from what the dead left; nil means that the driver is alone, and that
	// nobody takes over what it leaves.
	Keeper Keeper
	// Twin makes basic VMs in memory. It checks specs, and answers for cells
	// whose guest stands still. The caller closes it, after the driver.
	Twin biovm.Driver
	// Files are those that specs name by their SHA-256 alone; nil for none.
	Files Files
	// Defaults are what specs leave out.
	Defaults biovm.XCPngSpec
	// Agent is the program to put into guests that do not have it.
	Agent Agent
	// DialGuest connects to a guest's SSH server at host:port; the network does
	// when nil. It is for guests that are behind something else.
	DialGuest func(ctx context.Context, network, address string) (net.Conn, error)
	// KeyDir is the folder in which the driver keeps its own SSH key, made when
	// it is missing; empty means in memory, so that only this driver gets into
	// the guests that it makes.
	KeyDir string
	// Logger hears of what is wrong but fails no call; nobody when nil.
	Logger *slog.Logger
	// Version names this release to the engines in guests.
	Version string
}

// Hosts are the pools that there are, by name. It must be safe for concurrent
// use.
type Hosts interface {
	// Host finds a pool, with its password, or fails with [biovm.ErrNotFound].
	Host(ctx context.Context, name string) (biovm.XCPngHost, error)
	// HostNames lists the pools.
	HostNames(ctx context.Context) ([]string, error)
}

// A Keeper knows the processes that work with one data directory. An
// *engine.Engine is one. It must be safe for concurrent use.
type Keeper interface {
	// Owner names this process among all that are or were.
	Owner() string
	// Alive reports whether an owner lives; ours is false for one of another
	// data directory, of which nothing is known.
	Alive(owner string) (alive, ours bool, err error)
	// Lock waits until nobody else holds a name in the data directory, and keeps
	// others out until unlock is called or this process ends.
	Lock(ctx context.Context, name string) (unlock func(), err error)
}

// An Agent is the bioxen program for guests: an executable for Linux.
type Agent struct {
	// Path is the file, or a folder with bioxen_linux_amd64 and
	// bioxen_linux_arm64. Empty means that guests must have it already.
	Path string
	// SHA256 is what the file must have, in hexadecimal; any when empty.
	SHA256 string
	// Socket is where the program listens in guests; /run/bioxen/bioxen.sock when
	// empty.
	Socket string
}

func (o Options) filled() (Options, error) {
	if o.Hosts == nil || o.Twin == nil {
		return o, fmt.Errorf("new xcpng driver: %w: it needs Hosts and a Twin", biovm.ErrInvalid)
	}
	if o.Keeper == nil {
		o.Keeper = newLoner()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Agent.Socket == "" {
		o.Agent.Socket = "/run/bioxen/bioxen.sock"
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	return o, nil
}
