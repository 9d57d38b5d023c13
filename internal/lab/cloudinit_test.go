package lab_test

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
)

// TestCloudConfig has a guest with what a cloud-config can say.
func TestCloudConfig(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(p.key.PublicKey())))
	vm := p.boot(`#cloud-config
hostname: given
users:
- default
- name: ann
  shell: /bin/none
  homedir: /srv/ann
  ssh_authorized_keys: ["` + line + `"]
ssh_authorized_keys: ["` + line + `"]
write_files:
- path: /etc/bioxen/plain
  content: "a line\n"
- path: /etc/bioxen/plain
  content: "another\n"
  append: true
- path: /etc/bioxen/encoded
  encoding: b64
  content: AAEC/w==
  permissions: '0750'
- path: /srv/ann/late
  content: x
  owner: ann:ann
  permissions: 0600
  defer: true
- path: /etc/bioxen/odd
  encoding: rot13
runcmd:
- cd /etc
- [sh, -c, 'echo "$1" "$(pwd)" >>/srv/out', '-', "it's  $HOME"]
- 'false'
- sh -c 'exit 3'
- echo printed; echo complained >&2
- xenstore-write ` + keyEntry + ` "$(cat /etc/ssh/ssh_host_ed25519_key.pub)"
- xenstore-write ` + doneEntry + ` "$(xenstore-read ` + nonceEntry + `)"
bootcmd:
- echo early >>/srv/out
`)
	address, key := p.published(vm)
	if got, err := run(p.login(address, "root", key), "id -u"); !strings.Contains(got, `Please login as the user "debian"`) {
		t.Errorf("root gets %q, %v, want to be sent away", got, err)
	}
	p.run(p.login(address, "debian", key), "[ $(id -un) = debian ]")
	if got := p.run(p.login(address, "debian", key), "sudo -n id -u"); got != "0" {
		t.Errorf("the default user is %s with sudo, want root", got)
	}
	if got, err := run(p.login(address, "ann", key), "sudo id -u"); err == nil {
		t.Errorf("who is not allowed is %s with sudo", got)
	}
	if got := p.run(p.login(address, "ann", key), "echo $(id -un) $(pwd) $(cat late) $(stat -c '%a %U' late)"); got != "ann /srv/ann x 600 ann" {
		t.Errorf("ann has %q", got)
	}
	for command, want := range map[string]string{
		"uname -n":                                 "given",
		"cat /srv/out":                             "early\nit's  $HOME /etc",
		"cat /etc/bioxen/plain":                    "a line\nanother",
		"stat -c %a /etc/bioxen/encoded":           "750",
		"od -An -tx1 /etc/bioxen/encoded":          "00 01 02 ff",
		"ls /etc/bioxen":                           "encoded\nplain",
		"cat /var/log/cloud-init-output.log":       "printed\ncomplained",
		"cat /var/log/cloud-init.log":              `WARNING: write_files: /etc/bioxen/odd: encoding "rot13": want b64, base64, text/plain or none`,
		"ls /run/cidata":                           "meta-data\nuser-data",
		"stat -c %a /etc/ssh/ssh_host_ed25519_key": "600",
		"cat /var/lib/cloud/data/instance-id":      "i-a",
	} {
		out, err := p.lab.Exec(t.Context(), string(vm), "sh", "-c", command)
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s prints %q, %v, want %q", command, got, err, want)
		}
	}
}

// TestOtherUserData has a script, what nobody understands, and nothing.
func TestOtherUserData(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	for name, tt := range map[string]struct{ data, command, want string }{
		"script":      {"#!/bin/sh\necho ran\n", "cat /var/log/cloud-init-output.log", "ran"},
		"unknown":     {"hello\n", "cat /var/log/cloud-init.log", "WARNING: user-data: neither a #cloud-config nor a script"},
		"broken YAML": {"#cloud-config\nusers: [\n", "cut -c -19 /var/log/cloud-init.log | head -n 1", "WARNING: user-data:"},
		"empty":       {"", "ls /var/log/cloud-init.log 2>/dev/null || echo none", "none"},
	} {
		vm := p.vm(strings.ReplaceAll(name, " ", "-"), p.template(), tt.data)
		p.must(p.client.Start, vm)
		var got string
		if err := until(t, func() bool {
			if _, err := p.lab.Exec(t.Context(), string(vm), "ls", "/var/lib/cloud/instance/boot-finished"); err != nil {
				return false
			}
			out, err := p.lab.Exec(t.Context(), string(vm), "sh", "-c", tt.command)
			got = strings.TrimSpace(string(out))
			return err == nil && got == tt.want
		}); err != nil {
			t.Errorf("%s: %s prints %q, want %q", name, tt.command, got, tt.want)
		}
		p.must(p.client.HardShutdown, vm)
	}
}
