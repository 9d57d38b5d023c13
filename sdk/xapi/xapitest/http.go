package xapitest

import (
	"io"
	"net/http"
	"strings"
)

// The headers by which a client asks a member for its master's certificate.
const (
	askThumbprint  = "X-Xenapi-Request-Host-Certificate-Thumbprint"
	giveThumbprint = "X-Xenapi-Response-Host-Certificate-Thumbprint"
)

const maxBody = 32 << 20

// ServeHTTP answers calls and the requests beside them.
func (m *member) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.s.handling.RLock()
	defer m.s.handling.RUnlock()
	if closed(m.s.closing) {
		cut(w)
		return
	}
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "X-Requested-With, Content-Type")
		w.Header().Set("Access-Control-Allow-Methods", "PUT")
	case r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/jsonrpc"):
		m.serveRPC(w, r, decodeJSON)
	case r.Method == http.MethodPost:
		m.serveRPC(w, r, decodeXML) // /, /RPC2, /xmlrpc and whatever else
	case r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, "/import_raw_vdi"):
		m.serveImport(w, r)
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/rrd_updates"):
		m.serveRRD(w, r)
	default:
		htmlError(w, http.StatusNotFound)
	}
}

func htmlError(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Connection", "close")
	w.WriteHeader(status)
	text := http.StatusText(status)
	_, _ = io.WriteString(w, "<html><body><h1>HTTP "+text+"</h1></body></html>")
}

func (m *member) serveRPC(w http.ResponseWriter, r *http.Request, decode func([]byte) (rpc, error)) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		htmlError(w, http.StatusInternalServerError)
		return
	}
	in, err := decode(body)
	if err != nil {
		htmlError(w, http.StatusInternalServerError)
		return
	}
	in.marks = marksOf(r.Header)
	s := m.s
	s.mu.Lock()
	entry := s.record(m, in)
	faults := s.strike(in.method)
	s.unlock()
	if !m.survive(w, r, faults) {
		return
	}
	result, fail := m.answer(r, in, faults, entry)
	if !faults.hang(r.Context(), s, effectHangAfter) {
		return
	}
	if faults.effect(effectDropAfter) != nil {
		cut(w)
		return
	}
	if fail != nil && fail.Code == "HOST_IS_SLAVE" && strings.EqualFold(r.Header.Get(askThumbprint), "sha-256:master") {
		s.mu.Lock()
		w.Header().Set(giveThumbprint, s.master().fingerprint())
		s.unlock()
	}
	write(w, in, result, fail)
}

// marksOf are the headers that a task keeps in its other_config, by key.
func marksOf(h http.Header) map[string]string {
	marks := map[string]string{}
	for name, values := range h {
		if key, ok := strings.CutPrefix(strings.ToLower(name), "x-http-other-config-"); ok && len(values) > 0 {
			marks["http:"+key] = values[0]
		}
	}
	return marks
}

// survive lets happen what happens before a call is carried out; false when it
// is not.
func (m *member) survive(w http.ResponseWriter, r *http.Request, faults faultSet) bool {
	if f := faults.effect(effectNotice); f != nil {
		f.fault.Effect.notice()
	}
	switch {
	case faults.effect(effectDropBefore) != nil:
		cut(w)
	case faults.effect(effectHTML) != nil:
		htmlError(w, http.StatusInternalServerError)
	default:
		return faults.hang(r.Context(), m.s, effectHangBefore)
	}
	return false
}

// answer carries a call out.
func (m *member) answer(r *http.Request, in rpc, faults faultSet, entry *Call) (any, *Failure) {
	s := m.s
	s.mu.Lock()
	defer s.unlock()
	if f := faults.effect(effectFail); f != nil {
		entry.Code = f.fault.Effect.failure.Code
		return nil, f.fault.Effect.failure
	}
	if faults.effect(effectLoseSession) != nil && len(in.params) > 0 {
		ref, _ := in.params[0].(string)
		if o := s.db.get("session", ref); o != nil {
			s.db.destroy(o)
		}
	}
	result, err := s.dispatch(r.Context(), m, in, faults)
	if fail := asFailure(err); fail != nil {
		entry.Code = fail.Code
		return nil, fail
	}
	return faults.rewrite(result), nil
}

func write(w http.ResponseWriter, in rpc, result any, fail *Failure) {
	// Exactly these content types: some clients compare them.
	var body []byte
	if in.protocol == XML {
		w.Header().Set("Content-Type", "text/xml")
		body = encodeXML(in, result, fail)
	} else {
		w.Header().Set("Content-Type", "application/json")
		body = encodeJSON(in, result, fail)
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "X-Requested-With")
	_, _ = w.Write(body) //nolint:gosec // no browser reads it; and the client may be gone
}

// cut closes the connection without an answer.
func cut(w http.ResponseWriter) {
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = c.Close()
	}
}

// master is the member that is the pool's; the lock is held.
func (s *Server) master() *member {
	for _, m := range s.members {
		if m.master() {
			return m
		}
	}
	return s.members[0]
}
