package xapitest

func taskMethods() []spec {
	return []spec{
		{"task.create", "label: string, description: string", "task ref", func(c *call, a args) (any, error) {
			t := c.s.newTask(a.str(0), c.member)
			t.set("name_description", a.str(1))
			return t.ref, nil
		}},
		{"task.destroy", "self: task ref", "void", onTask(func(c *call, t *object, _ args) error {
			c.s.db.destroy(t)
			delete(c.s.tasks, t.ref)
			return nil
		})},
		{"task.cancel", "task: task ref", "void", onTask(func(c *call, t *object, _ args) error {
			c.s.cancelTask(t)
			return nil
		})},
		{"task.set_status", "self: task ref, value: enum task_status_type", "void", onTask(func(c *call, t *object, a args) error {
			t.set("status", a.str(1))
			t.set("finished", c.s.stamp())
			return nil
		})},
		{"task.set_progress", "self: task ref, value: float", "void", onTask(func(_ *call, t *object, a args) error {
			t.set("progress", a.float(1))
			return nil
		})},
		{"task.set_result", "self: task ref, value: string", "void", onTask(func(_ *call, t *object, a args) error {
			t.set("result", a.str(1))
			return nil
		})},
		{"task.set_error_info", "self: task ref, value: string set", "void", onTask(func(_ *call, t *object, a args) error {
			t.set("error_info", a.list(1))
			return nil
		})},
		{"task.add_to_other_config", "self: task ref, key: string, value: string", "void", onTask(func(_ *call, t *object, a args) error {
			return addTo(t, "other_config", a.str(1), a.str(2))
		})},
		{"task.remove_from_other_config", "self: task ref, key: string", "void", onTask(func(_ *call, t *object, a args) error {
			t.drop("other_config", a.str(1))
			return nil
		})},
	}
}

func onTask(do func(c *call, t *object, a args) error) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		t, err := c.find("task", a.str(0))
		if err != nil {
			return nil, err
		}
		return "", do(c, t, a)
	}
}

func (s *Server) newTask(label string, at *member) *object {
	host := s.pool.str("master")
	if at != nil {
		host = at.host.ref
	}
	return s.db.create("task", map[string]any{
		"name_label": label, "created": s.stamp(), "resident_on": host, "type": "<none/>",
		"allowed_operations": []string{"cancel", "destroy"},
	})
}

// cancelTask records the wish that a task stop.
func (s *Server) cancelTask(t *object) {
	if t.str("status") != "pending" {
		return
	}
	t.put("current_operations", t.ref, "cancel")
	if op := s.tasks[t.ref]; op != nil {
		op.cancelled = true
	}
}

// completeTask writes how a task ended, a field at a time, the status last.
func (s *Server) completeTask(op *operation, result any, err error) {
	t, f := op.task, asFailure(err)
	t.set("progress", 1.0)
	op.spend(1)
	status := "success"
	switch {
	case f == nil:
		t.set("result", string(appendXML(nil, result)))
	case f.Code == "TASK_CANCELLED":
		status = "cancelled"
		if !s.config.bareCancel {
			t.set("error_info", append([]string{f.Code}, f.Params...))
		}
	default:
		status = "failure"
		t.set("error_info", append([]string{f.Code}, f.Params...))
	}
	op.spend(1)
	t.set("finished", s.stamp())
	t.set("allowed_operations", []string{"destroy"})
	t.set("current_operations", map[string]string{})
	t.set("status", status)
	delete(s.tasks, t.ref)
}
