package xapitest

import "strconv"

// assertCanBoot says why a VM cannot run on a host, in xapi's order of checks;
// nil when it can.
func (s *Server) assertCanBoot(vm, host *object, memory bool) *Failure {
	if m := host.to("metrics"); m == nil || !m.flag("live") {
		return failure("HOST_NOT_LIVE")
	}
	if !host.flag("enabled") {
		return failure("HOST_DISABLED", host.ref)
	}
	for _, b := range vm.members("VBDs") {
		if vdi := b.to("VDI"); vdi != nil {
			if sr := vdi.to("SR"); sr != nil && !s.reaches(host, sr) {
				return failure("VM_REQUIRES_SR", vm.ref, sr.ref)
			}
		}
	}
	for _, f := range vm.members("VIFs") {
		if n := f.to("network"); n != nil && !onNetwork(host, n) {
			return failure("VM_REQUIRES_NETWORK", vm.ref, n.ref)
		}
	}
	if memory {
		if f := s.assertMemory(vm, host); f != nil {
			return f
		}
	}
	cpus, _ := strconv.ParseInt(host.texts("cpu_info")["cpu_count"], 10, 64)
	if want := vm.int("VCPUs_max"); want > cpus {
		return failure("HOST_NOT_ENOUGH_PCPUS", strconv.FormatInt(want, 10), strconv.FormatInt(cpus, 10))
	}
	return nil
}

func (s *Server) assertMemory(vm, host *object) *Failure {
	if vm.str("resident_on") == host.ref || vm.str("scheduled_to_be_resident_on") == host.ref {
		return nil // it is counted already
	}
	if need, free := memoryNeeded(vm), s.freeMemory(host); need > free {
		return failure("HOST_NOT_ENOUGH_FREE_MEMORY", strconv.FormatInt(need, 10), strconv.FormatInt(free, 10))
	}
	return nil
}

// onNetwork reports whether a host reaches a network: by an interface, or
// because the network is internal and has none.
func onNetwork(host, network *object) bool {
	pifs := network.members("PIFs")
	for _, p := range pifs {
		if p.str("host") == host.ref {
			return true
		}
	}
	return len(pifs) == 0
}

// place chooses a host for a VM: one that has room, else one that has all but
// room, which then fails for want of it.
func (s *Server) place(vm *object) (*object, error) {
	hosts := s.liveHosts(vm)
	for _, h := range hosts {
		if s.assertCanBoot(vm, h, true) == nil {
			return h, nil
		}
	}
	for _, h := range hosts {
		if s.assertCanBoot(vm, h, false) != nil {
			continue
		}
		if f := s.assertMemory(vm, h); f != nil {
			return nil, f
		}
	}
	return nil, failure("NO_HOSTS_AVAILABLE")
}

// possibleHosts are those that could run the VM now.
func (s *Server) possibleHosts(vm *object) []string {
	if h := vm.to("scheduled_to_be_resident_on"); h != nil {
		return []string{h.ref}
	}
	hosts := []string{}
	for _, h := range s.liveHosts(vm) {
		if s.assertCanBoot(vm, h, true) == nil {
			hosts = append(hosts, h.ref)
		}
	}
	return hosts
}

// schedule reserves a host's memory for a VM that is about to run there. What
// it returns gives it back, should the VM not.
func (s *Server) schedule(vm, host *object) (release func()) {
	vm.set("scheduled_to_be_resident_on", host.ref)
	s.account(host)
	return func() {
		vm.set("scheduled_to_be_resident_on", nullRef)
		s.account(host)
	}
}
