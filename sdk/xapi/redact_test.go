package xapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// leaks says which secret is in a text, in whatever disguise.
func leaks(text string, secrets ...string) string {
	for _, s := range append(secrets, disguises(secrets)...) {
		if strings.Contains(text, s) {
			return s
		}
	}
	return ""
}

// Every failure that a server can make, each of which repeats all that it was
// told: no error and no log shows the password or a session.
func TestNoSecretsAnywhere(t *testing.T) {
	t.Parallel()
	all := func(params []any) []string {
		var s []string
		for _, p := range params {
			s = append(s, fmt.Sprint(p))
		}
		return s
	}
	text := func(params []any) string { b, _ := json.Marshal(params); return string(b) }
	wrongs := map[string]func(params []any) answer{
		"error parameters": func(p []any) answer { return failure("SESSION_AUTHENTICATION_FAILED", all(p)...) },
		"error code":       func(p []any) answer { return failure(strings.Join(all(p), " ")) },
		"invalid session":  func(p []any) answer { return failure("SESSION_INVALID", all(p)...) },
		"slave":            func(p []any) answer { return failure("HOST_IS_SLAVE", all(p)...) },
		"odd error":        func(p []any) answer { return body(200, "application/json", `{"error":`+text(p)[1:]+`,"id":1}`) },
		"error object":     func(p []any) answer { return body(200, "application/json", `{"error":{"x":`+text(p)+`},"id":1}`) },
		"html":             func(p []any) answer { return body(500, "text/html", text(p)) },
		"content type":     func(p []any) answer { return body(500, strings.Join(all(p), "/"), "") },
		"not JSON":         func(p []any) answer { return body(200, "application/json", strings.Join(all(p), "")) },
		"other id":         func(p []any) answer { return body(200, "application/json", `{"result":1,"id":`+text(p)+`}`) },
		"wrong type":       func(p []any) answer { return result(p) },
		"a redirection": func(p []any) answer {
			return func(w http.ResponseWriter, _ json.RawMessage) {
				w.Header().Set("Location", "https://"+strings.Join(all(p), "/"))
				w.WriteHeader(http.StatusFound)
			}
		},
		"not HTTP": func(p []any) answer {
			return func(w http.ResponseWriter, _ json.RawMessage) {
				conn, out, err := w.(http.Hijacker).Hijack() //nolint:forcetypeassert // HTTP/1.1 has it
				if err == nil {
					_, _ = fmt.Fprintf(out, "%s\r\n\r\n", strings.Join(all(p), " "))
					_ = out.Flush()
					conn.Close()
				}
			}
		},
		"nothing": func([]any) answer { return drop },
	}
	for name, wrong := range wrongs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			var log bytes.Buffer
			o := f.options()
			o.Attempts = 2
			o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			c, err := Dial(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			f.on("VM.get_record", wrong)
			f.on("VM.x", wrong)
			f.on("session.logout", wrong)
			_, read := c.VM(t.Context(), "OpaqueRef:v")
			_, change := c.Call(t.Context(), "VM.x", "a")
			out := c.Close(t.Context())
			f.on(loginMethod, wrong)
			_, in := Dial(t.Context(), o)
			for what, err := range map[string]error{"a read": read, "a change": change, "logout": out, "login": in} {
				if err == nil {
					if what == "logout" {
						continue
					}
					if name != "wrong type" || what != "a change" {
						t.Errorf("%s: no error", what)
					}
					continue
				}
				for _, form := range []string{"%v", "%+v", "%q"} {
					if s := leaks(fmt.Sprintf(form, err), testPassword, "OpaqueRef:session-"); s != "" {
						t.Errorf("%s: the error shows %q: %v", what, s, err)
					}
				}
				if e, ok := errors.AsType[*Error](err); ok {
					if s := leaks(fmt.Sprintf("%+v", *e), testPassword, "OpaqueRef:session-"); s != "" {
						t.Errorf("%s: the error's fields show %q: %+v", what, s, *e)
					}
				}
			}
			if s := leaks(log.String(), testPassword, "OpaqueRef:session-"); s != "" {
				t.Errorf("the log shows %q:\n%s", s, log.String())
			}
			if !strings.Contains(log.String(), "VM.get_record") {
				t.Errorf("the log does not name the call:\n%s", log.String())
			}
		})
	}
}

func TestOptionsDoNotPrintThePassword(t *testing.T) {
	t.Parallel()
	o := Options{URL: "https://root:" + testPassword + "@h/?p=" + testPassword, Username: "root", Password: testPassword}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "options", o)
	texts := []string{log.String()}
	for _, form := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		texts = append(texts, fmt.Sprintf(form, o), fmt.Sprintf(form, &o))
	}
	for _, text := range texts {
		if s := leaks(text, testPassword, "hunter"); s != "" {
			t.Errorf("shows %q: %s", s, text)
		}
	}
}

func TestRedactedErrorIsWhatItWas(t *testing.T) {
	t.Parallel()
	inner := fmt.Errorf("a %s b: %w", testPassword, errors.Join(context.Canceled, &Error{Method: "m", Code: SRFull}))
	c := &redactCaller{next: callerFunc(func(context.Context, *request) (json.RawMessage, error) { return nil, inner })}
	_, err := c.call(t.Context(), &request{method: loginMethod, args: []any{"root", testPassword}})
	if got := err.Error(); !strings.HasPrefix(got, "a (hidden) b: ") {
		t.Errorf("error %q, want the password hidden", got)
	}
	if !errors.Is(err, context.Canceled) || !errors.Is(err, SRFull) {
		t.Errorf("%v is not what it was", err)
	}
	if e, ok := errors.AsType[*Error](err); !ok || e.Code != SRFull {
		t.Errorf("AsType = %v, %t; want the server's error", e, ok)
	}
	if errors.Unwrap(err) != nil {
		t.Errorf("%v gives out what it hides", err)
	}
}
