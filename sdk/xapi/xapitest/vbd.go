package xapitest

import (
	"slices"
	"strconv"
)

func vbdMethods() []spec {
	return []spec{
		{"VBD.create", "args: VBD record", "VBD ref", vbdCreate},
		{"VBD.destroy", "self: VBD ref", "void", onVBD(func(c *call, b *object, _ args) (any, error) {
			if b.flag("currently_attached") {
				return nil, failure("OPERATION_NOT_ALLOWED", "VBD '"+b.str("uuid")+"' still attached to '"+vmUUID(b)+"'")
			}
			c.s.db.destroy(b)
			return "", nil
		})},
		{"VBD.plug", "self: VBD ref", "void", onVBD(func(_ *call, b *object, _ args) (any, error) {
			vm := b.to("VM")
			switch {
			case b.flag("currently_attached"):
				return nil, failure("DEVICE_ALREADY_ATTACHED", b.ref)
			case vm == nil || vm.str("power_state") != "Running":
				return nil, notRunning(vm)
			}
			b.set("device", deviceName(b))
			b.set("currently_attached", true)
			return "", nil
		})},
		{"VBD.unplug", "self: VBD ref", "void", onVBD(unplug)},
		{"VBD.unplug_force", "self: VBD ref", "void", onVBD(unplug)},
		{"VBD.eject", "vbd: VBD ref", "void", onVBD(func(_ *call, b *object, _ args) (any, error) {
			switch {
			case b.str("type") != "CD":
				return nil, failure("VBD_NOT_REMOVABLE_MEDIA", b.ref)
			case b.flag("empty"):
				return nil, failure("VBD_IS_EMPTY", b.ref)
			}
			b.set("VDI", nullRef)
			b.set("empty", true)
			return "", nil
		})},
		{"VBD.insert", "vbd: VBD ref, vdi: VDI ref", "void", onVBD(func(c *call, b *object, a args) (any, error) {
			if _, err := c.find("VDI", a.str(1)); err != nil {
				return nil, err
			}
			switch {
			case b.str("type") != "CD":
				return nil, failure("VBD_NOT_REMOVABLE_MEDIA", b.ref)
			case !b.flag("empty"):
				return nil, failure("VBD_NOT_EMPTY", b.ref)
			}
			b.set("VDI", a.str(1))
			b.set("empty", false)
			return "", nil
		})},
		{"VBD.set_mode", "self: VBD ref, value: enum vbd_mode", "void", onVBD(func(_ *call, b *object, a args) (any, error) {
			b.set("mode", a.str(1))
			return "", nil
		})},
	}
}

func onVBD(do func(c *call, b *object, a args) (any, error)) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		b, err := c.find("VBD", a.str(0))
		if err != nil {
			return nil, err
		}
		return do(c, b, a)
	}
}

func vmUUID(device *object) string {
	if vm := device.to("VM"); vm != nil {
		return vm.str("uuid")
	}
	return ""
}

func notRunning(vm *object) *Failure {
	if vm == nil {
		return handleInvalid("VM", nullRef)
	}
	return failure("VM_BAD_POWER_STATE", vm.ref, "running", "halted")
}

func unplug(_ *call, d *object, _ args) (any, error) {
	if !d.flag("currently_attached") {
		return nil, failure("DEVICE_ALREADY_DETACHED", d.ref)
	}
	d.set("currently_attached", false)
	return "", nil
}

func vbdCreate(c *call, a args) (any, error) {
	values, err := constructed("VBD", a.structure())
	if err != nil {
		return nil, err
	}
	text := func(name string) string {
		s, _ := values[name].(string)
		return s
	}
	vm, err := c.find("VM", text("VM"))
	if err != nil {
		return nil, err
	}
	empty, _ := values["empty"].(bool)
	switch {
	case text("type") == "CD" && text("mode") != "RO":
		return nil, failure("VBD_CDS_MUST_BE_READONLY")
	case text("type") != "CD" && empty:
		return nil, failure("VBD_NOT_REMOVABLE_MEDIA", "in constructor")
	}
	if empty {
		values["VDI"] = nullRef
	} else if _, err := c.find("VDI", text("VDI")); err != nil {
		return nil, err
	}
	free := freeDevices(vm, "VBDs", "userdevice", maxVBDs)
	switch device := text("userdevice"); {
	case device == "autodetect" && len(free) > 0:
		values["userdevice"] = free[0]
	case device == "autodetect" || !isDevice(device, maxVBDs):
		return nil, failure("INVALID_DEVICE", device)
	case !slices.Contains(free, device):
		return nil, failure("DEVICE_ALREADY_EXISTS", device)
	}
	values["device"], values["currently_attached"] = "", false
	return c.s.newVBD(values).ref, nil
}

func isDevice(text string, limit int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 0 && n < limit
}

func (s *Server) newVBD(values map[string]any) *object {
	b := s.db.create("VBD", values)
	b.set("allowed_operations", []string{"attach"})
	return b
}

// deviceName is how a Linux guest calls a drive.
func deviceName(b *object) string {
	if n, err := strconv.Atoi(b.str("userdevice")); err == nil && n >= 0 && n < 26 {
		return "xvd" + string(rune('a'+n))
	}
	return b.str("userdevice")
}
