package xapitest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// A call is one being dispatched.
type call struct {
	s       *Server
	ctx     context.Context //nolint:containedctx // the call lives as long as its request
	member  *member         // that got it; nil from within
	session *object         // nil for calls without one, and from within
	method  string
	op      *operation
	faults  faultSet
}

// dispatch carries out a call that came over the wire; the lock is held.
func (s *Server) dispatch(ctx context.Context, at *member, r rpc, faults faultSet) (any, error) {
	s.tick()
	name, async := strings.CutPrefix(r.method, "Async.")
	if r.method == "system.listMethods" {
		return s.methods, nil
	}
	m := lookup(name)
	if m == nil {
		if len(r.params) > 0 {
			if _, err := s.session(at, r.params[0]); err != nil {
				return nil, err
			}
		}
		return nil, failure("MESSAGE_METHOD_UNKNOWN", r.method)
	}
	given := r.params
	if !m.open {
		if len(given) == 0 {
			return nil, failure("MESSAGE_PARAMETER_COUNT_MISMATCH", m.name, strconv.Itoa(m.required), "-1")
		}
		given = given[1:]
	}
	a, err := m.check(given)
	if err != nil {
		return nil, err
	}
	c := &call{s: s, ctx: ctx, member: at, method: m.name, faults: faults}
	if m.open {
		if at != nil && !at.master() {
			return nil, failure("HOST_IS_SLAVE", s.masterAddress())
		}
	} else if c.session, err = s.session(at, r.params[0]); err != nil {
		return nil, err
	}
	if !async {
		return c.carryOut(m, a)
	}
	if m.sync {
		return nil, failure("Fault", "No async mode for this operation (rpc: "+r.method+")")
	}
	return c.startTask(m, a, r.marks), nil
}

// lookup finds a method by its name, or by its alias with an underscore in
// place of the dot.
func lookup(name string) *method {
	if m := methods()[name]; m != nil {
		return m
	}
	for i := range len(name) {
		if name[i] == '_' {
			if m := methods()[name[:i]+"."+name[i+1:]]; m != nil {
				return m
			}
		}
	}
	return nil
}

// carryOut does a call and waits for it.
func (c *call) carryOut(m *method, a args) (any, error) {
	if m.quick {
		return m.do(c, a)
	}
	op := &operation{}
	c.op = op
	c.s.begin(op, func() (any, error) {
		if err := c.faults.stall(c.s, op); err != nil {
			return nil, err
		}
		return m.do(c, a)
	})
	if !c.s.finish(c.ctx, op) {
		return nil, failure("INTERNAL_ERROR", "nobody waits for the answer")
	}
	return op.result, op.err
}

// startTask starts a call as a task and returns the task's reference. The task
// bears the marks that came with the call.
func (c *call) startTask(m *method, a args, marks map[string]string) string {
	s := c.s
	task := s.newTask("Async."+m.name, c.member)
	task.set("other_config", marks)
	op := &operation{task: task, deaf: c.faults.deaf()}
	c.op = op
	c.ctx = context.Background()
	s.tasks[task.ref] = op
	s.begin(op, func() (any, error) {
		op.spend(1)
		result, err := c.runTask(m, a)
		s.completeTask(op, result, err)
		return result, err
	})
	return task.ref
}

func (c *call) runTask(m *method, a args) (any, error) {
	if err := c.op.wait(pause{ticks: 1}); err != nil {
		return nil, err
	}
	if err := c.faults.stall(c.s, c.op); err != nil {
		return nil, err
	}
	if f := c.faults.failTask(); f != nil {
		return nil, f
	}
	return m.do(c, a)
}

// find returns an object, or the API's error that there is none.
func (c *call) find(className, ref string) (*object, error) { return c.s.db.find(className, ref) }

func (c *call) byUUID(className, uuid string) (string, error) {
	if found := c.s.db.byField(className, "uuid", uuid); uuid != "" && len(found) > 0 {
		return found[0].ref, nil
	}
	return "", failure("UUID_INVALID", className, uuid)
}

// key is what the call is known by among an object's current operations.
func (c *call) key() string {
	if c.op != nil && c.op.task != nil {
		return c.op.task.ref
	}
	return fmt.Sprintf("DummyRef:|%p|%s", c, c.method)
}

// during marks an object as being operated on while do runs, and lets the
// operation take its time first.
func (c *call) during(o *object, operation string, do func() (any, error)) (any, error) {
	key := c.key()
	o.put("current_operations", key, operation)
	defer o.drop("current_operations", key)
	if err := c.op.work(); err != nil {
		return nil, err
	}
	return do()
}
