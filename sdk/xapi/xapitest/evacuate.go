package xapitest

import "slices"

// hostTales are what is asked of hosts and the pool besides, and how a host is
// emptied.
func hostTales() []spec {
	on := func(do func(c *call, h *object, a args) (any, error)) func(*call, args) (any, error) {
		return func(c *call, a args) (any, error) {
			h, err := c.find("host", a.str(0))
			if err != nil {
				return nil, err
			}
			return do(c, h, a)
		}
	}
	say := func(v any) func(*call, args) (any, error) {
		return on(func(*call, *object, args) (any, error) { return v, nil })
	}
	return []spec{
		{"host.evacuate", "host: host ref, network?: network ref, evacuate_batch_size?: int", "void", on(evacuate)},
		{"host.assert_can_evacuate", "host: host ref", "void", on(func(c *call, h *object, _ args) (any, error) {
			if stuck := c.s.stuckOn(h); len(stuck) > 0 {
				return nil, failure("CANNOT_EVACUATE_HOST", refsOf(stuck)...)
			}
			return "", nil
		})},
		{"host.get_vms_which_prevent_evacuation", "self: host ref", "(VM ref -> string set) map", on(func(c *call, h *object, _ args) (any, error) {
			why := map[string]any{}
			for _, vm := range c.s.stuckOn(h) {
				why[vm.ref] = []string{"NO_HOSTS_AVAILABLE"}
			}
			return why, nil
		})},
		{"host.get_uncooperative_resident_VMs", "self: host ref", "VM ref set", say([]string{})},
		{"host.get_server_localtime", "host: host ref", "datetime", on(func(c *call, _ *object, _ args) (any, error) { return c.s.stamp(), nil })},
		{"host.get_system_status_capabilities", "host: host ref", "string", say("<system-status-capabilities/>")},
		{"host.dmesg", "host: host ref", "string", say("")},
		{"host.get_log", "host: host ref", "string", say("")},
		{"host.has_extension", "host: host ref, name: string", "bool", say(false)},
		{"host.call_plugin", "host: host ref, plugin: string, fn: string, args: (string -> string) map", "string", on(func(_ *call, _ *object, a args) (any, error) {
			return nil, failure("XENAPI_MISSING_PLUGIN", a.str(1))
		})},
		{"host.set_hostname_live", "host: host ref, hostname: string", "void", setField("host", "hostname")},
		{"host.restart_agent", "host: host ref", "void", say("")},
		{"host.list_methods", "", "string set", func(c *call, _ args) (any, error) { return c.s.methods, nil }},
		{"pool.has_extension", "self: pool ref, name: string", "bool", ofPool(false)},
		{"pool.get_license_state", "self: pool ref", "(string -> string) map", ofPool(map[string]string{"edition": "xcp-ng", "expiry": "never"})},
		{"PIF.scan", "host: host ref", "void", say("")},
		{"PIF.plug", "self: PIF ref", "void", onPIF(func(p *object, _ args) error {
			p.set("currently_attached", true)
			return nil
		})},
		{"PIF.unplug", "self: PIF ref", "void", onPIF(func(p *object, _ args) error {
			if p.flag("management") || p.flag("disallow_unplug") {
				return failure("PIF_DOES_NOT_ALLOW_UNPLUG", p.ref)
			}
			p.set("currently_attached", false)
			return nil
		})},
		{
			"PIF.reconfigure_ip", "self: PIF ref, mode: enum ip_configuration_mode, IP: string, netmask: string, gateway: string, DNS: string", "void",
			onPIF(func(p *object, a args) error {
				for i, field := range []string{"ip_configuration_mode", "IP", "netmask", "gateway", "DNS"} {
					p.set(field, a.str(i+1))
				}
				return nil
			}),
		},
	}
}

func ofPool(v any) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		_, err := c.find("pool", a.str(0))
		return v, err
	}
}

func onPIF(do func(p *object, a args) error) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		p, err := c.find("PIF", a.str(0))
		if err != nil {
			return nil, err
		}
		return "", do(p, a)
	}
}

// stuckOn are the VMs on a host for which no other has room now.
func (s *Server) stuckOn(h *object) []*object {
	return slices.DeleteFunc(h.members("resident_VMs"), func(vm *object) bool { return vm.flag("is_control_domain") || s.refuge(vm, h) != nil })
}

// refuge is where a VM could go that has to leave its host; nil when nowhere.
func (s *Server) refuge(vm, from *object) *object {
	for _, h := range s.liveHosts(vm) {
		if h != from && s.assertCanBoot(vm, h, true) == nil {
			return h
		}
	}
	return nil
}

// evacuate moves all VMs off a host; those with room go even when others stay.
func evacuate(c *call, h *object, _ args) (any, error) {
	for _, vm := range h.members("resident_VMs") {
		if vm.flag("is_control_domain") {
			continue
		}
		if to := c.s.refuge(vm, h); to != nil {
			c.s.migrate(vm, to)
		}
	}
	if stuck := c.s.stuckOn(h); len(stuck) > 0 {
		return nil, failure("CANNOT_EVACUATE_HOST", refsOf(stuck)...)
	}
	return "", nil
}
