package xapitest

import (
	"maps"
	"strconv"
)

func vdiMethods() []spec {
	plain := func(field string) func(*call, args) (any, error) {
		return onVDI(func(_ *call, vdi *object, a args) (any, error) {
			vdi.set(field, a[1])
			return "", nil
		})
	}
	return []spec{
		{"VDI.create", "args: VDI record", "VDI ref", vdiCreate},
		{"VDI.destroy", "self: VDI ref", "void", onVDI(func(c *call, vdi *object, _ args) (any, error) {
			return c.during(vdi, "destroy", func() (any, error) {
				if c.s.db.get("VDI", vdi.ref) == nil {
					return nil, handleInvalid("VDI", vdi.ref)
				}
				if attachedTo(vdi) != nil {
					return nil, failure("VDI_IN_USE", vdi.ref, "destroy")
				}
				c.s.forgetVDI(vdi)
				return "", nil
			})
		})},
		{"VDI.resize", "vdi: VDI ref, size: int", "void", onVDI(resize)},
		{"VDI.resize_online", "vdi: VDI ref, size: int", "void", onVDI(resize)},
		{"VDI.snapshot", "vdi: VDI ref, driver_params?: (string -> string) map", "VDI ref", onVDI(func(c *call, vdi *object, _ args) (any, error) {
			o, f := c.s.copyVDI(vdi, vdi.to("SR"), false)
			if f != nil {
				return nil, f
			}
			o.set("is_a_snapshot", true)
			o.set("snapshot_of", vdi.ref)
			o.set("snapshot_time", c.s.stamp())
			return o.ref, nil
		})},
		{"VDI.clone", "vdi: VDI ref, driver_params?: (string -> string) map", "VDI ref", onVDI(func(c *call, vdi *object, _ args) (any, error) {
			o, f := c.s.copyVDI(vdi, vdi.to("SR"), false)
			if f != nil {
				return nil, f
			}
			return o.ref, nil
		})},
		{"VDI.copy", "vdi: VDI ref, sr?: SR ref, base_vdi?: VDI ref, into_vdi?: VDI ref", "VDI ref", onVDI(func(c *call, vdi *object, a args) (any, error) {
			sr := vdi.to("SR")
			if a.str(1) != "" && a.str(1) != nullRef {
				var err error
				if sr, err = c.find("SR", a.str(1)); err != nil {
					return nil, err
				}
			}
			o, f := c.s.copyVDI(vdi, sr, true)
			if f != nil {
				return nil, f
			}
			return o.ref, nil
		})},
		{"VDI.set_name_label", "self: VDI ref, value: string", "void", plain("name_label")},
		{"VDI.set_name_description", "self: VDI ref, value: string", "void", plain("name_description")},
		{"VDI.set_sharable", "self: VDI ref, value: bool", "void", plain("sharable")},
		{"VDI.set_read_only", "self: VDI ref, value: bool", "void", plain("read_only")},
	}
}

func onVDI(do func(c *call, vdi *object, a args) (any, error)) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		vdi, err := c.find("VDI", a.str(0))
		if err != nil {
			return nil, err
		}
		return do(c, vdi, a)
	}
}

// resize makes a disk larger.
func resize(c *call, vdi *object, a args) (any, error) {
	more := a.int(1) - vdi.int("virtual_size")
	if more < 0 {
		return nil, failure("VDI_TOO_SMALL", vdi.ref, strconv.FormatInt(vdi.int("virtual_size"), 10))
	}
	if f := c.s.room(vdi.to("SR"), more); f != nil {
		return nil, f
	}
	vdi.set("virtual_size", a.int(1))
	c.s.measure(vdi.to("SR"))
	return "", nil
}

func vdiCreate(c *call, a args) (any, error) {
	values, err := constructed("VDI", a.structure())
	if err != nil {
		return nil, err
	}
	ref, _ := values["SR"].(string)
	size, _ := values["virtual_size"].(int64)
	sr, err := c.find("SR", ref)
	if err != nil {
		return nil, err
	}
	if err := c.op.work(); err != nil {
		return nil, err
	}
	if f := c.s.room(sr, size); f != nil {
		return nil, f
	}
	return c.s.newVDI(values).ref, nil
}

// room says why there can be no disk of a size on an SR; nil when there can.
func (s *Server) room(sr *object, size int64) *Failure {
	if sr == nil {
		return handleInvalid("SR", nullRef)
	}
	attached := false
	for _, p := range sr.members("PBDs") {
		attached = attached || p.flag("currently_attached")
	}
	switch {
	case !attached:
		return failure("SR_HAS_NO_PBDS", sr.ref)
	case sr.str("content_type") == "iso":
		return failure("SR_OPERATION_NOT_SUPPORTED", sr.ref)
	case size <= 0 && size != 0, sr.int("physical_utilisation")+size > sr.int("physical_size"):
		return failure("SR_BACKEND_FAILURE_44", "", "There is insufficient space", "")
	}
	return nil
}

// newVDI makes a disk, which takes its whole size on the SR.
func (s *Server) newVDI(values map[string]any) *object {
	vdi := s.db.create("VDI", values)
	vdi.set("location", vdi.str("uuid"))
	vdi.set("managed", true)
	vdi.set("physical_utilisation", vdi.int("virtual_size"))
	vdi.set("allowed_operations", []string{"snapshot", "clone", "copy", "resize", "destroy"})
	s.measure(vdi.to("SR"))
	return vdi
}

// copyVDI makes a disk with another's content, at first without taking space
// unless it is a full copy.
func (s *Server) copyVDI(vdi, sr *object, full bool) (*object, *Failure) {
	size := int64(0)
	if full {
		size = vdi.int("virtual_size")
	}
	if f := s.room(sr, size); f != nil {
		return nil, f
	}
	values := maps.Clone(vdi.fields)
	for _, f := range []string{"uuid", "VBDs", "snapshots", "current_operations", "location", "is_a_snapshot", "snapshot_of", "snapshot_time"} {
		delete(values, f)
	}
	values["SR"] = sr.ref
	o := s.newVDI(values)
	o.set("physical_utilisation", size)
	s.measure(sr)
	if d := s.disks[vdi.ref]; d != nil {
		s.disks[o.ref] = d
	}
	return o, nil
}

// forgetVDI removes a disk and the drives that it is left in.
func (s *Server) forgetVDI(vdi *object) {
	for _, b := range vdi.members("VBDs") {
		s.db.destroy(b)
	}
	sr := vdi.to("SR")
	delete(s.disks, vdi.ref)
	s.db.destroy(vdi)
	s.measure(sr)
}

// measure writes down what is used of an SR.
func (s *Server) measure(sr *object) {
	if sr == nil {
		return
	}
	var used, virtual int64
	for _, vdi := range sr.members("VDIs") {
		used += vdi.int("physical_utilisation")
		virtual += vdi.int("virtual_size")
	}
	sr.set("physical_utilisation", used)
	sr.set("virtual_allocation", virtual)
}
