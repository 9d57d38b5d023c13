package xcpng

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/cloudinit"
)

// publishScript has the guest publish its SSH host key through xenstore, and then
// the nonce that it was given: whoever reads the nonce knows that the key before
// it is this guest's.
const publishScript = `set -e
f=/etc/ssh/ssh_host_ed25519_key
[ -e "$f" ] || ssh-keygen -q -t ed25519 -N '' -f "$f"
xenstore-write ` + xenstoreHostKey + ` "$(cut -d' ' -f1,2 "$f.pub")"
xenstore-write ` + xenstoreDone + ` "$(xenstore-read ` + xenstoreNonce + `)"
`

// cloudConfig is what every guest is told, as cloud-config. JSON is YAML.
func cloudConfig(user, authorized string) ([]byte, error) {
	config := map[string]any{
		"users":        []any{map[string]any{"name": user, "lock_passwd": true, "shell": "/bin/sh", "sudo": "ALL=(ALL) NOPASSWD:ALL", "ssh_authorized_keys": []string{authorized}}},
		"disable_root": user != defaultUser,
		"ssh_pwauth":   false,
		"runcmd":       []any{[]string{"sh", "-c", publishScript}},
	}
	if user == defaultUser {
		config["users"] = []any{map[string]any{"name": user, "ssh_authorized_keys": []string{authorized}}}
	}
	text, err := json.MarshalIndent(config, "", " ")
	if err != nil {
		return nil, fmt.Errorf("make the guest's configuration: %w", err)
	}
	return append([]byte("#cloud-config\n"), append(text, '\n')...), nil
}

// drive is the configuration drive of a machine. What the user adds comes as a
// part of its own that cloud-init merges in: lists are joined, and of a setting
// that both have ours stays.
func drive(uuid, name, user, authorized, userData, networkConfig string) ([]byte, error) {
	config, err := cloudConfig(user, authorized)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(userData) != "" {
		if config, err = joined(config, userData); err != nil {
			return nil, err
		}
	}
	return cloudinit.Drive{InstanceID: uuid, Hostname: strings.ReplaceAll(name, "_", "-"), UserData: config, NetworkConfig: []byte(networkConfig)}.Image()
}

// boundary parts the user data: fixed, so that the same drive has the same bytes.
const boundary = "==bioxen-user-data=="

func joined(config []byte, userData string) ([]byte, error) {
	if !strings.HasPrefix(userData, "#cloud-config") {
		userData = "#cloud-config\n" + userData
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary(boundary); err != nil {
		return nil, fmt.Errorf("make the guest's configuration: %w", err)
	}
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=%q\nMIME-Version: 1.0\n\n", boundary)
	for _, text := range []string{string(config), userData} {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {"text/cloud-config"}, "Merge-Type": {"list(append)+dict(no_replace,recurse_list)+str()"}})
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			return nil, fmt.Errorf("make the guest's configuration: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("make the guest's configuration: %w", err)
	}
	return b.Bytes(), nil
}

// configurationLabel and the VM's name label its configuration drive.
const configurationLabel = "BioXen configuration of "
