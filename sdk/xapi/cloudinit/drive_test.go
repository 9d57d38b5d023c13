package cloudinit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/filesystem/fat16"
	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/cloudinit"
)

func full() cloudinit.Drive {
	return cloudinit.Drive{
		InstanceID: "0b9e2c55-aaaa", Hostname: "cell-1", UserData: []byte("#cloud-config\nruncmd: [true]\n"),
		NetworkConfig: []byte("version: 2\n"), SSHKeys: []string{"ssh-ed25519 AAAA a@b\n", "ssh-rsa BBBB"},
	}
}

// read returns the files of an image by path, as go-diskfs has them.
func read(t *testing.T, image []byte) (label string, files map[string]string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(name, image, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	system, err := fat16.Read(file.New(f, true), int64(len(image)), 0, 512)
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	var walk func(dir string)
	walk = func(dir string) {
		entries, err := system.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			name := path.Join(dir, e.Name())
			if e.IsDir() {
				walk(name)
				continue
			}
			f, err := system.Open(name)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			info, err := f.Stat()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			// In one piece: v1.9.4 reads too much when it goes on within a cluster.
			content := make([]byte, info.Size())
			if _, err := io.ReadFull(f, content); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			files[name] = string(content)
		}
	}
	walk(".")
	return strings.TrimSpace(system.Label()), files
}

func TestImage(t *testing.T) {
	t.Parallel()
	d := full()
	image, err := d.Image()
	if err != nil {
		t.Fatal(err)
	}
	label, got := read(t, image)
	want := map[string]string{
		"meta-data":                       "instance-id: \"0b9e2c55-aaaa\"\nlocal-hostname: \"cell-1\"\npublic-keys:\n  - \"ssh-ed25519 AAAA a@b\"\n  - \"ssh-rsa BBBB\"\n",
		"user-data":                       string(d.UserData),
		"network-config":                  string(d.NetworkConfig),
		"openstack/latest/meta_data.json": `{"uuid":"0b9e2c55-aaaa","hostname":"cell-1","public_keys":{"key-0":"ssh-ed25519 AAAA a@b","key-1":"ssh-rsa BBBB"}}` + "\n",
		"openstack/latest/user_data":      string(d.UserData),
	}
	if diff := cmp.Diff(want, got); diff != "" || label != cloudinit.Label {
		t.Errorf("label %q, files (-want +got):\n%s", label, diff)
	}
	if len(image)%(2<<20) != 0 {
		t.Errorf("%d bytes are no multiple of 2 MiB", len(image))
	}
	if !json.Valid([]byte(got["openstack/latest/meta_data.json"])) {
		t.Error("meta_data.json is no JSON")
	}
}

// An empty network-config leaves the guest without a network.
func TestNothingMoreThanNeeded(t *testing.T) {
	t.Parallel()
	image, err := cloudinit.Drive{InstanceID: "i"}.Image()
	if err != nil {
		t.Fatal(err)
	}
	_, got := read(t, image)
	want := map[string]string{
		"meta-data": "instance-id: \"i\"\n", "user-data": "",
		"openstack/latest/meta_data.json": "{\"uuid\":\"i\"}\n", "openstack/latest/user_data": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// The same drive makes the same bytes, whenever.
func TestImageIsReproducible(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, err := full().Image()
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(50 * time.Hour) // within the bubble
		second, err := full().Image()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			for i := range first {
				if first[i] != second[i] {
					t.Fatalf("two images differ from byte %d on: % x, % x", i, first[i:i+8], second[i:i+8])
				}
			}
		}
	})
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 511, 512, 513, 1 << 10, 100_000, 3 << 20, 10 << 20, cloudinit.MaxBytes/2 - 1000} {
		d := cloudinit.Drive{InstanceID: "i", UserData: bytes.Repeat([]byte("x"), size)}
		image, err := d.Image()
		if err != nil {
			t.Errorf("%d bytes: %v", size, err)
			continue
		}
		if _, got := read(t, image); got["user-data"] != string(d.UserData) || got["openstack/latest/user_data"] != string(d.UserData) {
			t.Errorf("%d bytes: %d and %d are read back", size, len(got["user-data"]), len(got["openstack/latest/user_data"]))
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	var tooLarge *cloudinit.TooLargeError
	if _, err := (cloudinit.Drive{InstanceID: "i", UserData: make([]byte, cloudinit.MaxBytes)}).Image(); !errors.As(err, &tooLarge) || tooLarge.Limit != cloudinit.MaxBytes {
		t.Errorf("too much: %v, want a TooLargeError", err)
	}
	for name, d := range map[string]cloudinit.Drive{
		"no instance":   {},
		"a blank in it": {InstanceID: "a b"},
		"a host's name": {InstanceID: "i", Hostname: "a\nb"},
		"two lines":     {InstanceID: "i", SSHKeys: []string{"ssh-rsa A", "ssh-rsa B\nssh-rsa C"}},
		"an empty key":  {InstanceID: "i", SSHKeys: []string{" "}},
	} {
		if _, err := d.Image(); !errors.Is(err, cloudinit.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}

// tool finds a program. It skips the test where that is missing, and fails it in
// CI, where the install script has run. Users may not have /sbin on their path.
func tool(t *testing.T, name string) string {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		program, err = exec.LookPath(filepath.Join("/sbin", name))
	}
	switch {
	case err == nil:
	case os.Getenv("BIOXEN_CI") == "1":
		t.Fatalf("%s is missing: run sdk/xapi/xapitest/peers/install", name)
	default:
		t.Skipf("%s is not installed (Debian: mtools, dosfstools, file, util-linux): the image is not checked by it", name)
	}
	return program
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), tool(t, name), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// Programs that nobody here wrote read the image.
func TestOthersReadIt(t *testing.T) {
	t.Parallel()
	d := full()
	d.UserData = bytes.Repeat([]byte("# 0123456789\n"), 100_001)
	image, err := d.Image()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(name, image, 0o600); err != nil {
		t.Fatal(err)
	}
	_, want := read(t, image)
	t.Run("mtools", func(t *testing.T) {
		for _, file := range slices.Sorted(maps.Keys(want)) {
			if got := run(t, "mtype", "-i", name, "::/"+file); got != want[file] {
				t.Errorf("mtype %s: %q, want %q", file, got, want[file])
			}
		}
		if got := run(t, "mlabel", "-s", "-i", name, "::"); !strings.Contains(strings.ToLower(got), cloudinit.Label) {
			t.Errorf("mlabel: %q, want %s", got, cloudinit.Label)
		}
	})
	t.Run("blkid", func(t *testing.T) {
		got := run(t, "blkid", "-p", "-o", "export", name)
		for _, line := range []string{"LABEL=" + cloudinit.Label, "TYPE=vfat", "VERSION=FAT16"} {
			if !strings.Contains(got, line+"\n") {
				t.Errorf("blkid says no %s:\n%s", line, got)
			}
		}
	})
	t.Run("file", func(t *testing.T) {
		if got := run(t, "file", "-b", name); !strings.Contains(got, "FAT (16 bit)") {
			t.Errorf("file: %s", got)
		}
	})
	t.Run("fsck.fat", func(t *testing.T) {
		run(t, "fsck.fat", "-n", "-v", name) // fails when it finds fault
	})
}
