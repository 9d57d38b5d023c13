package xapitest

// A Guest is what boots behind VMs. The server calls one method at a time for
// each server, never holds its lock meanwhile, and goes on when the method
// returns. Calls that bring something about are answered when the guest has been
// told of it, so what takes long belongs into a goroutine, which must end when the
// machine's Done is closed. A method may use the machine at will, but must not
// call the pool's API: that would wait for the method to return.
type Guest interface {
	// Boot: the machine has power.
	Boot(m *Machine)
	// Listens reports whether a clean shutdown would be heard. It is called
	// under the server's lock and must not use the machine.
	Listens(m *Machine) bool
	// Shutdown asks to shut down cleanly, which Machine.PowerOff ends.
	Shutdown(m *Machine)
	// Freeze: the machine was paused or suspended.
	Freeze(m *Machine)
	// Thaw: it goes on.
	Thaw(m *Machine)
	// Stop: the machine lost its power, by whatever way.
	Stop(m *Machine)
}

// A Keeper is a guest that keeps something for VMs between their boots, such as
// what is on their disks. VMs, templates and snapshots are named by reference.
type Keeper interface {
	Guest
	// Copied: to was cloned, copied, snapshotted or reverted from from, and has
	// on its disks what from has now.
	Copied(from, to string)
	// Destroyed: the VM is gone for good.
	Destroyed(vm string)
}

// Nobody is a guest in which nobody speaks to the host: it reports no address
// and hears no request to shut down.
type Nobody struct{}

// Boot implements Guest.
func (Nobody) Boot(*Machine) {}

// Listens implements Guest.
func (Nobody) Listens(*Machine) bool { return false }

// Shutdown implements Guest.
func (Nobody) Shutdown(*Machine) {}

// Freeze implements Guest.
func (Nobody) Freeze(*Machine) {}

// Thaw implements Guest.
func (Nobody) Thaw(*Machine) {}

// Stop implements Guest.
func (Nobody) Stop(*Machine) {}

// An Agent is a guest with an agent: it reports addresses some ticks after it
// booted, and shuts down when asked to.
type Agent struct {
	Nobody
	// Delay is after how many ticks it speaks; 3 when 0.
	Delay int
	// Addresses are what it reports; one of 10.77.0.0/16 on device 0 when nil,
	// a link-local IPv6 address first.
	Addresses func(m *Machine) []Address
	// Booted is called when it has reported its addresses, for what it does then.
	Booted func(m *Machine)
}

// An Address is one that a guest reports of the interface with that number.
type Address struct{ Device, IP string }

// Boot implements Guest.
func (g Agent) Boot(m *Machine) {
	const usual = 3
	delay := g.Delay
	if delay <= 0 {
		delay = usual
	}
	m.Later(delay, func() {
		addresses := m.usualAddresses()
		if g.Addresses != nil {
			addresses = g.Addresses(m)
		}
		m.Report(addresses...)
		if g.Booted != nil {
			g.Booted(m)
		}
	})
}

// Listens implements Guest.
func (Agent) Listens(*Machine) bool { return true }

// Shutdown implements Guest.
func (Agent) Shutdown(m *Machine) { m.Later(1, m.PowerOff) }

// notify has a guest told something, after the lock was let go.
func (s *Server) notify(tell func()) {
	s.tellLock.Lock()
	defer s.tellLock.Unlock()
	s.tell = append(s.tell, tell)
}

// tellGuests tells guests what is in the queue, in its order. Whoever comes
// while somebody does leaves it to them.
func (s *Server) tellGuests() {
	for {
		if !s.telling.TryLock() {
			return
		}
		for {
			tell := s.nextToTell()
			if tell == nil {
				break
			}
			tell()
		}
		s.telling.Unlock()
		s.tellLock.Lock()
		more := len(s.tell) > 0
		s.tellLock.Unlock()
		if !more {
			return
		}
	}
}

// hearGuests lets go of the lock until guests have done what they do when told
// what happened, so that time does not run ahead of them; false when there is
// nothing that they have to be told.
func (s *Server) hearGuests() bool {
	s.tellLock.Lock()
	quiet := len(s.tell) == 0 && !s.busyTelling
	s.tellLock.Unlock()
	if quiet {
		return false
	}
	s.unlock()
	s.telling.Lock()   // whoever tells them is done then
	s.telling.Unlock() //nolint:staticcheck // an empty critical section is a wait
	s.mu.Lock()
	return true
}

func (s *Server) nextToTell() func() {
	s.tellLock.Lock()
	defer s.tellLock.Unlock()
	s.busyTelling = len(s.tell) > 0
	if !s.busyTelling {
		return nil
	}
	tell := s.tell[0]
	s.tell = s.tell[1:]
	return tell
}

// guestOf is what boots behind a VM.
func (s *Server) guestOf(vm *object) Guest {
	if g := s.guests[vm.ref]; g != nil {
		return g
	}
	return s.config.guest
}

func (s *Server) boot(vm, host *object) {
	m := &Machine{s: s, vm: vm, guest: s.guestOf(vm), number: s.domains, host: host.str("address"), done: make(chan struct{})}
	s.running[vm.ref] = m
	s.notify(func() { m.guest.Boot(m) })
}

// copied tells a keeper that a VM has what another has on its disks.
func (s *Server) copied(from, to *object) {
	if k, ok := s.guestOf(to).(Keeper); ok {
		s.notify(func() { k.Copied(from.ref, to.ref) })
	}
}

// gone tells a keeper that a VM is destroyed.
func (s *Server) gone(vm *object) {
	if k, ok := s.guestOf(vm).(Keeper); ok {
		s.notify(func() { k.Destroyed(vm.ref) })
	}
}

func (s *Server) powerLostBy(vm *object) {
	if m := s.running[vm.ref]; m != nil {
		delete(s.running, vm.ref)
		s.powerLost(m)
	}
}

func (s *Server) powerLost(m *Machine) {
	close(m.done)
	s.notify(func() { m.guest.Stop(m) })
}

func (s *Server) freeze(vm *object) {
	if m := s.running[vm.ref]; m != nil && !m.frozen {
		m.frozen = true
		s.notify(func() { m.guest.Freeze(m) })
	}
}

func (s *Server) thaw(vm *object) {
	m := s.running[vm.ref]
	if m == nil || !m.frozen {
		return
	}
	m.frozen = false
	s.notify(func() { m.guest.Thaw(m) })
	for _, do := range m.postponed {
		s.notify(do)
	}
	m.postponed = nil
}

// SetGuest sets what boots behind a VM or the VMs that are made of a template
// from now on, named by reference.
func (s *Server) SetGuest(vm string, g Guest) {
	s.mu.Lock()
	defer s.unlock()
	s.guests[vm] = g
}
