package xapitest

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
)

// keepBytes is how much of a disk's content is kept.
const keepBytes = 64 << 20

// A disk is a VDI's content, never changed in place: clones have it too.
type disk struct{ data []byte }

// authenticated looks at a request's session_id, or at its account.
func (m *member) authenticated(r *http.Request) bool {
	if user, password, ok := r.BasicAuth(); ok {
		return user == m.s.config.username && password == m.s.config.password
	}
	return m.s.db.get("session", r.URL.Query().Get("session_id")) != nil
}

// serveImport takes a disk's content. As at xapi it answers before it reads,
// and what goes wrong from then on is in the task alone.
func (m *member) serveImport(w http.ResponseWriter, r *http.Request) {
	s, q := m.s, r.URL.Query()
	s.mu.Lock()
	method := r.Method + " " + r.URL.Path
	s.note(&Call{Address: m.address, Protocol: HTTP, Method: method, Params: []any{q.Get("vdi"), r.ContentLength}})
	faults := s.strike(method)
	s.tick()
	known := m.authenticated(r)
	vdi := s.db.get("VDI", q.Get("vdi"))
	elsewhere := m.elsewhere(vdi, faults)
	s.unlock()
	switch {
	case !m.survive(w, r, faults):
	case !known:
		w.Header().Set("WWW-Authenticate", `Basic realm="XenServer"`)
		htmlError(w, http.StatusUnauthorized)
	case vdi == nil:
		htmlError(w, http.StatusNotFound)
	case elsewhere != "":
		to := url.URL{Scheme: "https", Host: elsewhere, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
		if s.config.plain {
			to.Scheme = "http"
		}
		w.Header().Set("Location", to.String()) // without a port, as at xapi
		w.WriteHeader(http.StatusFound)
	case len(r.TransferEncoding) > 0:
		htmlError(w, http.StatusForbidden)
	default:
		m.receive(w, r, vdi.ref, faults)
	}
}

// elsewhere is the address of a member that reaches the disk when this one does
// not, or when the fault says so.
func (m *member) elsewhere(vdi *object, faults faultSet) string {
	if vdi == nil {
		return ""
	}
	sr := vdi.to("SR")
	if sr == nil || m.s.reaches(m.host, sr) && faults.effect(effectRedirect) == nil {
		return ""
	}
	for _, o := range m.s.members {
		if o != m && m.s.reaches(o.host, sr) {
			return o.address
		}
	}
	return ""
}

// receive answers, reads, and settles the task.
func (m *member) receive(w http.ResponseWriter, r *http.Request, vdi string, faults faultSet) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		htmlError(w, http.StatusInternalServerError)
		return
	}
	forget := m.take(conn)
	defer func() {
		forget()
		_ = conn.Close() // the client may have closed it first
	}()
	task := r.URL.Query().Get("task_id")
	answer := "HTTP/1.1 200 OK\r\nConnection: close\r\nTask-id: " + url.QueryEscape(task) + "\r\nContent-Type: application/octet-stream\r\n\r\n"
	if _, err := io.WriteString(conn, answer); err != nil {
		return
	}
	data, err := readImage(buffered.Reader, r.ContentLength)
	s := m.s
	s.mu.Lock()
	defer s.unlock()
	fail := faults.failTask()
	if f := faults.effect(effectFail); f != nil {
		fail = f.fault.Effect.failure
	}
	if err == nil && fail == nil {
		fail = s.writeDisk(vdi, data, r.ContentLength)
	} else if fail == nil {
		fail = failure("VDI_IO_ERROR", "Device I/O errors")
	}
	t := s.db.get("task", task)
	if t == nil {
		return
	}
	op := &operation{task: t, deaf: true}
	s.begin(op, func() (any, error) {
		t.set("progress", 0.5)
		if err := faults.stall(s, op); err != nil {
			return nil, err
		}
		if fail != nil {
			s.completeTask(op, "", fail)
		} else {
			s.completeTask(op, "", nil)
		}
		return "", nil
	})
}

// readImage reads so many bytes and returns the first of them.
func readImage(r *bufio.Reader, n int64) ([]byte, error) {
	kept := make([]byte, max(0, min(n, keepBytes)))
	if _, err := io.ReadFull(r, kept); err != nil {
		return nil, err
	}
	if rest := n - keepBytes; rest > 0 {
		if _, err := io.CopyN(io.Discard, r, rest); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// writeDisk gives a disk its content.
func (s *Server) writeDisk(vdi string, data []byte, size int64) *Failure {
	o := s.db.get("VDI", vdi)
	switch {
	case o == nil:
		return handleInvalid("VDI", vdi)
	case size > o.int("virtual_size"):
		return failure("VDI_IO_ERROR", "Device I/O errors")
	case attachedTo(o) != nil:
		return failure("VDI_IN_USE", vdi, "import")
	}
	s.disks[vdi] = &disk{data: data}
	s.db.touch(o)
	return nil
}

// DiskContent returns what was written to a VDI, at most 64 MiB of it; nil when
// nothing was.
func (s *Server) DiskContent(vdi string) []byte {
	s.mu.Lock()
	defer s.unlock()
	if d := s.disks[vdi]; d != nil {
		return bytes.Clone(d.data)
	}
	return nil
}

// reaches reports whether a host has a connection to an SR.
func (s *Server) reaches(host, sr *object) bool {
	for _, p := range sr.members("PBDs") {
		if p.str("host") == host.ref && p.flag("currently_attached") {
			return true
		}
	}
	return false
}

// attachedTo is the drive by which a running VM has the disk, nil when none has.
func attachedTo(vdi *object) *object {
	for _, b := range vdi.members("VBDs") {
		if b.flag("currently_attached") {
			return b
		}
	}
	return nil
}
