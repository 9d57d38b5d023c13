package lab

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// sources are those of guestinit, which image builds.
//
//go:embed bootplan/*.go guestinit/*.go
var sources embed.FS

const module = "github.com/bioxen/terraform-provider-bioxen"

// The parts of an image: what is shared on /usr, the same without the tools of
// the xenstore, and what new disks begin with.
const (
	usrPart, barePart, rootPart = "usr", "usr-bare", "root"
)

// An image is what guests share.
type image struct {
	dir   string   // where it is or will be, named for the hash of what it is made of
	tools []string // programs and libraries of the host that go in, by path
}

// findImage returns the folder of the image, which it makes when there is none
// that was made of the same things.
func findImage(ctx context.Context, private string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = private // nobody keeps it
	}
	cache = filepath.Join(cache, "bioxen", "lab")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(cache, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // in the user's cache
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }() // which unlocks it
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	i, err := newImage(ctx, cache)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(i.dir); err == nil {
		now := time.Now()
		return i.dir, os.Chtimes(i.dir, now, now)
	}
	if err := forgetOld(cache); err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp(cache, "new-")
	if err != nil {
		return "", err
	}
	if err := i.make(ctx, scratch); err != nil {
		return "", errors.Join(fmt.Errorf("lab: make the guests' image: %w", err), os.RemoveAll(scratch))
	}
	return i.dir, os.Rename(scratch, i.dir)
}

// forgetOld removes images that nobody used for long, and what was cut off.
func forgetOld(cache string) error {
	const long = 7 * 24 * time.Hour
	entries, err := os.ReadDir(cache)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() || time.Since(info.ModTime()) < long && !strings.HasPrefix(e.Name(), "new-") {
			continue
		}
		if err := os.RemoveAll(filepath.Join(cache, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// newImage finds out what an image is made of.
func newImage(ctx context.Context, cache string) (*image, error) {
	i := &image{}
	var made bytes.Buffer
	// The last ones a Debian has, but not every busybox.
	for _, name := range []string{sshd, sftpServer, "ssh-keygen", "busybox", "flock", "install", "nohup", "pgrep", "pkill"} {
		program, err := exec.LookPath(name)
		if err != nil {
			continue // Available knows what is needed
		}
		libraries, err := librariesOf(ctx, program)
		if err != nil {
			return nil, err
		}
		i.tools = append(append(i.tools, program), libraries...)
	}
	slices.Sort(i.tools)
	i.tools = slices.Compact(i.tools)
	for _, name := range i.tools {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintln(&made, name, info.Size(), info.ModTime().UnixNano())
	}
	err := eachSource(func(name string, text []byte) error {
		fmt.Fprintf(&made, "%s %d\n%s", name, len(text), text)
		return nil
	})
	root := skeleton()
	for _, name := range slices.Sorted(maps.Keys(root)) {
		fmt.Fprintf(&made, "%s %d\n%s", name, len(root[name]), root[name])
	}
	fmt.Fprintln(&made, runtime.Version(), runtime.GOARCH)
	sum := sha256.Sum256(made.Bytes())
	i.dir = filepath.Join(cache, hex.EncodeToString(sum[:8]))
	return i, err
}

func eachSource(do func(name string, text []byte) error) error {
	return fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := sources.ReadFile(name)
		if err != nil {
			return err
		}
		return do(name, text)
	})
}

// librariesOf asks ldd; a static program has none.
func librariesOf(ctx context.Context, program string) ([]string, error) {
	out, err := exec.CommandContext(ctx, "ldd", program).CombinedOutput() //nolint:gosec // a program that is found on PATH
	if strings.Contains(string(out), "not a dynamic executable") || strings.Contains(string(out), "statically linked") {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("lab: ldd %s: %w: %s", program, err, out)
	}
	var libraries []string
	for line := range strings.Lines(string(out)) {
		for word := range strings.FieldsSeq(line) {
			if strings.HasPrefix(word, "/") {
				libraries = append(libraries, word)
			}
		}
	}
	return libraries, nil
}

// make makes the image in a folder.
func (i *image) make(ctx context.Context, dir string) error {
	usr := filepath.Join(dir, usrPart)
	for _, d := range []string{"bin", "sbin", "lib", "lib64", "local"} {
		if err := os.MkdirAll(filepath.Join(usr, d), 0o755); err != nil { //nolint:gosec // the guests' users read it
			return err
		}
	}
	for _, name := range i.tools {
		to := filepath.Join(usr, strings.TrimPrefix(name, "/usr"))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // the guests' users read it
			return err
		}
		if err := copyFile(ctx, name, to); err != nil {
			return err
		}
	}
	if err := addBusybox(ctx, usr); err != nil {
		return err
	}
	program, setuid := filepath.Join(usr, "sbin", "guestinit"), filepath.Join(usr, "bin", "sudo")
	if err := buildInit(ctx, dir, program); err != nil {
		return err
	}
	if err := errors.Join(copyFile(ctx, program, setuid), os.Chmod(setuid, fs.ModeSetuid|0o755)); err != nil {
		return err
	}
	// The other part shares the files.
	if err := cp(ctx, "-al", usr, filepath.Join(dir, barePart)); err != nil {
		return err
	}
	for _, tool := range []string{"xenstore-read", "xenstore-write"} {
		if err := os.Symlink("../sbin/guestinit", filepath.Join(usr, "bin", tool)); err != nil {
			return err
		}
	}
	return makeRoot(filepath.Join(dir, rootPart))
}

// copyFile copies a file, what links lead to, with its mode.
func copyFile(ctx context.Context, from, to string) error {
	return cp(ctx, "-L", "--preserve=mode", from, to)
}

func cp(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, "cp", args...).CombinedOutput() //nolint:gosec // within the lab's folders
	if err != nil {
		return fmt.Errorf("cp: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// addBusybox makes links for what busybox can do, where nothing else is.
func addBusybox(ctx context.Context, usr string) error {
	out, err := exec.CommandContext(ctx, filepath.Join(usr, "bin", "busybox"), "--list-full").Output() //nolint:gosec // the copy that was just made
	if err != nil {
		return fmt.Errorf("busybox --list-full: %w", err)
	}
	for name := range strings.FieldsSeq(string(out)) {
		name = strings.TrimPrefix(name, "usr/")
		link := filepath.Join(usr, name)
		if dir := filepath.Dir(name); dir != "bin" && dir != "sbin" {
			continue // linuxrc
		}
		if err := os.Symlink("/usr/bin/busybox", link); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// buildInit builds guestinit from the embedded sources, which use the standard
// library alone, wherever the test runs.
func buildInit(ctx context.Context, dir, to string) error {
	src := filepath.Join(dir, "src")
	files := map[string]string{"go.mod": "module " + module + "\n\ngo " + strings.TrimPrefix(goVersion(), "go") + "\n"}
	err := eachSource(func(name string, text []byte) error {
		files["internal/lab/"+name] = string(text)
		return nil
	})
	if err != nil {
		return err
	}
	for name, text := range files {
		name = filepath.Join(src, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", to, "./internal/lab/guestinit") //nolint:gosec // to is in our folder
	cmd.Dir = src
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH, "GOFLAGS=-buildvcs=false", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build guestinit: %w: %s", err, out)
	}
	return os.RemoveAll(src)
}

// goVersion is that of this program without what may follow it.
func goVersion() string {
	version, _, _ := strings.Cut(runtime.Version(), "-")
	version, _, _ = strings.Cut(version, " ")
	return version
}

// skeleton are the files of a new disk, besides links and folders.
func skeleton() map[string]string {
	return map[string]string{ //nolint:gosec // nobody has a password
		"etc/passwd":        "root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
		"etc/group":         "root:x:0:\nnogroup:x:65534:\n",
		"etc/shadow":        "root:*:20000:0:99999:7:::\nsshd:!:20000::::::\nnobody:*:20000:0:99999:7:::\n",
		"etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n",
		"etc/hosts":         "127.0.0.1 localhost\n::1 localhost\n",
		"etc/shells":        "/bin/sh\n",
		"etc/os-release":    "PRETTY_NAME=\"BioXen lab guest\"\nNAME=\"BioXen lab\"\nID=bioxen-lab\nID_LIKE=debian\n",
		"etc/hostname":      "guest\n",
	}
}

// makeRoot makes what new disks begin with.
func makeRoot(root string) error {
	defer syscall.Umask(syscall.Umask(0)) // modes are as they are here
	for dir, mode := range map[string]fs.FileMode{
		"dev": 0o755, "etc/ssh": 0o755, "home": 0o755, "mnt": 0o755, "opt": 0o755, "proc": 0o555, "root": 0o700, "run": 0o755, "srv": 0o755,
		"sys": 0o555, "tmp": 0o777 | fs.ModeSticky, "usr": 0o755, "var/lib": 0o755, "var/log": 0o755, "var/tmp": 0o777 | fs.ModeSticky,
	} {
		dir = filepath.Join(root, dir)
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as in other systems
			return err
		}
		if err := os.Chmod(dir, mode); err != nil {
			return err
		}
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		if err := os.Symlink("usr/"+dir, filepath.Join(root, dir)); err != nil {
			return err
		}
	}
	for name, text := range skeleton() {
		mode := fs.FileMode(0o644)
		if name == "etc/shadow" {
			mode = 0o640
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), mode); err != nil {
			return err
		}
	}
	return nil
}
