package xapitest

import "slices"

func srMethods() []spec {
	on := func(do func(c *call, sr *object, a args) (any, error)) func(*call, args) (any, error) {
		return func(c *call, a args) (any, error) {
			sr, err := c.find("SR", a.str(0))
			if err != nil {
				return nil, err
			}
			return do(c, sr, a)
		}
	}
	return []spec{
		{"SR.scan", "sr: SR ref", "void", on(func(c *call, sr *object, _ args) (any, error) {
			c.s.measure(sr)
			return "", nil
		})},
		{"SR.update", "sr: SR ref", "void", on(func(c *call, sr *object, _ args) (any, error) {
			c.s.measure(sr)
			return "", nil
		})},
		{"SR.set_name_label", "sr: SR ref, value: string", "void", on(func(_ *call, sr *object, a args) (any, error) {
			sr.set("name_label", a.str(1))
			return "", nil
		})},
		{"SR.set_name_description", "sr: SR ref, value: string", "void", on(func(_ *call, sr *object, a args) (any, error) {
			sr.set("name_description", a.str(1))
			return "", nil
		})},
		{"SR.create", "host: host ref, device_config: (string -> string) map, physical_size: int, name_label: string, name_description: string, " +
			"type: string, content_type: string, shared: bool, sm_config?: (string -> string) map", "SR ref", srCreate},
		{"SR.forget", "sr: SR ref", "void", on(srForget)},
		{"SR.destroy", "sr: SR ref", "void", on(srForget)},
		{"SR.get_supported_types", "", "string set", func(*call, args) (any, error) { return supportedTypes(), nil }},
		{"SR.set_physical_size", "self: SR ref, value: int", "void", setField("SR", "physical_size")},
		{"SR.set_shared", "sr: SR ref, value: bool", "void", setField("SR", "shared")},
		{"PBD.create", "args: PBD record", "PBD ref", pbdCreate},
		{"PBD.destroy", "self: PBD ref", "void", func(c *call, a args) (any, error) {
			p, err := c.find("PBD", a.str(0))
			if err != nil {
				return nil, err
			}
			c.s.db.destroy(p)
			return "", nil
		}},
		{"PBD.set_device_config", "self: PBD ref, value: (string -> string) map", "void", setField("PBD", "device_config")},
		{"PBD.plug", "self: PBD ref", "void", attachPBD(true)},
		{"PBD.unplug", "self: PBD ref", "void", attachPBD(false)},
	}
}

func attachPBD(attached bool) func(*call, args) (any, error) {
	return func(c *call, a args) (any, error) {
		p, err := c.find("PBD", a.str(0))
		if err != nil {
			return nil, err
		}
		p.set("currently_attached", attached)
		return "", nil
	}
}

// supportedTypes are the kinds of storage repositories that can be made.
func supportedTypes() []string {
	return []string{"cephfs", "ext", "file", "glusterfs", "iscsi", "iso", "lvm", "lvmoiscsi", "nfs", "smb", "xfs", "zfs"}
}

// srCreate makes a repository, and connects the hosts to it: all of them when it
// is shared.
func srCreate(c *call, a args) (any, error) {
	host, err := c.find("host", a.str(0))
	if err != nil {
		return nil, err
	}
	if !slices.Contains(supportedTypes(), a.str(5)) {
		return nil, failure("SR_UNKNOWN_DRIVER", a.str(5))
	}
	size := a.int(2)
	if size <= 0 { // the storage knows its size
		size = c.s.preset.SRSize
	}
	sr := c.s.newSR(map[string]any{
		"name_label": a.str(3), "name_description": a.str(4), "type": a.str(5), "content_type": a.str(6), "shared": a.flag(7), "physical_size": size,
	})
	for _, h := range c.s.db.all("host") {
		if h == host || a.flag(7) {
			c.s.db.create("PBD", map[string]any{"host": h.ref, "SR": sr.ref, "currently_attached": true, "device_config": a[1]})
		}
	}
	return sr.ref, nil
}

func (s *Server) newSR(values map[string]any) *object {
	sr := s.db.create("SR", values)
	sr.set("allowed_operations", []string{"vdi_create", "vdi_destroy", "vdi_clone", "vdi_snapshot", "vdi_resize", "scan", "plug", "unplug"})
	return sr
}

// srForget forgets a repository and its disks, when no host is connected.
func srForget(c *call, sr *object, _ args) (any, error) {
	for _, p := range sr.members("PBDs") {
		if p.flag("currently_attached") || c.method == "SR.forget" {
			return nil, failure("SR_HAS_PBD", sr.ref)
		}
	}
	for _, p := range sr.members("PBDs") {
		c.s.db.destroy(p)
	}
	for _, vdi := range sr.members("VDIs") {
		c.s.forgetVDI(vdi)
	}
	c.s.db.destroy(sr)
	return "", nil
}

func pbdCreate(c *call, a args) (any, error) {
	values, err := constructed("PBD", a.structure())
	if err != nil {
		return nil, err
	}
	for _, class := range []string{"host", "SR"} {
		ref, _ := values[class].(string)
		if _, err := c.find(class, ref); err != nil {
			return nil, err
		}
	}
	return c.s.db.create("PBD", values).ref, nil
}
