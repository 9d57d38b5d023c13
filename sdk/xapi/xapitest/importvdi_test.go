package xapitest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// put uploads, and returns the answer's status; its body is read to the end
// unless early is set.
func (w *wire) put(vdi, task string, body io.Reader, length int64, early bool) (answer, error) {
	w.t.Helper()
	u := w.url + "/import_raw_vdi?" + url.Values{"session_id": {w.session}, "vdi": {vdi}, "task_id": {task}, "format": {"raw"}}.Encode()
	req, err := http.NewRequestWithContext(context.WithoutCancel(w.t.Context()), http.MethodPut, u, body)
	if err != nil {
		w.t.Fatal(err)
	}
	req.ContentLength = length
	client := *w.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	if !early {
		_, err = io.Copy(io.Discard, resp.Body)
	}
	return answer{status: resp.StatusCode, header: resp.Header}, errors.Join(err, resp.Body.Close())
}

func (w *wire) disk(size int64) string {
	w.t.Helper()
	sr := w.must("pool.get_default_SR", w.list("pool.get_all")[0])
	vdi := w.text("VDI.create", map[string]any{
		"name_label": "d", "SR": sr, "virtual_size": size, "type": "user", "sharable": false, "read_only": false, "other_config": map[string]string{},
	})
	w.t.Cleanup(func() { _, _ = w.s.Do(context.Background(), "VDI.destroy", vdi) })
	return vdi
}

func TestImport(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	image := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	for _, tt := range []struct {
		name   string
		size   int64
		effect *xapitest.Effect
		status string
		code   string
	}{
		{"whole", 2 << 20, nil, "success", ""},
		{"too long", 1 << 19, nil, "failure", "VDI_IO_ERROR"},
		{"fails after its answer", 2 << 20, new(xapitest.FailTask("SR_FULL", "1", "0")), "failure", "SR_FULL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			vdi, task := w.disk(tt.size), w.text("task.create", "upload", "")
			if tt.effect != nil {
				s.Inject(xapitest.Fault{Method: "PUT /import_raw_vdi", Effect: *tt.effect})
			}
			resp, err := w.put(vdi, task, bytes.NewReader(image), int64(len(image)), false)
			if err != nil || resp.status != http.StatusOK || resp.header.Get("Task-id") == "" {
				t.Fatalf("got %v, %v, want 200 and a task whatever comes", resp, err)
			}
			r := w.waitTask(task)
			info, _ := r["error_info"].([]any)
			if r["status"] != tt.status || tt.code != "" && (len(info) == 0 || info[0] != tt.code) {
				t.Errorf("got %v %v, want %s %s", r["status"], info, tt.status, tt.code)
			}
			if got := bytes.Equal(s.DiskContent(vdi), image); got != (tt.status == "success") {
				t.Errorf("the disk has the image: %v", got)
			}
			w.must("task.destroy", task)
		})
	}
}

// TestImportRefused asks for what hosts do not do.
func TestImportRefused(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vdi := w.disk(1 << 20)
	for _, tt := range []struct {
		name, session, vdi string
		length             int64
		status             int
	}{
		{"no session", "", vdi, 3, http.StatusUnauthorized},
		{"no disk", w.session, "none", 3, http.StatusNotFound},
		{"no length", w.session, vdi, -1, http.StatusForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := *w
			o.session = tt.session
			resp, err := o.put(tt.vdi, "", io.MultiReader(strings.NewReader("abc")), tt.length, false)
			if err != nil || resp.status != tt.status {
				t.Errorf("got %v, %v, want status %d", resp, err, tt.status)
			}
		})
	}
}

// TestImportCutShort closes the answer before the upload is through.
func TestImportCutShort(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	const size = 32 << 20
	vdi, task := w.disk(size), w.text("task.create", "upload", "")
	resp, err := w.put(vdi, task, bytes.NewReader(make([]byte, size)), size, true)
	if err != nil || resp.status != http.StatusOK {
		t.Fatalf("got %v, %v, want 200: that is the trap", resp, err)
	}
	token := ""
	for { // the server notices in its own time
		token = w.from(token, 30, "task/"+task).token
		if r := w.record("task.get_record", task); r["status"] != "pending" {
			if r["status"] != "failure" || s.DiskContent(vdi) != nil {
				t.Errorf("got status %v, want failure", r["status"])
			}
			break
		}
	}
	w.must("task.destroy", task)
}

// TestImportElsewhere uploads to a disk that the master does not reach.
func TestImportElsewhere(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	w := dialWire(t, s)
	vdi := w.disk(1 << 20)
	s.Inject(xapitest.Fault{Method: "PUT /import_raw_vdi", Effect: xapitest.Redirect()})
	resp, err := w.put(vdi, "", strings.NewReader("abc"), 3, false)
	if err != nil || resp.status != http.StatusFound || !strings.HasPrefix(resp.header.Get("Location"), "https://127.0.0.2/import_raw_vdi?") {
		t.Errorf("got %v %v, want a redirection to the other member, without a port", resp, err)
	}
	w.url = s.MemberURL(1)
	if resp, err = w.put(vdi, "", strings.NewReader("abc"), 3, false); err != nil || resp.status != http.StatusOK {
		t.Errorf("there: got %v, %v, want 200", resp, err)
	}
	w.url = s.URL()
	if got := s.DiskContent(vdi); string(got) != "abc" {
		t.Errorf("got content %q, want abc", got)
	}
}
