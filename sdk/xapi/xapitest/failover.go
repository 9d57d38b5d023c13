package xapitest

import "context"

// startAfresh is what a toolstack does that starts: no session is known, and
// what was under way is not, whatever it was deaf to.
func (s *Server) startAfresh() {
	s.dropSessions()
	for op := range s.ops {
		op.cancelled, op.deaf = true, false
	}
}

// promote makes a host the master.
func (s *Server) promote(h *object) {
	s.startAfresh()
	s.pool.set("master", h.ref)
}

// Kill takes a member off the network, with all that it was in the middle of.
// Its VMs are shown as they were: nobody is there to say otherwise.
func (s *Server) Kill(i int) {
	m := s.members[i]
	s.mu.Lock()
	if metrics := m.host.to("metrics"); metrics != nil {
		metrics.set("live", false)
	}
	if m.master() {
		s.dropSessions()
	}
	s.unlock()
	m.shut()
}

// Revive brings a member back that was killed. It is not the master any more
// if another one was promoted.
func (s *Server) Revive(ctx context.Context, i int) error {
	m := s.members[i]
	if err := m.listenAgain(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.unlock()
	if metrics := m.host.to("metrics"); metrics != nil {
		metrics.set("live", true)
	}
	return nil
}

// Promote makes a member the master. All sessions are lost, and tasks under way
// end as cancelled.
func (s *Server) Promote(i int) {
	s.mu.Lock()
	defer s.unlock()
	s.promote(s.members[i].host)
}

// FailOver kills the master and promotes another member.
func (s *Server) FailOver(to int) {
	s.mu.Lock()
	master := 0
	for i, m := range s.members {
		if m.master() {
			master = i
		}
	}
	s.unlock()
	s.Kill(master)
	s.Promote(to)
}

// Restart is what happens when the master's toolstack restarts: sessions are
// lost, connections cut and tasks cancelled; VMs go on.
func (s *Server) Restart(ctx context.Context) error {
	s.mu.Lock()
	s.startAfresh()
	m := s.master()
	s.unlock()
	m.shut()
	return m.listenAgain(ctx)
}

// Master is the index of the member that is the master.
func (s *Server) Master() int {
	s.mu.Lock()
	defer s.unlock()
	for i, m := range s.members {
		if m.master() {
			return i
		}
	}
	return 0
}
