package xapitest

import (
	"slices"
	"strconv"
	"strings"
)

// deviceRefusal says why an operation on a VM's drive or interface may not
// begin, in xapi's order of checks; nil when it may.
func deviceRefusal(d *object, op string) *Failure {
	drive, vm := d.class.name == "VBD", d.to("VM")
	if vm == nil {
		return handleInvalid("VM", d.str("VM"))
	}
	hotplug := op == "plug" || op == "unplug" || op == "unplug_force"
	if drive {
		if f := driveRefusal(d, op); f != nil {
			return f
		}
	}
	state := vm.str("power_state")
	switch {
	case hotplug && state != "Running", (op == "pause" || op == "unpause") && state != "Running" && state != "Paused":
		return failure("VM_BAD_POWER_STATE", vm.ref, "running", strings.ToLower(state))
	case op == "plug" && d.flag("currently_attached"):
		return failure("DEVICE_ALREADY_ATTACHED", d.ref)
	case hotplug && op != "plug" && !d.flag("currently_attached"):
		return failure("DEVICE_ALREADY_DETACHED", d.ref)
	case hotplug && !driversSeen(vm):
		return failure("VM_MISSING_PV_DRIVERS", vm.ref)
	case hotplug && drive && d.str("type") == "CD":
		return failure("OPERATION_NOT_ALLOWED", "HVM CDROMs cannot be hotplugged/unplugged, only inserted or ejected")
	case (op == "insert" || op == "eject") && state == "Suspended":
		return failure("VM_BAD_POWER_STATE", vm.ref, "halted, running", "suspended")
	}
	return nil
}

func driveRefusal(d *object, op string) *Failure {
	switch medium := op == "insert" || op == "eject"; {
	case (op == "unplug" || op == "unplug_force") && !d.flag("unpluggable"):
		return failure("VBD_NOT_UNPLUGGABLE", d.ref)
	case medium && d.str("type") != "CD":
		return failure("VBD_NOT_REMOVABLE_MEDIA", d.ref)
	case op == "eject" && d.flag("empty"):
		return failure("VBD_IS_EMPTY", d.ref)
	case op == "insert" && !d.flag("empty"):
		return failure("VBD_NOT_EMPTY", d.ref)
	}
	return nil
}

// driversSeen reports whether a VM's guest can do with devices that come and go.
func driversSeen(vm *object) bool {
	g := vm.to("guest_metrics")
	return g != nil && g.flag("PV_drivers_detected")
}

// disksTaken says why a VM's disks may not be attached; nil when they may.
func disksTaken(vm *object) error {
	for _, b := range vm.members("VBDs") {
		if f := sharing(b); f != nil {
			return f
		}
	}
	return nil
}

// sharing says why a drive's disk may not be attached beside the drives by which
// others have it; nil when it may.
func sharing(d *object) *Failure {
	vdi := d.to("VDI")
	if vdi == nil || vdi.flag("sharable") || d.flag("currently_attached") {
		return nil
	}
	for _, b := range vdi.members("VBDs") {
		if b != d && b.flag("currently_attached") && (b.str("mode") == "RW" || d.str("mode") == "RW") {
			return failure("VDI_IN_USE", vdi.ref)
		}
	}
	return nil
}

// allowDevices writes down what may be done with a VM's devices now.
func (s *Server) allowDevices(vm *object) {
	for _, d := range vm.members("VBDs") {
		allowDevice(d)
	}
	for _, d := range vm.members("VIFs") {
		allowDevice(d)
	}
}

func allowDevice(d *object) {
	ops := enumValues("vif_operations")
	if d.class.name == "VBD" {
		ops = enumValues("vbd_operations")
	}
	d.set("allowed_operations", slices.DeleteFunc(slices.Clone(ops), func(op string) bool { return deviceRefusal(d, op) != nil }))
}

// plug attaches a device to a running VM.
func plug(_ *call, d *object, _ args) (any, error) {
	if f := deviceRefusal(d, "plug"); f != nil {
		return nil, f
	}
	if d.class.name == "VBD" {
		if f := sharing(d); f != nil {
			return nil, f
		}
		d.set("device", deviceName(d))
	}
	d.set("currently_attached", true)
	allowDevice(d)
	return "", nil
}

// unplug takes a device off a running VM.
func unplug(_ *call, d *object, _ args) (any, error) {
	if f := deviceRefusal(d, "unplug"); f != nil {
		return nil, f
	}
	d.set("currently_attached", false)
	allowDevice(d)
	return "", nil
}

// deviceNumber is the number that a device's name stands for: it is one, or
// names the drive as a guest does.
func deviceNumber(name string) (int, bool) {
	if n, err := strconv.Atoi(name); err == nil {
		return n, n >= 0
	}
	for _, prefix := range []string{"xvd", "sd", "hd"} {
		if letter, ok := strings.CutPrefix(name, prefix); ok && len(letter) == 1 && letter[0] >= 'a' && letter[0] <= 'p' {
			return int(letter[0] - 'a'), true
		}
	}
	return 0, false
}
