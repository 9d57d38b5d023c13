package xapitest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func eventMethods() []spec {
	return []spec{
		{"event.from", "classes: string set, token: string, timeout: float", "(string -> string) map", eventFrom},
		{"event.inject", "class: string, ref: string", "string", eventInject},
		{"event.register", "classes: string set", "void", eventRegister},
		{"event.unregister", "classes: string set", "void", eventUnregister},
		{"event.next", "", "event record set", eventNext},
		{"event.get_current_id", "", "int", func(c *call, _ args) (any, error) { return c.s.db.generation, nil }},
	}
}

func token(generation int64) string { return fmt.Sprintf("%020d,%020d", generation, generation) }

func parseToken(t string) (int64, error) {
	if t == "" {
		return -1, nil
	}
	db, messages, ok := strings.Cut(t, ",")
	n, err := strconv.ParseInt(db, 10, 64)
	if _, err2 := strconv.ParseInt(messages, 10, 64); !ok || err != nil || err2 != nil {
		return 0, failure("EVENT_FROM_TOKEN_PARSE_FAILURE", t)
	}
	return n, nil
}

// A subscription says which objects somebody wants to hear of: by class, all
// of them or one.
type subscription struct {
	class string
	ref   string // all when empty
}

func subscriptions(names []string) []subscription {
	byName := map[string]string{}
	for _, n := range classNames() {
		if !classes()[n].silent() {
			byName[strings.ToLower(n)] = n
		}
	}
	var subs []subscription
	for _, name := range names {
		if name == "*" {
			for _, n := range classNames() {
				if !classes()[n].silent() {
					subs = append(subs, subscription{class: n})
				}
			}
			continue
		}
		class, ref, _ := strings.Cut(name, "/")
		if n, ok := byName[strings.ToLower(class)]; ok {
			subs = append(subs, subscription{class: n, ref: ref})
		}
	}
	return subs
}

// eventFrom waits for something to happen after a token, and tells it. Time
// moves on while it waits, as long as something is due.
func eventFrom(c *call, a args) (any, error) {
	s := c.s
	since, err := parseToken(a.str(1))
	if err != nil {
		return nil, err
	}
	events, err := c.hear(subscriptions(a.list(0)), since, time.Duration(a.float(2)*float64(time.Second)))
	if err != nil {
		return nil, err
	}
	return s.batch(events), nil
}

// hear waits for events after a generation; there are none when patience ends.
func (c *call) hear(subs []subscription, since int64, patience time.Duration) ([]any, error) {
	s := c.s
	deadline := time.Now().Add(patience)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		s.settle()
		if s.hearGuests() { // before anybody else hears of it
			continue
		}
		if c.session != nil && s.db.get("session", c.session.ref) == nil {
			return nil, failure("SESSION_INVALID", c.session.ref)
		}
		if c.member != nil && !c.member.master() {
			return nil, failure("HOST_IS_SLAVE", s.masterAddress())
		}
		events := s.eventsSince(subs, since)
		if len(events) > 0 || !time.Now().Before(deadline) {
			return events, nil
		}
		if s.skip() {
			continue
		}
		if !s.sleep(c.ctx, timer.C) {
			return nil, failure("INTERNAL_ERROR", "nobody waits for the events")
		}
	}
}

type happening struct {
	at    int64
	event map[string]any
}

// eventsSince tells what happened to the objects of the subscriptions after a
// generation: an object once, as it is now.
func (s *Server) eventsSince(subs []subscription, since int64) []any {
	var found []happening
	seen := map[string]bool{}
	add := func(at int64, class, op, ref string, snapshot any) {
		if seen[class+ref] {
			return
		}
		seen[class+ref] = true
		e := map[string]any{"id": at, "timestamp": "0.0", "class": strings.ToLower(class), "operation": op, "ref": ref}
		if snapshot != nil {
			e["snapshot"] = snapshot
		}
		found = append(found, happening{at, e})
	}
	changed := func(o *object) {
		if o == nil || o.modified <= since {
			return
		}
		op := "mod"
		if o.created > since {
			op = "add"
		}
		add(o.modified, o.class.name, op, o.ref, o.snapshot())
	}
	for _, sub := range subs {
		if sub.ref != "" {
			changed(s.db.get(sub.class, sub.ref))
		} else {
			for _, o := range s.db.tables[sub.class] {
				changed(o)
			}
		}
		for _, d := range s.db.deleted[sub.class] {
			if d.created <= since && d.deleted > since && (sub.ref == "" || sub.ref == d.ref) {
				add(d.deleted, sub.class, "del", d.ref, nil)
			}
		}
	}
	slices.SortFunc(found, func(a, b happening) int { return cmp.Compare(a.at, b.at) })
	out := make([]any, len(found))
	for i, h := range found {
		out[i] = h.event
	}
	return out
}

// batch counts the objects of every class in the database, whatever was
// subscribed to; events and messages are not in it.
func (s *Server) batch(events []any) any {
	counts := map[string]any{}
	for class, table := range s.db.tables {
		if class == "event" || class == "message" {
			continue
		}
		counts[strings.ToLower(class)] = int32(len(table)) //nolint:gosec // no test has 2³¹ objects
	}
	return map[string]any{"events": events, "valid_ref_counts": counts, "token": token(s.db.generation)}
}

// eventInject touches an object, and returns a token from just before.
func eventInject(c *call, a args) (any, error) {
	subs := subscriptions([]string{a.str(0)})
	if len(subs) != 1 {
		return nil, failure("INTERNAL_ERROR", "event.inject: there is no class "+a.str(0))
	}
	o, err := c.find(subs[0].class, a.str(1))
	if err != nil {
		return nil, err
	}
	before := token(c.s.db.generation)
	c.s.db.touch(o)
	return before, nil
}
