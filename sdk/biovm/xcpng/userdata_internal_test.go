package xcpng

import (
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// TestUserData reads what guests are told as they do.
func TestUserData(t *testing.T) {
	t.Parallel()
	const key, nonce = "ssh-ed25519 AAAA", "NONCE"
	plain, err := userData(biovm.XCPngSpec{}, key, nonce)
	if err != nil {
		t.Fatal(err)
	}
	checkOurs(t, plain, "root")
	both, err := userData(biovm.XCPngSpec{SSHUser: "bioxen", UserData: "packages: [htop]\n"}, key, nonce)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(string(both)))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		t.Fatalf("content type %q, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for i := range 2 {
		p, err := parts.NextPart()
		if err != nil {
			t.Fatalf("part %d: %v", i, err)
		}
		text, err := io.ReadAll(p)
		if err != nil || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/cloud-config") || !strings.HasPrefix(string(text), "#cloud-config\n") {
			t.Errorf("part %d: %q, %v: %s", i, p.Header.Get("Content-Type"), err, text)
		}
		if i == 0 && !strings.Contains(string(text), "packages: [htop]") {
			t.Errorf("the caller's part is %q", text)
		}
		if i == 1 {
			if p.Header.Get("Merge-Type") == "" {
				t.Error("the second part replaces the lists of the first")
			}
			checkOurs(t, text, "bioxen")
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("after two parts: %v", err)
	}
}

func checkOurs(t *testing.T, text []byte, user string) {
	t.Helper()
	var c struct {
		DisableRoot *bool
		Users       []any
		RunCmd      [][]string
	}
	fields := map[string]any{"disable_root": &c.DisableRoot, "users": &c.Users, "runcmd": &c.RunCmd}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		name, value, _ := strings.Cut(line, ": ") // whose values are JSON
		if err := json.Unmarshal([]byte(value), fields[name]); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	if len(c.Users) != 2 || c.Users[0] != "default" || len(c.RunCmd) != 1 || len(c.RunCmd[0]) != 3 {
		t.Fatalf("it says %+v", c)
	}
	who, ok := c.Users[1].(map[string]any)
	if !ok || who["name"] != user || (user == "root") != (c.DisableRoot != nil && !*c.DisableRoot) {
		t.Errorf("the user is %v, disable_root %v", c.Users[1], c.DisableRoot)
	}
	script := c.RunCmd[0][2]
	first, last := strings.Index(script, "vm-data/bioxen/ssh-ed25519"), strings.Index(script, "vm-data/bioxen/done NONCE")
	if first < 0 || last < first {
		t.Errorf("the guest runs %q, want the key published before the nonce", script)
	}
}
