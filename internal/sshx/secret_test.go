package sshx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

// leaks says which secret is in a text, in whatever disguise.
func leaks(text string, secrets ...string) string {
	for _, s := range secrets {
		quoted := strconv.Quote(s)
		j, _ := json.Marshal(s)
		for _, form := range []string{s, quoted[1 : len(quoted)-1], strings.Trim(string(j), `"`), url.QueryEscape(s), fmt.Sprintf("%d", []byte(s)), fmt.Sprintf("%x", s)} {
			if strings.Contains(text, form) {
				return form
			}
		}
	}
	return ""
}

// prints is everything that may be printed of a value, by whatever means.
func prints(v any) string {
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	j, err := json.Marshal(v)
	fmt.Fprintf(&b, "%s %v\n", j, err)
	options := &slog.HandlerOptions{Level: slog.LevelDebug}
	slog.New(slog.NewTextHandler(&b, options)).Info("x", "v", v)
	slog.New(slog.NewJSONHandler(&b, options)).Info("x", "v", v)
	return b.String()
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	const password, passphrase, key = "pass\"word 1", "pass\nphrase 2", "-----BEGIN KEY 3"
	target := sshx.Target{
		Address: "guest:22", User: "bioxen",
		Auth: sshx.Auth{
			Password: sshx.Conceal(password),
			Keys:     []sshx.PrivateKey{{PEM: sshx.Conceal(key), Passphrase: sshx.Conceal(passphrase)}},
		},
	}
	type unexported struct{ target sshx.Target }
	for name, v := range map[string]any{
		"target": target, "pointer": &target, "auth": target.Auth, "keys": target.Auth.Keys, "secret": target.Auth.Password, "pointer to a secret": &target.Auth.Password,
		"unexported": unexported{target}, "slice": []sshx.Target{target}, "map": map[string]any{"a": target}, "error": fmt.Errorf("wrapped: %v", target),
	} {
		text := prints(v)
		if s := leaks(text, password, passphrase, key); s != "" {
			t.Errorf("%s prints %q:\n%s", name, s, text)
		}
		if name == "target" && (!strings.Contains(text, "(hidden)") || !strings.Contains(text, "guest:22")) {
			t.Errorf("%s prints neither what is hidden nor what is not:\n%s", name, text)
		}
	}
	// The positive control: the same look at the same things, not concealed.
	type open struct {
		Password string
		Keys     []string
	}
	if leaks(prints(open{Password: password}), password) == "" || leaks(prints(open{Keys: []string{key}}), key) == "" || leaks(prints(passphrase), passphrase) == "" {
		t.Error("the test does not find a secret that is there")
	}
	if !target.Auth.Password.Equal(sshx.Conceal(password)) || target.Auth.Password.Equal(sshx.Conceal(key)) || target.Auth.Password.Reveal() != password {
		t.Error("a secret is not what was concealed")
	}
	if zero := sshx.Conceal(""); !zero.IsZero() || zero.String() != "" || zero.Reveal() != "" || !zero.Equal(sshx.Secret{}) {
		t.Error("an empty secret is not the zero one")
	}
}

// A server that repeats the password wherever it can gets it into no error and
// no log.
func TestGossip(t *testing.T) {
	t.Parallel()
	const password = `tell "nobody"`
	for _, interactive := range []bool{false, true} {
		s := sshtest.New(t, sshtest.Options{Password: password, KeyboardInteractive: interactive})
		var log bytes.Buffer
		o := sshx.Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
		target := s.Target()
		target.Auth = sshx.Auth{Password: sshx.Conceal(password)}
		c, err := sshx.Dial(t.Context(), target, o)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := c.Stdio(t.Context(), `echo 'no engine for tell "nobody"' >&2; exit 1`)
		if err != nil {
			t.Fatal(err)
		}
		_, ended := conn.Read(make([]byte, 1))
		s.Gossip(true)
		_, run := c.Run(t.Context(), "true", nil)
		_, unix := c.DialUnix(t.Context(), "/x")
		_, stdio := c.Stdio(t.Context(), "true")
		upload := c.Upload(t.Context(), "/x", strings.NewReader(""), 0, sum(nil), 0o600)
		c.Close()
		s.RejectLogins(1)
		_, refused := sshx.WaitDial(t.Context(), target, o)
		for what, err := range map[string]error{"Read": ended, "Run": run, "DialUnix": unix, "Stdio": stdio, "Upload": upload, "WaitDial": refused} {
			if err == nil {
				t.Errorf("%s: no error", what)
				continue
			}
			if s := leaks(prints(err)+err.Error(), password); s != "" {
				t.Errorf("%s shows %q: %v", what, s, err)
			}
			// The positive control: the server did say it.
			if what != "WaitDial" && !strings.Contains(err.Error(), "(hidden)") {
				t.Errorf("%s: the server's words are not in %v", what, err)
			}
		}
		if s := leaks(log.String(), password); s != "" {
			t.Errorf("the log shows %q:\n%s", s, log.String())
		}
		if !strings.Contains(log.String(), "ssh login") || !strings.Contains(log.String(), "ssh connection ended") {
			t.Errorf("the log does not tell of the connection:\n%s", log.String())
		}
	}
}

// The types of errors hold no secret in a field either.
func TestErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{Password: "right"})
	target := s.Target()
	target.Auth = sshx.Auth{Password: sshx.Conceal("wr0ng password"), Keys: target.Auth.Keys}
	target.User = "somebody"
	_, err := sshx.WaitDial(context.WithoutCancel(t.Context()), target, sshx.Options{})
	e, ok := errors.AsType[*sshx.AuthError](err)
	if !ok {
		t.Fatalf("got %v, want an AuthError", err)
	}
	if s := leaks(prints(*e), "wr0ng password", target.Auth.Keys[0].PEM.Reveal()); s != "" {
		t.Errorf("the error holds %q", s)
	}
	if len(s.Passwords()) != 1 || s.Passwords()[0] != "wr0ng password" {
		t.Errorf("the server was told %q", s.Passwords())
	}
}
