package xapitest

import (
	"slices"
	"strings"
)

// A Protocol is how a call came.
type Protocol string

// The protocols of calls. An upload or another request beside the API is HTTP.
const (
	JSON1 Protocol = "JSON-RPC 1.0"
	JSON2 Protocol = "JSON-RPC 2.0"
	XML   Protocol = "XML-RPC"
	HTTP  Protocol = "HTTP"
)

// A Call is one in the journal.
type Call struct {
	// Address is the member that got it.
	Address  string
	Protocol Protocol
	// Method is as on the wire, with Async. before it, or PUT /import_raw_vdi.
	Method string
	// Originator is the session's; empty for calls without one.
	Originator string
	// Params are those after the session, passwords left out: strings, bools,
	// int64 or float64, []any, map[string]any.
	Params []any
	// Code is the error that it was answered with; empty when there was none.
	Code string
}

// Journal returns the calls so far, in the order of their arrival.
func (s *Server) Journal() []Call {
	s.mu.Lock()
	defer s.unlock()
	out := make([]Call, len(s.journal))
	for i, c := range s.journal {
		out[i] = *c
	}
	return out
}

// Calls is how many calls of a method there were, asynchronous ones included.
func (s *Server) Calls(method string) int {
	n := 0
	for _, c := range s.Journal() {
		if c.Method == method || c.Method == "Async."+method {
			n++
		}
	}
	return n
}

// ForgetJournal begins a new journal.
func (s *Server) ForgetJournal() {
	s.mu.Lock()
	defer s.unlock()
	s.journal = nil
}

// record writes a call down and returns the entry.
func (s *Server) record(at *member, r rpc) *Call {
	c := &Call{Address: at.address, Protocol: r.protocol, Method: r.method}
	params := r.params
	if m := lookup(strings.TrimPrefix(r.method, "Async.")); m != nil && m.open {
		if params = slices.Clone(params); len(params) > 1 {
			params[1] = "(hidden)"
		}
	} else if len(params) > 0 {
		if ref, ok := params[0].(string); ok {
			if o := s.db.get("session", ref); o != nil {
				c.Originator = o.str("originator")
			}
		}
		params = params[1:]
	}
	c.Params, _ = plain(params).([]any)
	s.note(c)
	return c
}

// note adds to the journal, and forgets its first half when it is too long.
func (s *Server) note(c *Call) {
	if most := s.config.journal; most > 0 && len(s.journal) >= most {
		s.journal = slices.Clone(s.journal[len(s.journal)-most/2:])
	}
	s.journal = append(s.journal, c)
}
