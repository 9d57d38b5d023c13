package lab

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab/bootplan"
)

// A cloudConfig is the part of cloud-init's configuration that guests know.
type cloudConfig struct {
	Hostname    string   `yaml:"hostname"`
	DisableRoot *bool    `yaml:"disable_root"`
	SSHKeys     []string `yaml:"ssh_authorized_keys"`
	Users       []any    `yaml:"users"`
	BootCmd     []any    `yaml:"bootcmd"`
	RunCmd      []any    `yaml:"runcmd"`
	Files       []struct {
		Path, Content, Encoding, Owner string
		Permissions                    any
		Append, Defer                  bool
	} `yaml:"write_files"`
}

type metaData struct {
	InstanceID string `yaml:"instance-id"`
	Hostname   string `yaml:"local-hostname"`
	Keys       any    `yaml:"public-keys"`
}

// defaultUser is Debian's.
const defaultUser = "debian"

// instanceOf understands a configuration drive's files as cloud-init does. What
// it does not understand it complains of, and leaves out.
func instanceOf(files map[string][]byte) *bootplan.Instance {
	i := &bootplan.Instance{Seed: files}
	var meta metaData
	if err := yaml.Unmarshal(files["meta-data"], &meta); err != nil {
		i.Complaints = append(i.Complaints, fmt.Sprintf("meta-data: %v", err))
	}
	i.ID, i.Hostname = meta.InstanceID, meta.Hostname
	var c cloudConfig
	switch data := files["user-data"]; {
	case bytes.HasPrefix(data, []byte("#cloud-config")):
		if err := yaml.Unmarshal(data, &c); err != nil {
			i.Complaints = append(i.Complaints, fmt.Sprintf("user-data: %v", err))
			c = cloudConfig{} // as if there were none
		}
	case bytes.HasPrefix(data, []byte("#!")):
		i.RunCommands = string(data)
	case len(bytes.TrimSpace(data)) > 0:
		i.Complaints = append(i.Complaints, "user-data: neither a #cloud-config nor a script")
	}
	if c.Hostname != "" {
		i.Hostname = c.Hostname
	}
	i.BootCommands = script(c.BootCmd)
	if len(c.RunCmd) > 0 {
		i.RunCommands = script(c.RunCmd)
	}
	addUsers(i, c, append(texts(meta.Keys), c.SSHKeys...))
	addFiles(i, c)
	return i
}

// script makes one of commands: a string is a line, a list is words to quote.
func script(commands []any) string {
	if len(commands) == 0 {
		return ""
	}
	lines := []string{"#!/bin/sh"}
	for _, c := range commands {
		if words, ok := c.([]any); ok {
			quoted := make([]string, len(words))
			for i, w := range words {
				quoted[i] = "'" + strings.ReplaceAll(fmt.Sprint(w), "'", `'\''`) + "'"
			}
			c = strings.Join(quoted, " ")
		}
		lines = append(lines, fmt.Sprint(c))
	}
	return strings.Join(lines, "\n") + "\n"
}

// addUsers adds the users with their keys. Keys that belong to nobody are the
// default user's; root has them too, but is told to use another name unless
// disable_root is off.
func addUsers(i *bootplan.Instance, c cloudConfig, keys []string) {
	first := ""
	add := func(u bootplan.User) {
		if u.Name == "" {
			i.Complaints = append(i.Complaints, "users: there is one without a name")
			return
		}
		if first == "" {
			first = u.Name
		}
		i.Users = append(i.Users, u)
	}
	if c.Users == nil {
		add(bootplan.User{Name: defaultUser, Sudo: true})
	}
	for _, u := range c.Users {
		switch u := u.(type) {
		case string:
			if u == "default" {
				add(bootplan.User{Name: defaultUser, Sudo: true})
			} else {
				add(bootplan.User{Name: u})
			}
		case map[string]any:
			text := func(key string) string {
				s, _ := u[key].(string)
				return s
			}
			add(bootplan.User{
				Name: text("name"), Shell: text("shell"), Home: text("homedir"), Keys: texts(u["ssh_authorized_keys"]),
				Sudo: strings.Contains(strings.Join(texts(u["sudo"]), "\n"), "NOPASSWD:ALL"),
			})
		default:
			i.Complaints = append(i.Complaints, fmt.Sprintf("users: %v is neither a name nor a user", u))
		}
	}
	if len(keys) == 0 {
		return
	}
	if first != "" && first != "root" {
		i.Users = append(i.Users, bootplan.User{Name: first, Keys: keys})
	}
	if c.DisableRoot == nil || *c.DisableRoot {
		option := `no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="echo 'Please login as the user \"` + first +
			`\" rather than the user \"root\".';echo;exit 142" `
		keys = slices.Clone(keys)
		for k := range keys {
			keys[k] = option + keys[k]
		}
	}
	i.Users = append(i.Users, bootplan.User{Name: "root", Keys: keys})
}

// texts are the strings of a list, or a map's values.
func texts(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, item := range v {
			out = append(out, texts(item)...)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, texts(v[key])...)
		}
	}
	return out
}

func addFiles(i *bootplan.Instance, c cloudConfig) {
	for _, f := range c.Files {
		content, err := decode(f.Content, f.Encoding)
		mode := fs.FileMode(0o644)
		if f.Permissions != nil && err == nil {
			mode, err = permissions(f.Permissions)
		}
		if err != nil {
			i.Complaints = append(i.Complaints, fmt.Sprintf("write_files: %s: %v", f.Path, err))
			continue
		}
		i.Files = append(i.Files, bootplan.File{Path: f.Path, Content: content, Mode: mode, Owner: f.Owner, Append: f.Append, Late: f.Defer})
	}
}

func decode(content, encoding string) ([]byte, error) {
	switch encoding {
	case "", "text/plain":
		return []byte(content), nil
	case "b64", "base64":
		return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(content), ""))
	}
	return nil, fmt.Errorf("encoding %q: want b64, base64, text/plain or none", encoding)
}

// permissions are octal in a string; YAML has read a number already.
func permissions(v any) (fs.FileMode, error) {
	const octal, bits = 8, 12
	n, err := strconv.ParseUint(fmt.Sprint(v), octal, bits)
	if u, ok := v.(uint64); ok {
		n, err = u, nil
	}
	return fs.FileMode(n) & fs.ModePerm, err
}
