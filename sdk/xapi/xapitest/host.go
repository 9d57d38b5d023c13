package xapitest

import "slices"

// hostOverhead and vmOverhead are what Xen takes for itself, in bytes. Real
// hosts compute them of what they and the VM have; here they are constants.
const (
	hostOverhead = 512 << 20
	vmOverhead   = 11 << 20
)

func poolMethods() []spec {
	return []spec{
		{"pool.designate_new_master", "host: host ref", "void", func(c *call, a args) (any, error) {
			h, err := c.find("host", a.str(0))
			if err != nil {
				return nil, err
			}
			c.s.promote(h)
			return "", nil
		}},
		{"pool.sync_database", "", "void", func(*call, args) (any, error) { return "", nil }},
	}
}

func hostMethods() []spec {
	on := func(do func(c *call, h *object) (any, error)) func(*call, args) (any, error) {
		return func(c *call, a args) (any, error) {
			h, err := c.find("host", a.str(0))
			if err != nil {
				return nil, err
			}
			return do(c, h)
		}
	}
	return []spec{
		{"host.compute_free_memory", "host: host ref", "int", on(func(c *call, h *object) (any, error) { return c.s.freeMemory(h), nil })},
		{"host.compute_memory_overhead", "host: host ref", "int", on(func(*call, *object) (any, error) { return int64(hostOverhead), nil })},
		{"host.get_server_certificate", "host: host ref", "string", on(func(c *call, h *object) (any, error) {
			for _, m := range c.s.members {
				if m.host == h && len(m.cert.Certificate) > 0 {
					return certificatePEM(m.cert.Certificate[0]), nil
				}
			}
			return "", nil
		})},
		{"host.get_management_interface", "host: host ref", "PIF ref", on(func(_ *call, h *object) (any, error) {
			for _, p := range h.members("PIFs") {
				if p.flag("management") {
					return p.ref, nil
				}
			}
			return nullRef, nil
		})},
		{"host.get_servertime", "host: host ref", "datetime", on(func(c *call, _ *object) (any, error) { return c.s.stamp(), nil })},
		{"host.disable", "host: host ref, auto_enable?: bool", "void", on(func(_ *call, h *object) (any, error) {
			h.set("enabled", false)
			return "", nil
		})},
		{"host.enable", "host: host ref", "void", on(func(_ *call, h *object) (any, error) {
			h.set("enabled", true)
			return "", nil
		})},
	}
}

// freeMemory is what a host can give to VMs that start now, in bytes: those
// that run on it and those that are about to are taken off.
func (s *Server) freeMemory(h *object) int64 {
	metrics := h.to("metrics")
	if metrics == nil {
		return 0
	}
	free := metrics.int("memory_total") - hostOverhead
	for _, vm := range s.db.tables["VM"] {
		if vm.str("resident_on") == h.ref || vm.str("scheduled_to_be_resident_on") == h.ref {
			free -= memoryNeeded(vm)
		}
	}
	return max(0, free)
}

func memoryNeeded(vm *object) int64 { return vm.int("memory_dynamic_min") + vm.int("memory_overhead") }

// account writes down what memory a host has free.
func (s *Server) account(h *object) {
	if m := h.to("metrics"); m != nil {
		m.set("memory_free", s.freeMemory(h))
	}
}

// liveHosts are those that run and may be used, the VM's affinity first.
func (s *Server) liveHosts(vm *object) []*object {
	hosts := s.db.all("host")
	slices.SortStableFunc(hosts, func(a, b *object) int {
		switch affinity := vm.str("affinity"); {
		case a.ref == affinity && b.ref != affinity:
			return -1
		case b.ref == affinity && a.ref != affinity:
			return 1
		}
		return int(s.freeMemory(b)>>20 - s.freeMemory(a)>>20) // the emptiest next
	})
	return hosts
}
