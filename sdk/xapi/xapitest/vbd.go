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
		{"VBD.plug", "self: VBD ref", "void", onVBD(plug)},
		{"VBD.unplug", "self: VBD ref", "void", onVBD(unplug)},
		{"VBD.unplug_force", "self: VBD ref", "void", onVBD(unplug)},
		{"VBD.eject", "vbd: VBD ref", "void", onVBD(func(_ *call, b *object, _ args) (any, error) {
			if f := deviceRefusal(b, "eject"); f != nil {
				return nil, f
			}
			b.set("VDI", nullRef)
			b.set("empty", true)
			allowDevice(b)
			return "", nil
		})},
		{"VBD.insert", "vbd: VBD ref, vdi: VDI ref", "void", onVBD(func(c *call, b *object, a args) (any, error) {
			if _, err := c.find("VDI", a.str(1)); err != nil {
				return nil, err
			}
			if f := deviceRefusal(b, "insert"); f != nil {
				return nil, f
			}
			b.set("VDI", a.str(1))
			b.set("empty", false)
			allowDevice(b)
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
	number, _ := deviceNumber(text("userdevice"))
	switch device := text("userdevice"); {
	case device == "autodetect" && len(free) > 0:
		values["userdevice"] = free[0]
	case device == "autodetect" || !isDevice(device, maxVBDs):
		return nil, failure("INVALID_DEVICE", device)
	case !slices.Contains(free, strconv.Itoa(number)):
		return nil, failure("DEVICE_ALREADY_EXISTS", device)
	}
	values["device"], values["currently_attached"] = "", false
	return c.s.newVBD(values).ref, nil
}

func isDevice(text string, limit int) bool {
	n, ok := deviceNumber(text)
	return ok && n < limit
}

func (s *Server) newVBD(values map[string]any) *object {
	b := s.db.create("VBD", values)
	allowDevice(b)
	return b
}

// deviceName is how a Linux guest calls a drive.
func deviceName(b *object) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	if n, ok := deviceNumber(b.str("userdevice")); ok && n < len(letters) {
		return "xvd" + letters[n:n+1]
	}
	return b.str("userdevice")
}
