package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

func passwordFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestRun logs in at what the program prints, and ends it with a signal.
func TestRun(t *testing.T) { // not parallel: it sends the process a signal
	ctx, stop := signal.NotifyContext(t.Context(), syscall.SIGTERM)
	defer stop()
	read, written := io.Pipe()
	ended := make(chan error, 1)
	file := passwordFile(t, "secret\nignored")
	go func() {
		err := run(ctx, []string{"-listen", "127.0.0.1:0", "-user", "me", "-password-file", file, "-preset", "pool2"}, written)
		ended <- err
		written.CloseWithError(fmt.Errorf("it ended: %w", io.EOF))
	}()
	var url, pin string
	if _, err := fmt.Fscanf(read, "url %s\nsha256 %s\n", &url, &pin); err != nil {
		t.Fatal(err, <-ended)
	}
	c, err := xapi.Dial(t.Context(), xapi.Options{URL: url, Username: "me", Password: "secret", Pins: []string{pin}})
	if err != nil {
		t.Fatal(err)
	}
	hosts, err := c.Hosts(t.Context())
	if err != nil || len(hosts) != 2 {
		t.Errorf("got %d hosts, %v, want 2", len(hosts), err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("SIGTERM ends it with %v, want nil", err)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	good := passwordFile(t, "secret\n")
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "-password-file"},
		{[]string{"-password-file", "none"}, "none"},
		{[]string{"-password-file", passwordFile(t, "\nx")}, "is empty"},
		{[]string{"-password-file", good, "-preset", "pool99"}, "pool99"},
		{[]string{"-password-file", good, "-preset", "farm"}, "farm"},
		{[]string{"-password-file", good, "-listen", "localhost"}, "localhost"},
		{[]string{"-password-file", good, "more"}, "more"},
		{[]string{"-nonsense"}, "nonsense"},
		{[]string{"-h"}, "help"},
	} {
		var out bytes.Buffer
		if err := run(t.Context(), tt.args, &out); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: got %v, want an error that says %q", tt.args, err, tt.want)
		}
	}
}

// A pool of two hosts, without TLS, that ends at once.
func Example() {
	file, err := os.CreateTemp("", "password")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.WriteString("secret\n")
	if err != nil || file.Close() != nil {
		fmt.Println("cannot write", file.Name())
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(ctx, []string{"-listen", "127.0.0.1:0", "-password-file", file.Name(), "-preset", "pool2", "-http"}, io.Discard); err != nil {
		fmt.Println(err)
	}
	fmt.Println("ended")
	// Output: ended
}
