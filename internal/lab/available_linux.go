package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// debian are the programs that the lab cannot do without, with Debian's names
// of the packages that have them.
func debian() []struct{ program, pkg string } {
	return []struct{ program, pkg string }{
		{sshd, "openssh-server"},
		{sftpServer, "openssh-sftp-server"},
		{"ssh-keygen", "openssh-client"},
		{"busybox", "busybox-static"},
		{"ip", "iproute2"},
		{"ldd", "libc-bin"},
		{"cp", "coreutils"},
		{"nsenter", "util-linux"},
	}
}

const (
	sshd       = "/usr/sbin/sshd"
	sftpServer = "/usr/lib/openssh/sftp-server"
)

// Available says what is missing here for a lab, all of it at once; nil when
// nothing is.
func Available() error {
	var problems []error
	var packages []string
	for _, d := range debian() {
		if _, err := exec.LookPath(d.program); err != nil {
			packages = append(packages, d.pkg)
		}
	}
	if _, err := exec.LookPath("go"); err != nil {
		problems = append(problems, errors.New("go is not on PATH, which builds the guests' first process"))
	}
	if packages != nil {
		problems = append(problems, fmt.Errorf("not installed (Debian's names; internal/lab/install does it): %s", strings.Join(packages, " ")))
	}
	if os.Geteuid() != 0 {
		problems = append(problems, errors.New("guests need root: namespaces, mounts and network interfaces"))
	} else if err := tryNamespaces(); err != nil && packages == nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// tryNamespaces makes a pair of interfaces in namespaces that end with it.
func tryNamespaces() error {
	cmd := exec.CommandContext(context.Background(), "ip", "link", "add", "name", "bx0", "type", "veth", "peer", "name", "bx1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("the kernel lets nobody make namespaces here: %w", err)
	}
	if err != nil {
		return fmt.Errorf("make a pair of network interfaces in namespaces of their own: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// namespaces are those that a guest has of its own.
const namespaces = syscall.CLONE_NEWNS | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET
