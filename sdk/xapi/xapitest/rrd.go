package xapitest

import (
	"fmt"
	"net/http"
	"strconv"
)

// serveRRD answers with the latest measurements: one row, made up of what the
// database knows. It is XML unless somebody asks for JSON, in which values are
// strings; both as at xapi.
func (m *member) serveRRD(w http.ResponseWriter, r *http.Request) {
	s, q := m.s, r.URL.Query()
	s.mu.Lock()
	s.note(&Call{Address: m.address, Protocol: HTTP, Method: r.Method + " " + r.URL.Path})
	faults := s.strike(r.Method + " " + r.URL.Path)
	known := m.authenticated(r)
	now := s.time().Unix()
	legend, values := s.measurements(m.host, q.Get("vm_uuid"), q.Get("host") == "true")
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
		media, body := "text/xml", measurementsXML
		if wantsJSON(r) {
			media, body = "application/json", measurementsJSON
		}
		w.Header().Set("Content-Type", media)
		_, _ = w.Write(body(now, legend, values)) // the client may be gone
	}
}

// wantsJSON looks at the Accept header, and where that does not choose, at the
// parameter.
func wantsJSON(r *http.Request) bool {
	switch r.Header.Get("Accept") {
	case "application/json":
		return true
	case "text/xml", "application/xml":
		return false
	}
	return r.URL.Query().Get("json") == "true"
}

// measurements are what is measured of a host and the VMs on it, by their names.
func (s *Server) measurements(host *object, vmUUID string, withHost bool) (legend, values []string) {
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
	return legend, values
}

// rrdStep is the time between measurements, in seconds.
const rrdStep = 5

func measurementsJSON(now int64, legend, values []string) []byte {
	return appendJSON(nil, map[string]any{
		"meta": map[string]any{
			"start": now - rrdStep, "step": int64(rrdStep), "end": now, "rows": int64(1), "columns": int64(len(legend)), "legend": legend,
		},
		"data": []any{map[string]any{"t": now, "values": values}},
	})
}

func measurementsXML(now int64, legend, values []string) []byte {
	b := fmt.Appendf(nil, "<xport><meta><start>%d</start><step>%d</step><end>%d</end><rows>1</rows><columns>%d</columns><legend>",
		now-rrdStep, rrdStep, now, len(legend))
	for _, name := range legend {
		b = append(appendEscaped(append(b, "<entry>"...), name), "</entry>"...)
	}
	b = fmt.Appendf(b, "</legend></meta><data><row><t>%d</t>", now)
	for _, v := range values {
		b = append(appendEscaped(append(b, "<v>"...), v), "</v>"...)
	}
	return append(b, "</row></data></xport>"...)
}
