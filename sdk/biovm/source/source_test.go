package source_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// A shelf keeps files in memory.
type shelf map[string][]byte

func (s shelf) HoldFile(_ context.Context, sum string) (bool, error) {
	_, ok := s[sum]
	return ok, nil
}

func (s shelf) PutFile(_ context.Context, sum string, content []byte) error {
	s[sum] = content
	return nil
}

// hello is the SHA-256 of "hello", as sha256sum prints it.
const hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

func part(from, sum string) biovm.Part {
	return biovm.Part{Name: "model", Source: &biovm.Source{Source: from, SHA256: sum}}
}

func written(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func paths(err error) []string {
	var all []string
	for _, e := range biovm.FieldErrors(err) {
		all = append(all, e.Path)
	}
	return all
}

func TestStage(t *testing.T) {
	t.Parallel()
	path := written(t, "hello")
	s := shelf{}
	asked := biovm.Spec{Model: &biovm.Source{Source: path}}
	got, err := source.Reader{}.Stage(t.Context(), s, asked)
	if err != nil || got.Model.SHA256 != hello || string(s[hello]) != "hello" {
		t.Fatalf("Stage = %+v, %v, with %q on the shelf; want the file there under its sum", got.Model, err, s)
	}
	if asked.Model.SHA256 != "" {
		t.Error("Stage changed the caller's spec")
	}
	// What is there needs no file; what is not does.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := (source.Reader{}).Stage(t.Context(), s, got); err != nil {
		t.Errorf("Stage of what is there: %v", err)
	}
	if _, err := (source.Reader{}).Stage(t.Context(), s, biovm.Spec{Model: &biovm.Source{SHA256: hello}}); err != nil {
		t.Errorf("Stage of what is there by its sum: %v", err)
	}
	for _, p := range []struct {
		model biovm.Source
		path  string
	}{
		{biovm.Source{Source: path}, "model.source"},
		{biovm.Source{Source: path, SHA256: strings.Repeat("0", 64)}, "model.source"},
		{biovm.Source{SHA256: strings.Repeat("0", 64)}, "model.sha256"},
	} {
		if _, err := (source.Reader{}).Stage(t.Context(), s, biovm.Spec{Model: &p.model}); !slices.Equal(paths(err), []string{p.path}) {
			t.Errorf("Stage(%+v) = %v, want a problem at %s", p.model, err, p.path)
		}
	}
	if plain, err := (source.Reader{}).Stage(t.Context(), nil, biovm.Spec{ID: "a"}); err != nil || plain.ID != "a" {
		t.Errorf("Stage of a spec without files: %+v, %v", plain, err)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	path := written(t, "hello")
	if content, sum, err := (source.Reader{}).Read(t.Context(), part(path, hello)); string(content) != "hello" || sum != hello || err != nil {
		t.Errorf("Read = %q, %s, %v", content, sum, err)
	}
	_, _, err := source.Reader{}.Read(t.Context(), part(path, strings.Repeat("0", 64)))
	if !slices.Equal(paths(err), []string{"model.sha256"}) || !strings.Contains(err.Error(), hello) || !strings.Contains(err.Error(), strings.Repeat("0", 64)) {
		t.Errorf("Read of another file than was meant = %v, want both sums", err)
	}
	_, _, err = source.Reader{}.Read(t.Context(), part(path+"x", ""))
	if !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Read of nothing = %v, want that it does not exist", err)
	}
	if _, _, err = (source.Reader{}).Read(t.Context(), part(written(t, ""), "")); !slices.Equal(paths(err), []string{"model.source"}) {
		t.Errorf("Read of an empty file = %v", err)
	}
	if err := os.Truncate(path, biovm.MaxSourceBytes+1); err != nil { // a hole takes no room
		t.Fatal(err)
	}
	if _, _, err = (source.Reader{}).Read(t.Context(), part(path, "")); err == nil || !strings.Contains(err.Error(), "must not be larger than 67108864 bytes") {
		t.Errorf("Read of a file too large = %v", err)
	}
}

// site is a server whose paths do what their names say, and a reader that trusts
// it.
func site(t *testing.T) (url string, r source.Reader, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, "hello")
	}))
	t.Cleanup(plain.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "identity" {
			t.Errorf("the file may come packed: %q", r.Header.Get("Accept-Encoding"))
		}
		_, _ = io.WriteString(w, "hello")
	})
	mux.Handle("/moved", http.RedirectHandler("/hello", http.StatusFound))
	mux.Handle("/plain", http.RedirectHandler(plain.URL, http.StatusFound))
	mux.Handle("/round", http.RedirectHandler("/round", http.StatusFound))
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "hello")
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for b := make([]byte, 1<<20); ; {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/never", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	s := httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)
	return s.URL, source.Reader{Transport: s.Client().Transport}, asked
}

func TestDownload(t *testing.T) {
	t.Parallel()
	url, r, plain := site(t)
	for _, path := range []string{"/hello", "/moved"} {
		if content, sum, err := r.Read(t.Context(), part(url+path, hello)); string(content) != "hello" || sum != hello || err != nil {
			t.Errorf("Read(%s) = %q, %s, %v", path, content, sum, err)
		}
	}
	for path, want := range map[string]string{
		"/plain":   "not https",
		"/round":   "led on more than 10 times",
		"/nothing": "404 Not Found",
		"/broken":  "unexpected EOF",
		"/endless": "must not be larger",
	} {
		_, _, err := r.Read(t.Context(), part(url+path, hello))
		if !slices.Equal(paths(err), []string{"model.source"}) || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%s) = %v, want a problem at model.source with %q", path, err, want)
		}
	}
	if n := plain.Load(); n != 0 {
		t.Errorf("what is not https was asked %d times", n)
	}
	if _, _, err := r.Read(t.Context(), part(url+"/hello", strings.Repeat("0", 64))); !slices.Equal(paths(err), []string{"model.sha256"}) {
		t.Errorf("Read of another file than was meant = %v", err)
	}
	// A certificate that nobody vouches for is no HTTPS.
	_, _, err := source.Reader{}.Read(t.Context(), part(url+"/hello", hello))
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); !untrusted {
		t.Errorf("Read from whom nobody knows = %v, want a problem with the certificate", err)
	}
}

func TestDownloadCanceled(t *testing.T) {
	t.Parallel()
	url, r, _ := site(t)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() { // ends with the download
		_, _, err := r.Read(ctx, part(url+"/never", hello))
		done <- err
	}()
	cancel(cause)
	if err := <-done; !errors.Is(err, cause) {
		t.Errorf("a canceled Read = %v, want its cause", err)
	}
}
