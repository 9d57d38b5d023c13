package xapitest

import (
	"io"
	"net/http"
	"strconv"
)

// serveRRD answers with the latest measurements, in JSON: one row, made up of
// what the database knows. Values are strings, as at xapi.
func (m *member) serveRRD(w http.ResponseWriter, r *http.Request) {
	s, q := m.s, r.URL.Query()
	s.mu.Lock()
	s.journal = append(s.journal, &Call{Address: m.address, Protocol: HTTP, Method: r.Method + " " + r.URL.Path})
	faults := s.strike(r.Method + " " + r.URL.Path)
	known := m.authenticated(r)
	body := s.measurements(m.host, q.Get("vm_uuid"), q.Get("host") == "true")
	s.unlock()
	_, err := strconv.ParseInt(q.Get("start"), 10, 64)
	switch {
	case !m.survive(w, r, faults):
	case !known:
		w.Header().Set("WWW-Authenticate", `Basic realm="XenServer"`)
		htmlError(w, http.StatusUnauthorized)
	case err != nil: // start is not optional
		htmlError(w, http.StatusBadRequest)
	default:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

func (s *Server) measurements(host *object, vmUUID string, withHost bool) string {
	const step = 5
	var legend, values []string
	add := func(name, value string) {
		legend, values = append(legend, "AVERAGE:"+name), append(values, value)
	}
	if withHost {
		add("host:"+host.str("uuid")+":memory_free_kib", strconv.FormatInt(s.freeMemory(host)>>10, 10))
	}
	for _, vm := range host.members("resident_VMs") {
		uuid := vm.str("uuid")
		if vm.flag("is_control_domain") || vmUUID != "" && vmUUID != uuid {
			continue
		}
		for i := range vm.int("VCPUs_at_startup") {
			add("vm:"+uuid+":cpu"+strconv.FormatInt(i, 10), "0.02")
		}
		add("vm:"+uuid+":memory", strconv.FormatInt(vm.int("memory_target"), 10))
		add("vm:"+uuid+":memory_internal_free", "NaN")
	}
	now := s.time().Unix()
	b := appendJSON(nil, map[string]any{
		"meta": map[string]any{
			"start": now - step, "step": int64(step), "end": now, "rows": int64(1), "columns": int64(len(legend)), "legend": legend,
		},
		"data": []any{map[string]any{"t": now, "values": values}},
	})
	return string(b)
}
