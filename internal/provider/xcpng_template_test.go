package provider_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/cloudinit"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// The documented script makes a template of a guest: VMs of it need no agent from
// anywhere, and have host keys of their own.
func TestXCPngTemplate(t *testing.T) {
	t.Parallel()
	program := agentProgram(t)
	w, s := guests(t, lab.Options{}, xapitest.AllowLeftovers())
	c, err := xapi.Dial(t.Context(), xapi.Options{URL: s.URL(), Username: xapitest.Username, Password: xapitest.Password, Pins: []string{s.Fingerprint(0)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
	b := build(t, c)
	b.put(t, "bioxen", program)
	b.put(t, "make-template.sh", filepath.Join(acctest.Root(t), "examples", "xcpng", "make-template.sh"))
	// The lab's guests do what cloud-init does, but have no such command.
	b.run(t, `printf '#!/bin/sh\necho "$@" >/var/log/cleaned\n' >/usr/local/bin/cloud-init; chmod +x /usr/local/bin/cloud-init`, nil)
	b.shutDown(t, `sh make-template.sh`)
	// Clones must not find the builder's configuration beside their own.
	if err := errors.Join(c.DestroyVBD(t.Context(), b.drive), c.DestroyVDI(t.Context(), b.configuration)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Call(t.Context(), "VM.set_is_a_template", b.vm, true); err != nil {
		t.Fatal(err)
	}

	w.Write(t, "main.tf", strings.Replace(crowdOf(2), xapitest.TemplateDebian, "builder", 1))
	w.Apply(t)
	keys := map[any]bool{}
	for _, i := range w.State(t) {
		if i.Type == "bioxen_vm" {
			keys[i.Attributes["xcpng_host_key"]] = true
		}
	}
	if len(keys) != 2 {
		t.Errorf("two VMs of the template have the host keys %v, want two", keys)
	}
	w.Terraform(t, "destroy", "-auto-approve")
}

// A builder is a guest that becomes a template.
type builder struct {
	client  *xapi.Client
	vm      xapi.VMRef
	address string

	drive         xapi.VBDRef // its configuration
	configuration xapi.VDIRef
	options       []string // of ssh
}

// build boots a guest that lets the test in.
func build(t *testing.T, c *xapi.Client) builder {
	t.Helper()
	dir := t.TempDir()
	key, authorized, err := sshx.GenerateKey("builder")
	if err != nil {
		t.Fatal(err)
	}
	identity := filepath.Join(dir, "id")
	if err := os.WriteFile(identity, []byte(key.PEM.Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
	template, err := c.FindTemplate(t.Context(), xapitest.TemplateDebian)
	if err != nil {
		t.Fatal(err)
	}
	b := builder{client: c}
	if b.vm, err = c.CloneFromTemplate(t.Context(), xapi.CloneSpec{Template: template.Ref, Name: "builder"}); err != nil {
		t.Fatal(err)
	}
	image, err := cloudinit.Drive{InstanceID: "i-builder", Hostname: "builder", UserData: []byte(`#cloud-config
disable_root: false
ssh_authorized_keys: ["` + strings.TrimSpace(authorized) + `"]
runcmd:
- [sh, -c, 'xenstore-write vm-data/key "$(cut -d" " -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)"']
`)}.Image()
	if err == nil {
		b.drive, err = c.AttachDrive(t.Context(), b.vm, xapi.DriveSpec{Name: "configuration", Image: bytes.NewReader(image), Size: int64(len(image))})
	}
	if err == nil {
		var vbd xapi.VBD
		vbd, err = c.VBD(t.Context(), b.drive)
		b.configuration = vbd.VDI
	}
	if err == nil {
		err = c.Start(t.Context(), b.vm)
	}
	if err != nil {
		t.Fatal(err)
	}
	address, err := c.WaitIP(t.Context(), b.vm, xapi.IPFilter{})
	if err != nil {
		t.Fatal(err)
	}
	b.address = address.String()
	known := ""
	b.wait(t, "its host key", func(vm xapi.VM) bool {
		known = vm.XenstoreData["vm-data/key"]
		return known != ""
	})
	hosts := filepath.Join(dir, "known_hosts")
	if err := os.WriteFile(hosts, []byte(b.address+" "+known+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.options = []string{"-i", identity, "-o", "UserKnownHostsFile=" + hosts, "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes"}
	return b
}

// wait waits until the pool shows of the guest what is wanted.
func (b builder) wait(t *testing.T, what string, is func(xapi.VM) bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); ; <-tick.C {
		vm, err := b.client.VM(t.Context(), b.vm)
		switch {
		case err != nil:
			t.Fatal(err)
		case is(vm):
			return
		case time.Now().After(deadline):
			t.Fatalf("the guest does not come to %s: %+v", what, vm)
		}
	}
}

func (b builder) halted(t *testing.T) {
	t.Helper()
	b.wait(t, "its end", func(vm xapi.VM) bool { return vm.PowerState == xapi.PowerHalted })
}

// put copies a file into the guest.
func (b builder) put(t *testing.T, name, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b.run(t, fmt.Sprintf("cat >%s && chmod +x %s", name, name), content)
}

// run runs a command in the guest, as its root.
func (b builder) run(t *testing.T, command string, in []byte) {
	t.Helper()
	if out, err := b.ssh(t, command, in); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// shutDown runs a command that ends with the guest's end.
func (b builder) shutDown(t *testing.T, command string) {
	t.Helper()
	const cutOff = 255 // what ssh ends with that does not hear how the command ended
	out, err := b.ssh(t, command, nil)
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != cutOff) {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	b.halted(t)
}

func (b builder) ssh(t *testing.T, command string, in []byte) ([]byte, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ssh", append(b.options, "root@"+b.address, command)...)
	cmd.Stdin = bytes.NewReader(in)
	return cmd.CombinedOutput()
}
