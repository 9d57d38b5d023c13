package xapitest

import (
	"slices"
	"strings"
	"time"
)

// A listener is a session that registered for events, as clients did before
// event.from: the server knows how far it has come.
type listener struct {
	classes []string // in lower case
	since   int64
}

func eventRegister(c *call, a args) (any, error) {
	s := c.s
	for ref := range s.listeners {
		if s.db.get("session", ref) == nil {
			delete(s.listeners, ref)
		}
	}
	l := s.listeners[c.sessionRef()]
	if l == nil {
		l = &listener{since: s.db.generation}
		s.listeners[c.sessionRef()] = l
	}
	for _, name := range a.list(0) {
		l.classes = append(l.classes, strings.ToLower(name))
	}
	return "", nil
}

func eventUnregister(c *call, a args) (any, error) {
	if l := c.s.listeners[c.sessionRef()]; l != nil {
		for _, name := range a.list(0) {
			l.classes = slices.DeleteFunc(l.classes, func(class string) bool { return class == strings.ToLower(name) })
		}
	}
	return "", nil
}

// eventNext waits for the next events, for as long as it takes.
func eventNext(c *call, _ args) (any, error) {
	l := c.s.listeners[c.sessionRef()]
	if l == nil {
		return nil, failure("SESSION_NOT_REGISTERED", c.sessionRef())
	}
	const forever = 24 * time.Hour // a session's life
	events, err := c.hear(subscriptions(l.classes), l.since, forever)
	if err != nil {
		return nil, err
	}
	l.since = c.s.db.generation
	return events, nil
}

func (c *call) sessionRef() string {
	if c.session == nil {
		return ""
	}
	return c.session.ref
}
