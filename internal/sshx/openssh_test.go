//go:build linux

package sshx_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
)

// An opensshd is the sshd that Debian ships, on a port of 127.0.0.1, with a
// configuration and keys of its own.
type opensshd struct {
	cmd     *exec.Cmd
	address string
	target  sshx.Target
	log     *bytes.Buffer
	done    chan struct{} // closed when the server has ended
}

// newOpenSSH starts one, with further lines for its configuration. Without sshd
// it skips the test, and fails it in CI, where openssh-server was installed.
func newOpenSSH(t testing.TB, lines ...string) *opensshd {
	t.Helper()
	sshd := findSSHD(t)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if me.Uid == "0" { // where the unprivileged half of it lives
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	_, port, err := net.SplitHostPort(freeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	s := &opensshd{address: "127.0.0.1:" + port, log: new(bytes.Buffer), done: make(chan struct{})}
	hostKey, hostLine, err := sshx.GenerateKey("")
	if err != nil {
		t.Fatal(err)
	}
	ecdsaKey, _ := newKey(t, newECDSA(t), "")
	clientKey, clientLine, err := sshx.GenerateKey("")
	if err != nil {
		t.Fatal(err)
	}
	config := append([]string{
		"Port " + port, "ListenAddress 127.0.0.1", "HostKey " + dir + "/host", "HostKey " + dir + "/host_ecdsa", "PidFile none", "AuthorizedKeysFile " + dir + "/authorized",
		// The folder keeps shells from what the user has them do at their start.
		"SetEnv HOME=" + dir, "StrictModes no", "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin prohibit-password", "LogLevel VERBOSE",
	}, lines...)
	for name, text := range map[string]string{
		"host": hostKey.PEM.Reveal(), "host_ecdsa": ecdsaKey, "authorized": clientLine + "\n", "config": strings.Join(config, "\n") + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.target = sshx.Target{
		Address: s.address, User: me.Username, Auth: sshx.Auth{Keys: []sshx.PrivateKey{clientKey}}, HostKeys: sshx.HostKeys{Known: []string{hostLine}},
	}
	s.cmd = exec.Command(sshd, "-D", "-e", "-f", dir+"/config")
	s.cmd.Stderr = s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.cmd.Wait()
		close(s.done)
	}()
	t.Cleanup(func() {
		s.signal(syscall.SIGKILL)
		<-s.done
		if t.Failed() {
			t.Logf("sshd says:\n%s", s.log)
		}
	})
	return s
}

func findSSHD(t testing.TB) string {
	t.Helper()
	for _, path := range []string{"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	if os.Getenv("BIOXEN_CI") == "1" {
		t.Fatal("sshd is missing: apt-get install openssh-server")
	}
	t.Skip("sshd is missing: openssh-server has it")
	return ""
}

// freeAddress is one that nobody listens at just now.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// signal sends a signal to the server and to all that it has started.
func (s *opensshd) signal(sig syscall.Signal) {
	for _, pid := range family(s.cmd.Process.Pid) {
		_ = syscall.Kill(pid, sig)
	}
}

// family is a process and its descendants, which sshd puts into groups of their
// own.
func family(pid int) []int {
	all := []int{pid}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for word := range strings.FieldsSeq(string(children)) {
		if child, err := strconv.Atoi(word); err == nil {
			all = append(all, family(child)...)
		}
	}
	return all
}

// conn logs in as soon as the server listens.
func (s *opensshd) conn(t testing.TB, o sshx.Options) *sshx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	c, err := sshx.WaitDial(ctx, s.target, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestOpenSSH(t *testing.T) {
	t.Parallel()
	s := newOpenSSH(t)
	c := s.conn(t, sshx.Options{})
	works(t, c)
	out, err := c.Run(t.Context(), "cat; echo err >&2; exit 9", strings.NewReader("input"))
	if err != nil || string(out.Stdout) != "input" || string(out.Stderr) != "err\n" || out.Code != 9 {
		t.Errorf("got %+v, %v", out, err)
	}
	if out, err := c.Run(t.Context(), "kill -TERM $$", nil); err != nil || out.Code != 143 || out.Signal != "TERM" {
		t.Errorf("a command that kills itself: got %+v, %v", out, err)
	}
	path := listen(t, echo)
	for _, w := range ways() {
		conn, err := w.dial(c, t.Context(), path)
		if err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		go func() {
			_, _ = conn.Write(bytes.Repeat([]byte("x"), 1<<20))
			closeWrite(t, conn)
		}()
		got, err := io.ReadAll(conn)
		if err != nil || len(got) != 1<<20 {
			t.Errorf("%s: got %d bytes back, %v", w.name, len(got), err)
		}
		conn.Close()
	}
	if _, err := c.DialUnix(t.Context(), "/nonexistent/socket"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no socket: got %v, want fs.ErrNotExist", err)
	}
	conn, err := c.Stdio(t.Context(), "echo 'no engine' >&2; exit 4")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err == nil || !strings.Contains(err.Error(), "status 4: no engine") {
		t.Errorf("a command that fails: got %v", err)
	}
	conn.Close()
	dir := t.TempDir()
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	if err := c.Upload(t.Context(), dir+"/f", bytes.NewReader(content), int64(len(content)), sum(content), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(dir + "/f"); err != nil || !bytes.Equal(got, content) || names(t, dir) != "f" {
		t.Errorf("uploaded %d bytes, %v, the folder has %q", len(got), err, names(t, dir))
	}
}

// The end of the context ends the command and leaves no part of a file.
func TestOpenSSHCancel(t *testing.T) {
	t.Parallel()
	s := newOpenSSH(t)
	c := s.conn(t, sshx.Options{})
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	r, w := io.Pipe()
	defer w.Close()
	go func() { _, _ = w.Write(make([]byte, 100)) }()
	if err := c.Upload(ctx, dir+"/f", r, 1<<20, sum(nil), 0o755); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
	eventually(t, "the temporary file is gone", func() bool { return names(t, dir) == "" })
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := c.Run(ctx, "echo $$ >"+dir+"/pid; exec sleep 60", nil)
		ended <- err
	}()
	pid := 0
	eventually(t, "the command runs", func() bool {
		text, _ := os.ReadFile(dir + "/pid")
		pid, _ = strconv.Atoi(strings.TrimSpace(string(text)))
		return pid > 0
	})
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
	works(t, c)
	if os.Getuid() == 0 { // for root, sshd does not pass signals on
		_ = syscall.Kill(pid, syscall.SIGTERM)
	}
	eventually(t, "the command has ended", func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })
}

func TestOpenSSHForbidsForwards(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"AllowStreamLocalForwarding no", "DisableForwarding yes"} {
		s := newOpenSSH(t, line)
		c := s.conn(t, sshx.Options{})
		if _, err := c.DialUnix(t.Context(), listen(t, echo)); !errors.Is(err, sshx.ErrForwardRefused) {
			t.Errorf("%s: got %v, want ErrForwardRefused", line, err)
		}
		if _, err := c.DialUnix(t.Context(), "/nonexistent/socket"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s, and no socket: got %v, want fs.ErrNotExist", line, err)
		}
		conn, err := c.Stdio(t.Context(), "cat")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte("x")); err != nil {
			t.Error(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
			t.Errorf("%s: Stdio: %v", line, err)
		}
		conn.Close()
	}
}

func TestOpenSSHRefusals(t *testing.T) {
	t.Parallel()
	s := newOpenSSH(t)
	s.conn(t, sshx.Options{})
	stranger, strangerLine, err := sshx.GenerateKey("")
	if err != nil {
		t.Fatal(err)
	}
	target := s.target
	target.Auth = sshx.Auth{Keys: []sshx.PrivateKey{stranger}}
	if _, err := sshx.Dial(t.Context(), target, sshx.Options{}); !isAuthError(err) {
		t.Errorf("another key: got %v, want an AuthError", err)
	}
	target = s.target
	target.Auth = sshx.Auth{Password: sshx.Conceal("open sesame")}
	if _, err := sshx.Dial(t.Context(), target, sshx.Options{}); !isAuthError(err) || !strings.Contains(err.Error(), "it takes publickey") {
		t.Errorf("a password where none is taken: got %v, want an AuthError", err)
	}
	// More keys than the server looks at.
	target.Auth = sshx.Auth{}
	for range 8 {
		key, _, err := sshx.GenerateKey("")
		if err != nil {
			t.Fatal(err)
		}
		target.Auth.Keys = append(target.Auth.Keys, key)
	}
	if _, err := sshx.Dial(t.Context(), target, sshx.Options{}); !isAuthError(err) || !strings.Contains(err.Error(), "Too many authentication failures") {
		t.Errorf("too many keys: got %v, want an AuthError with the server's words", err)
	}
	target = s.target
	target.HostKeys.Known = []string{strangerLine}
	if _, err := sshx.Dial(t.Context(), target, sshx.Options{}); !isHostKeyError(err) {
		t.Errorf("another host key: got %v, want a HostKeyError", err)
	}
	target.HostKeys = sshx.HostKeys{Known: s.target.HostKeys.Known, Files: []string{file(t, "@revoked * "+s.target.HostKeys.Known[0], 0o600)}}
	if _, err := sshx.Dial(t.Context(), target, sshx.Options{}); !isHostKeyError(err) || !strings.Contains(err.Error(), "revoke") {
		t.Errorf("a revoked host key: got %v, want a HostKeyError", err)
	}
	// As ssh-keyscan -H writes it, with the server's other key before.
	scan, err := exec.CommandContext(t.Context(), "ssh-keyscan", "-H", "-T", "5", "-p", s.address[strings.LastIndex(s.address, ":")+1:], "127.0.0.1").Output()
	if err != nil || len(scan) == 0 {
		t.Logf("ssh-keyscan: %v", err)
		scan = []byte(knownhosts.HashHostname(knownhosts.Normalize(s.address)) + " " + s.target.HostKeys.Known[0])
	}
	target.HostKeys = sshx.HostKeys{Files: []string{file(t, string(scan), 0o600)}}
	works(t, dial(t, target, sshx.Options{}))
}

func TestOpenSSHDies(t *testing.T) {
	t.Parallel()
	s := newOpenSSH(t)
	c := s.conn(t, sshx.Options{})
	conn, err := c.DialUnix(t.Context(), listen(t, echo))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	kill := time.AfterFunc(200*time.Millisecond, func() { s.signal(syscall.SIGKILL) })
	defer kill.Stop()
	if _, err := c.Run(t.Context(), "sleep 60", nil); err == nil || !strings.Contains(err.Error(), "connection was lost") {
		t.Errorf("Run: got %v, want the loss of the connection", err)
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "connection was lost") {
		t.Errorf("Read: got %v, want the loss of the connection", err)
	}
	<-c.Done()
}

func TestOpenSSHFreezes(t *testing.T) {
	t.Parallel()
	s := newOpenSSH(t)
	c := s.conn(t, sshx.Options{KeepAlive: 50 * time.Millisecond, KeepAliveMisses: 6})
	if _, err := c.Run(t.Context(), "sleep 0.7", nil); err != nil {
		t.Fatalf("a server that answers: %v", err)
	}
	s.signal(syscall.SIGSTOP)
	began := time.Now()
	_, err := c.Run(t.Context(), "true", nil)
	if took := time.Since(began); !errors.Is(err, sshx.ErrSilent) || took > 5*time.Second {
		t.Errorf("got %v after %s, want ErrSilent", err, took)
	}
	// The kernel still accepts for it; nobody says a word.
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := sshx.WaitDial(ctx, s.target, sshx.Options{}); err == nil || !strings.Contains(err.Error(), "no SSH server said a word") &&
		!strings.Contains(err.Error(), "was not accepted in") {
		t.Errorf("got %v, want a wait in vain", err)
	}
	s.signal(syscall.SIGCONT)
	works(t, s.conn(t, sshx.Options{}))
}
