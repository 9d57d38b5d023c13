package xcpng

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// userData tells the guest's cloud-init to let the key in, and to publish the
// guest's host key and the nonce, in this order, when all else is done. What the
// caller wants besides comes before it, in a part of its own: cloud-init merges
// mappings and appends lists.
func userData(x biovm.XCPngSpec, key, nonce string) ([]byte, error) {
	var b strings.Builder
	b.WriteString("#cloud-config\n")
	user := map[string]any{"name": sshUser(x), "ssh_authorized_keys": []string{key}}
	if sshUser(x) == "root" {
		b.WriteString("disable_root: false\n")
	} else {
		user["sudo"], user["lock_passwd"] = "ALL=(ALL) NOPASSWD:ALL", true
	}
	const publish = `PATH=$PATH:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; ` +
		`xenstore-write ` + xenstoreKey + ` "$(cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)"; ` +
		`xenstore-write ` + xenstoreDone + ` `
	// JSON is YAML.
	for _, part := range []struct {
		key   string
		value any
	}{{"users", []any{"default", user}}, {"runcmd", []any{[]string{"/bin/sh", "-c", publish + nonce}}}} {
		text, err := json.Marshal(part.value)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s: %s\n", part.key, text)
	}
	if strings.TrimSpace(x.UserData) == "" {
		return []byte(b.String()), nil
	}
	theirs := x.UserData
	if !strings.HasPrefix(theirs, "#cloud-config") {
		theirs = "#cloud-config\n" + theirs
	}
	boundary := "bioxen-" + nonce
	return fmt.Appendf(nil, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"%[1]s\"\n\n"+
		"--%[1]s\nContent-Type: text/cloud-config; charset=\"utf-8\"\n\n%[2]s\n"+
		"--%[1]s\nContent-Type: text/cloud-config; charset=\"utf-8\"\nMerge-Type: list(append)+dict(no_replace,recurse_list,recurse_array)+str()\n\n%[3]s\n"+
		"--%[1]s--\n", boundary, theirs, b.String()), nil
}
