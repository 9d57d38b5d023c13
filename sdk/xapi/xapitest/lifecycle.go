package xapitest

import (
	"slices"
	"strings"
)

// allowedStates are the power states from which an operation may begin; any
// when nil.
func allowedStates(op string) []string {
	switch op {
	case "start", "start_on", "provision", "make_into_template", "changing_VCPUs", "changing_static_range", "changing_memory_limits",
		"changing_NVRAM", "clone", "copy":
		return []string{"Halted"}
	case "pause", "suspend", "clean_shutdown", "clean_reboot", "pool_migrate", "changing_VCPUs_live":
		return []string{"Running"}
	case "unpause":
		return []string{"Paused"}
	case "resume", "resume_on":
		return []string{"Suspended"}
	case "hard_reboot":
		return []string{"Running", "Paused"}
	case "hard_shutdown":
		return []string{"Running", "Paused", "Suspended"}
	case "checkpoint":
		return []string{"Running", "Paused", "Suspended"}
	case "destroy", "export":
		return []string{"Halted", "Suspended"}
	}
	return nil
}

// ofTemplates are the operations that a template bears, ofSnapshots those that
// a snapshot does.
func ofTemplates() []string {
	return []string{
		"provision", "clone", "copy", "export", "snapshot", "destroy", "create_template", "make_into_template", "changing_VCPUs",
		"changing_static_range", "changing_memory_limits", "changing_NVRAM",
	}
}

func ofSnapshots() []string { return []string{"revert", "clone", "copy", "export", "destroy"} }

// refusal says why an operation may not begin, in xapi's order of checks; nil
// when it may. What other operations go on is looked at in between, by busy.
func refusal(vm *object, op string) *Failure {
	if code, ok := vm.texts("blocked_operations")[op]; ok {
		return failure("OPERATION_BLOCKED", vm.ref, code)
	}
	if states := allowedStates(op); states != nil && !slices.Contains(states, vm.str("power_state")) {
		return failure("VM_BAD_POWER_STATE", vm.ref, strings.ToLower(strings.Join(states, ", ")), strings.ToLower(vm.str("power_state")))
	}
	return nil
}

func refusalOfKind(vm *object, op string) *Failure {
	template, snapshot := vm.flag("is_a_template"), vm.flag("is_a_snapshot")
	switch {
	case template && !snapshot && !slices.Contains(ofTemplates(), op) && op != "revert",
		vm.flag("is_default_template") && op == "destroy":
		return failure("VM_IS_TEMPLATE", vm.ref, op)
	case snapshot && !slices.Contains(ofSnapshots(), op):
		return failure("VM_IS_SNAPSHOT", vm.ref, op)
	case !template && op == "provision":
		return failure("PROVISION_ONLY_ALLOWED_ON_TEMPLATE")
	case !snapshot && op == "revert":
		return failure("REVERT_ONLY_ALLOWED_ON_SNAPSHOT")
	case vm.flag("is_control_domain"):
		return failure("OPERATION_NOT_ALLOWED", "Operations on domain 0 are not allowed")
	}
	return nil
}

// busy reports whether other operations on the VM keep this one waiting.
func busy(vm *object, op string) bool {
	overlapping := []string{"clone", "copy", "export"}
	for _, current := range vm.texts("current_operations") {
		switch {
		case op == "hard_shutdown" && current != "hard_shutdown":
		case slices.Contains(overlapping, op) && slices.Contains(overlapping, current):
		default:
			return true
		}
	}
	return false
}

// onVM finds a VM and operates on it, as soon as what else goes on there lets
// it.
func (c *call) onVM(ref, op string, do func(vm *object) (any, error)) (any, error) {
	vm, err := c.find("VM", ref)
	if err != nil {
		return nil, err
	}
	if err := c.turn(vm, op); err != nil {
		return nil, err
	}
	defer func() {
		if c.s.db.get("VM", ref) != nil {
			c.s.allow(vm)
		}
	}()
	return c.during(vm, op, func() (any, error) {
		if c.s.db.get("VM", ref) == nil {
			return nil, handleInvalid("VM", ref)
		}
		if f := refusal(vm, op); f != nil { // somebody interrupted
			return nil, f
		}
		return do(vm)
	})
}

// turn waits until an operation may begin.
func (c *call) turn(vm *object, op string) error {
	limit := c.s.now + c.s.config.busy
	for {
		if c.s.db.get("VM", vm.ref) == nil {
			return handleInvalid("VM", vm.ref)
		}
		if f := refusal(vm, op); f != nil {
			return f
		}
		if !busy(vm, op) {
			if f := refusalOfKind(vm, op); f != nil {
				return f
			}
			return nil
		}
		if c.s.config.busy > 0 {
			if c.s.now >= limit {
				return inProgress(vm)
			}
			c.s.later(limit-c.s.now, func() {})
		}
		free := func() bool {
			return !busy(vm, op) || c.s.db.get("VM", vm.ref) == nil || c.s.config.busy > 0 && c.s.now >= limit
		}
		if err := c.op.await(free); err != nil {
			return err
		}
	}
}

func inProgress(vm *object) *Failure {
	var ops, tasks []string
	for task, op := range vm.texts("current_operations") {
		ops, tasks = append(ops, op), append(tasks, task)
	}
	return failure("OTHER_OPERATION_IN_PROGRESS", "VM", vm.ref, strings.Join(ops, "; "), strings.Join(tasks, "; "))
}

// allow writes down what may be done with a VM now. It is advice, and stricter
// than the calls themselves: a clean shutdown needs somebody who listens.
func (s *Server) allow(vm *object) {
	listens := false
	if g := vm.to("guest_metrics"); g != nil {
		listens = g.flag("PV_drivers_detected") || g.texts("other")["feature-shutdown"] == "1"
	}
	allowed := []string{}
	for _, op := range []string{
		"snapshot", "checkpoint", "clone", "copy", "revert", "provision", "start", "start_on", "pause", "unpause", "clean_shutdown", "clean_reboot",
		"hard_shutdown", "hard_reboot", "suspend", "resume", "resume_on", "pool_migrate", "changing_VCPUs", "changing_static_range",
		"changing_memory_limits", "changing_NVRAM", "make_into_template", "export", "destroy",
	} {
		gentle := op == "clean_shutdown" || op == "clean_reboot" || op == "suspend" || op == "checkpoint"
		if refusal(vm, op) == nil && refusalOfKind(vm, op) == nil && (!gentle || listens) {
			allowed = append(allowed, op)
		}
	}
	vm.set("allowed_operations", allowed)
	s.allowDevices(vm)
}
