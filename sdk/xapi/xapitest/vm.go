package xapitest

import (
	"maps"
	"slices"
	"strconv"
)

func vmMethods() []spec {
	return []spec{
		{"VM.create", "args: VM record", "VM ref", vmCreate},
		{"VM.destroy", "self: VM ref", "void", vmDestroy},
		{"VM.get_possible_hosts", "vm: VM ref", "host ref set", readVM(func(c *call, vm *object, _ args) (any, error) { return c.s.possibleHosts(vm), nil })},
		{"VM.assert_can_boot_here", "self: VM ref, host: host ref", "void", readVM(func(c *call, vm *object, a args) (any, error) {
			h, err := c.find("host", a.str(1))
			if err != nil {
				return nil, err
			}
			if f := c.s.assertCanBoot(vm, h, true); f != nil {
				return nil, f
			}
			return "", nil
		})},
		{"VM.assert_operation_valid", "self: VM ref, op: enum vm_operations", "void", readVM(func(_ *call, vm *object, a args) (any, error) {
			for _, f := range []*Failure{refusal(vm, a.str(1)), refusalOfKind(vm, a.str(1))} {
				if f != nil {
					return nil, f
				}
			}
			return "", nil
		})},
		{"VM.update_allowed_operations", "self: VM ref", "void", readVM(func(c *call, vm *object, _ args) (any, error) {
			c.s.allow(vm)
			return "", nil
		})},
		{"VM.compute_memory_overhead", "vm: VM ref", "int", readVM(func(_ *call, vm *object, _ args) (any, error) { return vm.int("memory_overhead"), nil })},
		{"VM.get_allowed_VBD_devices", "vm: VM ref", "string set", readVM(func(_ *call, vm *object, _ args) (any, error) {
			return freeDevices(vm, "VBDs", "userdevice", maxVBDs), nil
		})},
		{"VM.get_allowed_VIF_devices", "vm: VM ref", "string set", readVM(func(_ *call, vm *object, _ args) (any, error) { return freeDevices(vm, "VIFs", "device", maxVIFs), nil })},
	}
}

// readVM makes a method of what looks at a VM without operating on it.
func readVM(do func(c *call, vm *object, a args) (any, error)) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		vm, err := c.find("VM", a.str(0))
		if err != nil {
			return nil, err
		}
		return do(c, vm, a)
	}
}

// vmSetters change fields that not everybody may write as they like.
func vmSetters() []spec {
	plain := func(field string) func(*call, args) (any, error) {
		return readVM(func(_ *call, vm *object, a args) (any, error) {
			vm.set(field, a[1])
			return "", nil
		})
	}
	return []spec{
		{"VM.set_memory_limits", "self: VM ref, static_min: int, static_max: int, dynamic_min: int, dynamic_max: int", "void", func(c *call, a args) (any, error) {
			return setMemory(c, a.str(0), a.int(1), a.int(2), a.int(3), a.int(4))
		}},
		{"VM.set_memory", "self: VM ref, value: int", "void", func(c *call, a args) (any, error) {
			vm, err := c.find("VM", a.str(0))
			if err != nil {
				return nil, err
			}
			return setMemory(c, vm.ref, vm.int("memory_static_min"), a.int(1), a.int(1), a.int(1))
		}},
		{"VM.set_memory_static_min", "self: VM ref, value: int", "void", setOneMemory(0)},
		{"VM.set_memory_static_max", "self: VM ref, value: int", "void", setOneMemory(1)},
		{"VM.set_memory_dynamic_min", "self: VM ref, value: int", "void", setOneMemory(2)},
		{"VM.set_memory_dynamic_max", "self: VM ref, value: int", "void", setOneMemory(3)},
		{"VM.set_memory_static_range", "self: VM ref, min: int, max: int", "void", func(c *call, a args) (any, error) {
			vm, err := c.find("VM", a.str(0))
			if err != nil {
				return nil, err
			}
			return setMemory(c, vm.ref, a.int(1), a.int(2), vm.int("memory_dynamic_min"), vm.int("memory_dynamic_max"))
		}},
		{"VM.set_memory_dynamic_range", "self: VM ref, min: int, max: int", "void", func(c *call, a args) (any, error) {
			vm, err := c.find("VM", a.str(0))
			if err != nil {
				return nil, err
			}
			return setMemory(c, vm.ref, vm.int("memory_static_min"), vm.int("memory_static_max"), a.int(1), a.int(2))
		}},
		{"VM.set_VCPUs_max", "self: VM ref, value: int", "void", func(c *call, a args) (any, error) { return setVCPUs(c, a, "VCPUs_max") }},
		{"VM.set_VCPUs_at_startup", "self: VM ref, value: int", "void", func(c *call, a args) (any, error) { return setVCPUs(c, a, "VCPUs_at_startup") }},
		{"VM.set_is_a_template", "self: VM ref, value: bool", "void", setTemplate},
		{"VM.set_blocked_operations", "self: VM ref, value: (enum vm_operations -> string) map", "void", readVM(func(c *call, vm *object, a args) (any, error) {
			vm.set("blocked_operations", a[1])
			c.s.allow(vm)
			return "", nil
		})},
		{"VM.add_to_blocked_operations", "self: VM ref, key: enum vm_operations, value: string", "void", readVM(func(c *call, vm *object, a args) (any, error) {
			err := addTo(vm, "blocked_operations", a.str(1), a.str(2))
			c.s.allow(vm)
			return "", err
		})},
		{"VM.remove_from_blocked_operations", "self: VM ref, key: enum vm_operations", "void", readVM(func(c *call, vm *object, a args) (any, error) {
			vm.drop("blocked_operations", a.str(1))
			c.s.allow(vm)
			return "", nil
		})},
		{"VM.set_HVM_boot_policy", "self: VM ref, value: string", "void", plain("HVM_boot_policy")},
		{"VM.set_HVM_shadow_multiplier", "self: VM ref, value: float", "void", plain("HVM_shadow_multiplier")},
		{"VM.set_domain_type", "self: VM ref, value: enum domain_type", "void", plain("domain_type")},
		{"VM.set_actions_after_crash", "self: VM ref, value: enum on_crash_behaviour", "void", plain("actions_after_crash")},
		{"VM.set_ha_restart_priority", "self: VM ref, value: string", "void", plain("ha_restart_priority")},
		{"VM.set_has_vendor_device", "self: VM ref, value: bool", "void", plain("has_vendor_device")},
		{"VM.set_order", "self: VM ref, value: int", "void", plain("order")},
		{"VM.set_start_delay", "self: VM ref, value: int", "void", plain("start_delay")},
		{"VM.set_shutdown_delay", "self: VM ref, value: int", "void", plain("shutdown_delay")},
		{"VM.set_bios_strings", "self: VM ref, value: (string -> string) map", "void", plain("bios_strings")},
		{"VM.set_NVRAM", "self: VM ref, value: (string -> string) map", "void", plain("NVRAM")},
	}
}

// setTemplate takes the template flag off as it is, and puts it on where the VM
// is halted.
func setTemplate(c *call, a args) (any, error) {
	if a.flag(1) {
		return c.onVM(a.str(0), "make_into_template", func(vm *object) (any, error) {
			vm.set("is_a_template", true)
			return "", nil
		})
	}
	vm, err := c.find("VM", a.str(0))
	if err != nil {
		return nil, err
	}
	vm.set("is_a_template", false)
	c.s.allow(vm)
	return "", nil
}

func vmCreate(c *call, a args) (any, error) {
	values, err := constructed("VM", a.structure())
	if err != nil {
		return nil, err
	}
	values["power_state"], values["domid"], values["memory_overhead"] = "Halted", int64(-1), int64(vmOverhead)
	vm := c.s.db.create("VM", values)
	vm.put("other_config", "mac_seed", newUUID())
	vm.set("metrics", c.s.db.create("VM_metrics", map[string]any{"install_time": c.s.stamp()}).ref)
	c.s.allow(vm)
	return vm.ref, nil
}

// vmDestroy removes a VM with its drives, interfaces and metrics; its disks
// stay, and so do its snapshots.
func vmDestroy(c *call, a args) (any, error) {
	return c.onVM(a.str(0), "destroy", func(vm *object) (any, error) {
		c.s.forgetVM(vm)
		return "", nil
	})
}

func (s *Server) forgetVM(vm *object) {
	for _, field := range []string{"VBDs", "VIFs", "consoles"} {
		for _, o := range vm.members(field) {
			s.db.destroy(o)
		}
	}
	for _, field := range []string{"metrics", "guest_metrics"} {
		if o := vm.to(field); o != nil {
			s.db.destroy(o)
		}
	}
	s.gone(vm)
	delete(s.guests, vm.ref)
	s.db.destroy(vm)
}

func setOneMemory(which int) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		vm, err := c.find("VM", a.str(0))
		if err != nil {
			return nil, err
		}
		limits := []int64{vm.int("memory_static_min"), vm.int("memory_static_max"), vm.int("memory_dynamic_min"), vm.int("memory_dynamic_max")}
		limits[which] = a.int(1)
		return setMemory(c, vm.ref, limits[0], limits[1], limits[2], limits[3])
	}
}

// setMemory changes a halted VM's limits. Without a licence for dynamic memory
// both dynamic ones must be the static maximum.
func setMemory(c *call, ref string, staticMin, staticMax, dynamicMin, dynamicMax int64) (any, error) {
	return c.onVM(ref, "changing_memory_limits", func(vm *object) (any, error) {
		switch {
		case staticMin < 0 || staticMin > dynamicMin || dynamicMin > dynamicMax || dynamicMax > staticMax:
			return nil, failure("MEMORY_CONSTRAINT_VIOLATION_ORDER")
		case dynamicMin != staticMax || dynamicMax != staticMax:
			return nil, failure("MEMORY_CONSTRAINT_VIOLATION_MAXPIN", "DMC disabled")
		}
		vm.set("memory_static_min", staticMin)
		vm.set("memory_static_max", staticMax)
		vm.set("memory_dynamic_min", dynamicMin)
		vm.set("memory_dynamic_max", dynamicMax)
		vm.set("memory_target", dynamicMax)
		return "", nil
	})
}

// setVCPUs keeps 1 ≤ at startup ≤ max.
func setVCPUs(c *call, a args, field string) (any, error) {
	return c.onVM(a.str(0), "changing_VCPUs", func(vm *object) (any, error) {
		most, start := vm.int("VCPUs_max"), vm.int("VCPUs_at_startup")
		if field == "VCPUs_max" {
			most = a.int(1)
		} else {
			start = a.int(1)
		}
		if a.int(1) < 1 || start > most {
			return nil, failure("INVALID_VALUE", field, strconv.FormatInt(a.int(1), 10))
		}
		vm.set(field, a.int(1))
		return "", nil
	})
}

const maxVBDs, maxVIFs = 16, 7

// freeDevices are the numbers that no device of the VM has.
func freeDevices(vm *object, set, field string, n int) []string {
	free := []string{}
	for i := range n {
		number := strconv.Itoa(i)
		if !slices.ContainsFunc(vm.members(set), func(o *object) bool {
			taken, _ := deviceNumber(o.str(field))
			return taken == i
		}) {
			free = append(free, number)
		}
	}
	return free
}

// copyFields are a VM's fields as a clone or a snapshot of it gets them.
func copyFields(vm *object) map[string]any {
	values := maps.Clone(vm.fields)
	for _, f := range []string{
		"uuid", "VBDs", "VIFs", "VUSBs", "VGPUs", "VTPMs", "consoles", "crash_dumps", "attached_PCIs", "snapshots", "children", "blobs",
		"current_operations", "allowed_operations", "blocked_operations", "resident_on", "scheduled_to_be_resident_on", "guest_metrics", "metrics",
		"suspend_VDI", "power_state", "is_default_template", "is_a_snapshot", "snapshot_of", "snapshot_time", "parent", "last_booted_record",
	} {
		if vm.class.has(f) {
			values[f] = vm.class.field(f).initial
		}
	}
	delete(values, "uuid")
	values["domid"] = int64(-1)
	return values
}
