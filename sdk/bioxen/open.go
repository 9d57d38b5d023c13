package bioxen

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// Options say where VMs live. The zero value is ready to use.
type Options struct {
	// DataDir holds the state; the user's state directory for BioXen when
	// empty (see [engine.DefaultDir]). No environment variable is looked at:
	// BIOXEN_DATA_DIR is the command's and the provider's.
	DataDir string
	// InMemory keeps everything in this process, for cells that nobody needs
	// afterwards. DataDir must be empty then.
	InMemory bool
	// MustExist has Open make nothing: without a data directory, which Open has
	// made before, it returns a [MissingError]. It is for those who only look.
	MustExist bool
	// Endpoint is a daemon that holds the VMs instead of a data directory:
	// unix:///path of a socket on this machine, or https://host:port, which needs
	// a Token; see [remote.Options]. "bioxen serve" is one. DataDir must be empty
	// then, and Workers is the daemon's to say. VMs there are basic: pools are a
	// data directory's, and XCPng must be empty. No environment variable is looked
	// at: BIOXEN_ENDPOINT and BIOXEN_TOKEN are the command's and the provider's.
	Endpoint string
	// Token is what the daemon knows its callers by.
	Token string
	// CACertPEM holds the authorities to trust instead of the system's for the
	// daemon's certificate, Pins the SHA-256 fingerprints of certificates to trust
	// instead of any authority.
	CACertPEM []byte
	Pins      []string
	// Logger gets what happens; nothing is logged when nil.
	Logger *slog.Logger
	// Workers is how many executions may run at once; as many as there are
	// cores when 0.
	Workers int
	// Version is what Capabilities reports.
	Version string

	// XCPng are pools that xcpng VMs can be on, over those that the data
	// directory keeps; see [Client.PutHost]. What one leaves out (the
	// password, say) is taken from the one of its name that is kept. None is
	// talked to before it is needed. No environment variable is looked at; see
	// [HostFromEnv].
	XCPng []biovm.XCPngHost
	// XCPngDefaults is what the specs of xcpng VMs leave out.
	XCPngDefaults biovm.XCPngSpec
	// XCPngAgent is the program that is put into guests that do not have it.
	XCPngAgent xcpng.Agent
}

// A MissingError says that there is no data directory where
// [Options.MustExist] wants one. It is an [fs.ErrNotExist].
type MissingError struct {
	// Dir is where it should be, absolute.
	Dir string
	// Foreign: a directory is there, but VMs were never made in it.
	Foreign bool
}

func (e *MissingError) Error() string {
	if e.Foreign {
		return fmt.Sprintf("%s is no data directory: it has no %s", e.Dir, database)
	}
	return "there is no directory " + e.Dir
}

// Is makes every MissingError an [fs.ErrNotExist].
func (e *MissingError) Is(target error) bool { return target == fs.ErrNotExist }

// database is the file that makes a directory a data directory.
const database = "bioxen.db"

// mustExist looks whether a data directory is there. What is there and cannot
// be used is for the engine to say.
func mustExist(dir string) error {
	if dir == "" {
		var err error
		if dir, err = engine.DefaultDir(); err != nil {
			return err
		}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("open data directory: %w", err)
	}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return &MissingError{Dir: dir}
	}
	if err != nil || !info.IsDir() {
		return nil //nolint:nilerr // the engine says what is wrong
	}
	if _, err := os.Lstat(filepath.Join(dir, database)); errors.Is(err, fs.ErrNotExist) {
		return &MissingError{Dir: dir, Foreign: true}
	}
	return nil
}

// Format prints the options without the token, whatever the verb.
func (o Options) Format(f fmt.State, _ rune) {
	switch {
	case o.Endpoint != "":
		_, _ = fmt.Fprint(f, o.remote())
	case o.InMemory:
		_, _ = fmt.Fprint(f, "in memory")
	default:
		_, _ = fmt.Fprintf(f, "data directory %q", o.DataDir)
	}
}

// Open opens, or makes, a data directory, or connects to a daemon. It is cheap:
// under 20 ms on a directory that exists.
func Open(ctx context.Context, o Options) (*Client, error) {
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if o.Endpoint != "" {
		return connect(ctx, o)
	}
	if o.MustExist && !o.InMemory {
		if err := mustExist(o.DataDir); err != nil {
			return nil, err
		}
	}
	e, err := engine.Open(ctx, engine.Options{Dir: o.DataDir, InMemory: o.InMemory, Logger: o.Logger, Workers: o.Workers, Version: o.Version})
	if err != nil {
		return nil, err
	}
	c, err := newClient(e, o)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return c, nil
}

// newClient returns a client on an engine in this process; closing the client
// closes it.
func newClient(e *engine.Engine, o Options) (*Client, error) {
	h, err := newHosts(o.XCPng, e)
	if err != nil {
		return nil, err
	}
	c := &Client{engine: e, genomes: e, hosts: h, dir: e.Dir()}
	if err := c.reachPools(o, e); err != nil {
		return nil, err
	}
	if c.Factory, err = biovm.NewFactory(basic.New(e), c.xcpng); err != nil {
		return nil, errors.Join(err, c.xcpng.Close())
	}
	return c, nil
}

// reachPools gives the client its driver of xcpng VMs. e is the data directory's;
// nil where there is none.
func (c *Client) reachPools(o Options, e *engine.Engine) (err error) {
	c.twin = &twin{options: engine.Options{InMemory: true, Logger: o.Logger, Workers: o.Workers, Version: o.Version}}
	x := xcpng.Options{
		Hosts: c.hosts, Twin: c.twin, Defaults: o.XCPngDefaults, Agent: o.XCPngAgent,
		Logger: o.Logger, Version: o.Version,
	}
	if e != nil {
		x.Keeper, x.Files, c.twin.files = e, e, e
	}
	if c.dir != "" {
		x.KeyDir = filepath.Join(c.dir, "xcpng")
	}
	c.xcpng, err = xcpng.New(x)
	return err
}
