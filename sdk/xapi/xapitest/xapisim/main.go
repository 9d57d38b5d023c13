// Command xapisim runs a simulated pool of XCP-ng hosts on loopback, for trying
// a client of their management API without hardware.
//
//	go run ./sdk/xapi/xapitest/xapisim -listen 127.0.0.1:8443 -user root -password-file F -preset pool2
//
// It prints the pool's URL and the SHA-256 of its certificate, and ends on an
// interrupt or SIGTERM. Members after the first listen on 127.0.0.2 and up, on
// the same port. VMs made of its templates boot into guests that report an
// address after a moment.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "xapisim:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("xapisim", flag.ContinueOnError)
	flags.SetOutput(out)
	listen := flags.String("listen", "127.0.0.1:8443", "`address` of the pool's master; port 0 means a free one")
	user := flags.String("user", xapitest.Username, "the `name` to log in with")
	file := flags.String("password-file", "", "the `file` whose first line is the password (required)")
	preset := flags.String("preset", "single", "`single`, or pool2 up to pool9 for so many hosts")
	plain := flags.Bool("http", false, "plain HTTP instead of HTTPS")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; -h shows the flags", flags.Arg(0))
	}
	password, err := readPassword(*file)
	if err != nil {
		return err
	}
	pool, err := parsePreset(*preset)
	if err != nil {
		return err
	}
	const journal = 1000 // nobody reads it here
	options := []xapitest.Option{xapitest.Listen(*listen), xapitest.Credentials(*user, password), xapitest.Epoch(time.Now()), xapitest.JournalLimit(journal)}
	if *plain {
		options = append(options, xapitest.PlainHTTP())
	}
	s, err := xapitest.New(pool, options...)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Start(ctx); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "url     %s\n", s.URL()); err != nil {
		return err
	}
	if !*plain {
		if _, err := fmt.Fprintf(out, "sha256  %s\n", s.Fingerprint(0)); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return nil
}

func readPassword(file string) (string, error) {
	if file == "" {
		return "", errors.New("-password-file: name a file whose first line is the password")
	}
	text, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		return "", fmt.Errorf("-password-file: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return "", fmt.Errorf("-password-file: the first line of %s is empty", file)
	}
	return line, nil
}

func parsePreset(name string) (xapitest.Preset, error) {
	if name == "single" {
		return xapitest.SingleHost(), nil
	}
	const most = 9
	if digits, ok := strings.CutPrefix(name, "pool"); ok {
		if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= most {
			return xapitest.Pool(n), nil
		}
	}
	return xapitest.Preset{}, fmt.Errorf("-preset %q: want single, or pool2 up to pool9", name)
}
