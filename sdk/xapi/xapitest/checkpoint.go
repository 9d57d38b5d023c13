package xapitest

// checkpoint makes a snapshot that has the VM's memory too: one that is
// suspended, to which the VM can go back and be resumed.
func (s *Server) checkpoint(vm *object, name string) (any, error) {
	image, err := s.memoryImage(vm)
	if err != nil {
		return nil, err
	}
	made, err := s.takeSnapshot(vm, name, nil)
	if err != nil {
		s.forgetVDI(image)
		return nil, err
	}
	ref, _ := made.(string)
	if snapshot := s.db.get("VM", ref); snapshot != nil {
		snapshot.set("power_state", "Suspended")
		snapshot.set("suspend_VDI", image.ref)
		s.allow(snapshot)
	}
	return made, nil
}

// memoryImage makes a disk that holds a VM's memory.
func (s *Server) memoryImage(vm *object) (*object, error) {
	sr := vm.to("suspend_SR")
	if sr == nil {
		if sr = s.pool.to("suspend_image_SR"); sr == nil {
			return nil, failure("VM_NO_SUSPEND_SR", vm.ref)
		}
	}
	size := vm.int("memory_static_max")
	if f := s.room(sr, size); f != nil {
		return nil, f
	}
	return s.newVDI(map[string]any{"name_label": "Suspend image", "SR": sr.ref, "virtual_size": size, "type": "suspend"}), nil
}

// recall gives a VM that was reverted to a checkpoint the checkpoint's memory.
func (s *Server) recall(vm, snapshot *object) error {
	image := snapshot.to("suspend_VDI")
	if image == nil || snapshot.str("power_state") != "Suspended" {
		return nil
	}
	copied, f := s.copyVDI(image, image.to("SR"), false)
	if f != nil {
		return f
	}
	vm.set("suspend_VDI", copied.ref)
	vm.set("power_state", "Suspended")
	return nil
}
