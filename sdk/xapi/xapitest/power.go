package xapitest

func powerMethods() []spec {
	return []spec{
		{"VM.start", "vm: VM ref, start_paused: bool, force: bool", "void", func(c *call, a args) (any, error) {
			return c.start(a.str(0), "start", "", a.flag(1))
		}},
		{"VM.start_on", "vm: VM ref, host: host ref, start_paused: bool, force: bool", "void", func(c *call, a args) (any, error) {
			return c.start(a.str(0), "start_on", a.str(1), a.flag(2))
		}},
		{"VM.resume", "vm: VM ref, start_paused: bool, force: bool", "void", func(c *call, a args) (any, error) {
			return c.start(a.str(0), "resume", "", a.flag(1))
		}},
		{"VM.resume_on", "vm: VM ref, host: host ref, start_paused: bool, force: bool", "void", func(c *call, a args) (any, error) {
			return c.start(a.str(0), "resume_on", a.str(1), a.flag(2))
		}},
		{"VM.pause", "vm: VM ref", "void", func(c *call, a args) (any, error) {
			return c.onVM(a.str(0), "pause", func(vm *object) (any, error) {
				vm.set("power_state", "Paused")
				c.s.freeze(vm)
				return "", nil
			})
		}},
		{"VM.unpause", "vm: VM ref", "void", func(c *call, a args) (any, error) {
			return c.onVM(a.str(0), "unpause", func(vm *object) (any, error) {
				vm.set("power_state", "Running")
				c.s.thaw(vm)
				return "", nil
			})
		}},
		{"VM.suspend", "vm: VM ref", "void", suspend},
		{"VM.clean_shutdown", "vm: VM ref", "void", func(c *call, a args) (any, error) {
			return c.onVM(a.str(0), "clean_shutdown", func(vm *object) (any, error) { return c.askGuest(vm, false) })
		}},
		{"VM.clean_reboot", "vm: VM ref", "void", func(c *call, a args) (any, error) {
			return c.onVM(a.str(0), "clean_reboot", func(vm *object) (any, error) { return c.askGuest(vm, true) })
		}},
		{"VM.shutdown", "vm: VM ref", "void", func(c *call, a args) (any, error) {
			_, err := c.onVM(a.str(0), "clean_shutdown", func(vm *object) (any, error) { return c.askGuest(vm, false) })
			if err == nil {
				return "", nil
			}
			return hardShutdown(c, a)
		}},
		{"VM.hard_shutdown", "vm: VM ref", "void", hardShutdown},
		{"VM.hard_reboot", "vm: VM ref", "void", func(c *call, a args) (any, error) {
			return c.onVM(a.str(0), "hard_reboot", func(vm *object) (any, error) {
				c.s.reboot(vm)
				return "", nil
			})
		}},
		{"VM.power_state_reset", "vm: VM ref", "void", readVM(func(c *call, vm *object, _ args) (any, error) {
			if vm.flag("is_control_domain") {
				return nil, failure("OPERATION_NOT_ALLOWED", "Operations on domain 0 are not allowed")
			}
			c.s.halt(vm)
			return "", nil
		})},
		{"VM.pool_migrate", "vm: VM ref, host: host ref, options: (string -> string) map", "void", poolMigrate},
	}
}

// start starts or resumes a VM, on the host given or on one of its choice.
// Between the choice and the start the memory is reserved.
func (c *call) start(ref, op, hostRef string, paused bool) (any, error) {
	s := c.s
	vm, err := c.find("VM", ref)
	if err != nil {
		return nil, err
	}
	if err := c.turn(vm, op); err != nil {
		return nil, err
	}
	if err := disksTaken(vm); err != nil {
		return nil, err
	}
	host, err := c.chooseHost(vm, hostRef)
	if err != nil {
		return nil, err
	}
	release := s.schedule(vm, host)
	_, err = c.onVM(ref, op, func(vm *object) (any, error) {
		if f := s.assertCanBoot(vm, host, true); f != nil { // it may have died since
			return nil, f
		}
		if err := disksTaken(vm); err != nil {
			return nil, err
		}
		if op == "start" || op == "start_on" {
			s.powerUp(vm, host)
		} else {
			s.wake(vm, host)
		}
		if paused {
			vm.set("power_state", "Paused")
			s.freeze(vm)
		}
		return "", nil
	})
	if s.db.get("VM", ref) != nil {
		release()
	}
	return "", err
}

func (c *call) chooseHost(vm *object, ref string) (*object, error) {
	if ref == "" {
		return c.s.place(vm)
	}
	host, err := c.find("host", ref)
	if err != nil {
		return nil, err
	}
	if f := c.s.assertCanBoot(vm, host, true); f != nil {
		return nil, f
	}
	return host, nil
}

// settleOn puts a VM on a host and gives it a domain there.
func (s *Server) settleOn(vm, host *object) {
	s.domains++
	vm.set("resident_on", host.ref)
	vm.set("domid", s.domains)
	vm.set("power_state", "Running")
	for _, b := range vm.members("VBDs") {
		b.set("currently_attached", true)
		b.set("device", deviceName(b))
	}
	for _, f := range vm.members("VIFs") {
		f.set("currently_attached", true)
	}
	s.db.create("console", map[string]any{"VM": vm.ref, "protocol": "rfb", "location": "https://" + host.str("address") + "/console?uuid=" + vm.str("uuid")})
	if m := vm.to("metrics"); m != nil {
		m.set("start_time", s.stamp())
		m.set("memory_actual", vm.int("memory_target"))
		m.set("VCPUs_number", vm.int("VCPUs_at_startup"))
	}
	s.account(host)
	s.allow(vm)
}

// powerUp boots a VM. Its guest metrics go, come back empty, and are replaced
// once more before anybody in the guest speaks, each time under a new reference.
func (s *Server) powerUp(vm, host *object) {
	s.renewGuestMetrics(vm, false)
	s.settleOn(vm, host)
	domain := vm.int("domid")
	for ticks := range int64(2) {
		s.later(ticks+1, func() {
			if vm.int("domid") == domain {
				s.renewGuestMetrics(vm, true)
				s.allow(vm)
			}
		})
	}
	s.boot(vm, host)
}

// renewGuestMetrics takes a VM's guest metrics away, and gives it new ones when
// it shall have some: empty, unless the guest that runs has spoken already. Those
// that are replaced can be read for some ticks more, for who has their reference
// and is about to: at xapi there are no seconds between two calls.
func (s *Server) renewGuestMetrics(vm *object, give bool) {
	old := vm.to("guest_metrics")
	if !give {
		if old != nil {
			s.db.destroy(old)
		}
		vm.set("guest_metrics", nullRef)
		return
	}
	if old != nil {
		const grace = 3
		s.later(grace, func() { s.db.destroy(old) })
	}
	g := s.db.create("VM_guest_metrics", map[string]any{"last_updated": s.stamp(), "live": true})
	if m := s.running[vm.ref]; m != nil && m.reported != nil {
		for name, v := range toolsSeen(m.reported) {
			g.set(name, v)
		}
	}
	vm.set("guest_metrics", g.ref)
}

// vacate takes a VM off its host.
func (s *Server) vacate(vm *object) {
	host := vm.to("resident_on")
	for _, field := range []string{"VBDs", "VIFs"} {
		for _, d := range vm.members(field) {
			d.set("currently_attached", false)
		}
	}
	for _, o := range vm.members("consoles") {
		s.db.destroy(o)
	}
	vm.set("resident_on", nullRef)
	vm.set("scheduled_to_be_resident_on", nullRef)
	vm.set("domid", int64(-1))
	if host != nil {
		s.account(host)
	}
}

// halt ends a VM, whatever it did.
func (s *Server) halt(vm *object) {
	s.powerLostBy(vm)
	s.vacate(vm)
	s.dropSuspendImage(vm)
	vm.set("power_state", "Halted")
	s.allow(vm)
}

func (s *Server) reboot(vm *object) {
	host := vm.to("resident_on")
	s.powerLostBy(vm)
	s.vacate(vm)
	if host != nil {
		s.powerUp(vm, host)
	}
}

func hardShutdown(c *call, a args) (any, error) {
	return c.onVM(a.str(0), "hard_shutdown", func(vm *object) (any, error) {
		c.s.halt(vm)
		return "", nil
	})
}

// shutdownTicks is how long a guest that does not listen is waited for.
const shutdownTicks = 1200

// askGuest asks the guest to shut down or to reboot, and waits until it has.
func (c *call) askGuest(vm *object, reboot bool) (any, error) {
	s := c.s
	m := s.running[vm.ref]
	if m == nil || !m.guest.Listens(m) {
		s.later(shutdownTicks, func() {})
		deadline := s.now + shutdownTicks
		if err := c.op.await(func() bool { return vm.str("power_state") == "Halted" || s.now >= deadline }); err != nil {
			return nil, err
		}
		if vm.str("power_state") == "Halted" {
			return "", nil
		}
		return nil, failure("VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT", vm.ref)
	}
	m.rebooting = reboot
	s.notify(func() { m.guest.Shutdown(m) })
	domain := vm.int("domid")
	err := c.op.await(func() bool { return vm.int("domid") != domain })
	return "", err
}

func suspend(c *call, a args) (any, error) {
	return c.onVM(a.str(0), "suspend", func(vm *object) (any, error) {
		s := c.s
		vdi, err := s.memoryImage(vm)
		if err != nil {
			return nil, err
		}
		s.freeze(vm)
		s.vacate(vm)
		vm.set("suspend_VDI", vdi.ref)
		vm.set("power_state", "Suspended")
		return "", nil
	})
}

// wake brings a suspended VM back on a host.
func (s *Server) wake(vm, host *object) {
	s.dropSuspendImage(vm)
	s.settleOn(vm, host)
	if s.running[vm.ref] == nil { // it was reverted to a checkpoint
		s.boot(vm, host)
	}
	s.thaw(vm)
}

func (s *Server) dropSuspendImage(vm *object) {
	if vdi := vm.to("suspend_VDI"); vdi != nil {
		s.forgetVDI(vdi)
	}
	vm.set("suspend_VDI", nullRef)
}

func poolMigrate(c *call, a args) (any, error) {
	return c.onVM(a.str(0), "pool_migrate", func(vm *object) (any, error) {
		to, err := c.find("host", a.str(1))
		if err != nil {
			return nil, err
		}
		if vm.to("resident_on") == to {
			return "", nil
		}
		if f := c.s.assertCanBoot(vm, to, true); f != nil {
			return nil, f
		}
		c.s.migrate(vm, to)
		return "", nil
	})
}

func (s *Server) migrate(vm, to *object) {
	from := vm.to("resident_on")
	vm.set("resident_on", to.ref)
	s.account(to)
	if from != nil {
		s.account(from)
	}
}
