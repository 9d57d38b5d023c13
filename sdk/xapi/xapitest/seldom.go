package xapitest

import (
	"slices"
	"strconv"
)

// seldomMethods are what few clients call of VMs, devices, networks and tasks,
// and what changes nothing here.
func seldomMethods() []spec {
	return slices.Concat(seldomOfVMs(), seldomOfDevices(), []spec{
		{"network.set_default_locking_mode", "network: network ref, value: enum network_default_locking_mode", "void", setField("network", "default_locking_mode")},
		{"network.add_purpose", "self: network ref, value: enum network_purpose", "void", addMember("network", "purpose")},
		{"network.remove_purpose", "self: network ref, value: enum network_purpose", "void", removeMember("network", "purpose")},
		{"task.set_other_config", "self: task ref, value: (string -> string) map", "void", setField("task", "other_config")},
		{"session.get_all_subject_identifiers", "", "string set", func(*call, args) (any, error) { return []string{}, nil }},
		{"session.logout_subject_identifier", "subject_identifier: string", "void", func(*call, args) (any, error) { return "", nil }},
		{"session.local_logout", "", "void", logout},
	})
}

func seldomOfVMs() []spec {
	return []spec{
		{"VM.add_to_NVRAM", "self: VM ref, key: string, value: string", "void", readVM(func(_ *call, vm *object, a args) (any, error) {
			return "", addTo(vm, "NVRAM", a.str(1), a.str(2))
		})},
		{"VM.remove_from_NVRAM", "self: VM ref, key: string", "void", readVM(func(_ *call, vm *object, a args) (any, error) {
			vm.drop("NVRAM", a.str(1))
			return "", nil
		})},
		{"VM.set_suspend_VDI", "self: VM ref, value: VDI ref", "void", setField("VM", "suspend_VDI")},
		{"VM.set_ha_always_run", "self: VM ref, value: bool", "void", setField("VM", "ha_always_run")},
		{"VM.set_appliance", "self: VM ref, value: VM_appliance ref", "void", setField("VM", "appliance")},
		{"VM.set_groups", "self: VM ref, value: VM_group ref set", "void", setField("VM", "groups")},
		{"VM.copy_bios_strings", "vm: VM ref, host: host ref", "void", readVM(nothing)},
		{"VM.get_cooperative", "self: VM ref", "bool", readVM(func(*call, *object, args) (any, error) { return true, nil })},
		{"VM.assert_agile", "self: VM ref", "void", readVM(nothing)},
		{"VM.wait_memory_target_live", "self: VM ref", "void", readVM(nothing)},
		{"VM.get_boot_record", "self: VM ref", "VM record", readVM(func(_ *call, vm *object, _ args) (any, error) { return vm.snapshot(), nil })},
		{"VM.set_VCPUs_number_live", "self: VM ref, nvcpu: int", "void", func(c *call, a args) (any, error) {
			return c.onVM(a.str(0), "changing_VCPUs_live", func(vm *object) (any, error) {
				if n := a.int(1); n < 1 || n > vm.int("VCPUs_max") {
					return nil, failure("INVALID_VALUE", "nvcpu", strconv.FormatInt(n, 10))
				}
				vm.set("VCPUs_at_startup", a.int(1))
				if m := vm.to("metrics"); m != nil {
					m.set("VCPUs_number", a.int(1))
				}
				return "", nil
			})
		}},
	}
}

func seldomOfDevices() []spec {
	configure := func(family string) func(*call, args) (any, error) {
		return onVIF(func(_ *call, v *object, a args) (any, error) {
			addresses := []string{}
			if address := a.str(2); address != "" {
				addresses = append(addresses, address)
			}
			v.set(family+"_configuration_mode", a.str(1))
			v.set(family+"_addresses", addresses)
			v.set(family+"_gateway", a.str(3))
			return "", nil
		})
	}
	return []spec{
		{"VIF.add_ipv4_allowed", "self: VIF ref, value: string", "void", addMember("VIF", "ipv4_allowed")},
		{"VIF.remove_ipv4_allowed", "self: VIF ref, value: string", "void", removeMember("VIF", "ipv4_allowed")},
		{"VIF.add_ipv6_allowed", "self: VIF ref, value: string", "void", addMember("VIF", "ipv6_allowed")},
		{"VIF.remove_ipv6_allowed", "self: VIF ref, value: string", "void", removeMember("VIF", "ipv6_allowed")},
		{"VIF.configure_ipv4", "self: VIF ref, mode: enum vif_ipv4_configuration_mode, address?: string, gateway?: string", "void", configure("ipv4")},
		{"VIF.configure_ipv6", "self: VIF ref, mode: enum vif_ipv6_configuration_mode, address?: string, gateway?: string", "void", configure("ipv6")},
		{"VBD.assert_attachable", "self: VBD ref", "void", onVBD(func(_ *call, b *object, _ args) (any, error) {
			if f := sharing(b); f != nil {
				return nil, f
			}
			return "", nil
		})},
		{"VDI.set_on_boot", "self: VDI ref, value: enum on_boot", "void", setField("VDI", "on_boot")},
		{"VDI.set_allow_caching", "self: VDI ref, value: bool", "void", setField("VDI", "allow_caching")},
		{"VDI.enable_cbt", "self: VDI ref", "void", onVDI(tracking(true))},
		{"VDI.disable_cbt", "self: VDI ref", "void", onVDI(tracking(false))},
		{"VDI.update", "vdi: VDI ref", "void", onVDI(nothing)},
		{"VDI.forget", "vdi: VDI ref", "void", onVDI(func(c *call, vdi *object, _ args) (any, error) {
			if attachedTo(vdi) != nil {
				return nil, failure("VDI_IN_USE", vdi.ref, "forget")
			}
			c.s.forgetVDI(vdi)
			return "", nil
		})},
	}
}

// nothing is what a call does that has no effect here.
func nothing(*call, *object, args) (any, error) { return "", nil }

func tracking(on bool) func(*call, *object, args) (any, error) {
	return func(_ *call, vdi *object, _ args) (any, error) {
		vdi.set("cbt_enabled", on)
		return "", nil
	}
}

// setField makes a method of what sets a field.
func setField(class, field string) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		o, err := c.find(class, a.str(0))
		if err != nil {
			return nil, err
		}
		o.set(field, a[1])
		return "", nil
	}
}

// addMember and removeMember make methods of what changes a set of texts.
func addMember(class, field string) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		o, err := c.find(class, a.str(0))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(o.list(field), a.str(1)) {
			o.set(field, append(slices.Clone(o.list(field)), a.str(1)))
		}
		return "", nil
	}
}

func removeMember(class, field string) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		o, err := c.find(class, a.str(0))
		if err != nil {
			return nil, err
		}
		o.set(field, slices.DeleteFunc(slices.Clone(o.list(field)), func(s string) bool { return s == a.str(1) }))
		return "", nil
	}
}
