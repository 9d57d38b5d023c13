package xapitest

import "slices"

func sessionMethods() []spec {
	return []spec{
		{"session.login_with_password", "uname: string, pwd: string, version?: string, originator?: string", "session ref", login},
		{"session.logout", "", "void", logout},
	}
}

func login(c *call, a args) (any, error) {
	s := c.s
	if a.str(0) != s.config.username || a.str(1) != s.config.password {
		return nil, failure("SESSION_AUTHENTICATION_FAILED", a.str(0), "Authentication failure")
	}
	originator := a.str(3)
	host := s.pool.str("master")
	o := s.db.create("session", map[string]any{
		"this_host": host, "last_active": s.stamp(), "validation_time": s.stamp(), "is_local_superuser": true,
		"auth_user_name": a.str(0), "originator": originator,
	})
	s.evict(originator)
	return o.ref, nil
}

// evict drops the oldest sessions of an originator that has too many.
func (s *Server) evict(originator string) {
	if s.config.sessions <= 0 {
		return
	}
	group := slices.DeleteFunc(s.db.all("session"), func(o *object) bool { return o.str("originator") != originator })
	for len(group) > s.config.sessions {
		s.db.destroy(group[0])
		group = group[1:]
	}
}

func logout(c *call, _ args) (any, error) {
	if c.session != nil {
		c.s.db.destroy(c.session)
	}
	return "", nil
}

// session checks the session that a call came with, as a member does: who is
// not the master only says who is.
func (s *Server) session(at *member, given any) (*object, error) {
	if at != nil && !at.master() {
		return nil, failure("HOST_IS_SLAVE", s.masterAddress())
	}
	ref, _ := given.(string)
	o := s.db.get("session", ref)
	if o == nil {
		return nil, failure("SESSION_INVALID", ref)
	}
	o.fields["last_active"] = s.stamp() // no event: it changes with every call
	return o, nil
}

// dropSessions forgets all sessions, as a server that starts again does.
func (s *Server) dropSessions() {
	for _, o := range s.db.all("session") {
		s.db.destroy(o)
	}
}
