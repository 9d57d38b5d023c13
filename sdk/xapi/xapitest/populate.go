package xapitest

import (
	"fmt"
	"strconv"
)

// populate fills the database with what the preset says.
func (s *Server) populate() error {
	if s.preset.Hosts < 1 {
		return fmt.Errorf("a pool of %d hosts: want one at least", s.preset.Hosts)
	}
	addresses, err := memberAddresses(s.config.listen, s.preset.Hosts)
	if err != nil {
		return err
	}
	s.pool = s.db.create("pool", map[string]any{"name_label": "", "coordinator_bias": true, "ha_allow_overcommit": false, "tls_verification_enabled": true})
	network := s.db.create("network", map[string]any{"name_label": NetworkName, "bridge": "xenbr0", "MTU": int64(1500), "managed": true})
	for i, address := range addresses {
		if err := s.addMember(i, address, network); err != nil {
			return err
		}
	}
	s.pool.set("master", s.members[0].host.ref)
	sr := s.addStorage()
	s.pool.set("default_SR", sr.ref)
	s.pool.set("suspend_image_SR", sr.ref)
	s.pool.set("crash_dump_SR", sr.ref)
	for _, t := range s.preset.Templates {
		s.addTemplate(t, sr, network)
	}
	for _, o := range s.db.all("VM") {
		s.allow(o)
	}
	return nil
}

func (s *Server) addMember(i int, address string, network *object) error {
	name := hostName(i)
	m := &member{s: s, address: address}
	if !s.config.plain {
		var err error
		if m.cert, err = newCertificate(name, address); err != nil {
			return err
		}
	}
	cpus := strconv.FormatInt(s.preset.HostCPUs, 10)
	m.host = s.db.create("host", map[string]any{
		"name_label": name, "hostname": name, "address": address, "enabled": true,
		"API_version_major": int64(2), "API_version_minor": int64(21), "API_version_vendor": "XenSource",
		"memory_overhead": int64(hostOverhead), "edition": "xcp-ng", "https_only": false, "sched_policy": "credit",
		"cpu_info": map[string]string{
			"cpu_count": cpus, "socket_count": "1", "threads_per_core": "2", "vendor": "AuthenticAMD",
			"modelname": "AMD EPYC 7302P 16-Core Processor", "speed": "3000.000",
		},
		"software_version": map[string]string{
			"product_brand": "XCP-ng", "product_version": "8.3.0", "platform_name": "XCP", "platform_version": "3.4.0",
			"xapi": "26.1", "xapi_build": "26.1.4", "xen": "4.17.5", "hostname": name, "build_number": "cloud",
		},
		"capabilities": []string{"xen-3.0-x86_64", "hvm-3.0-x86_64"},
	})
	metrics := s.db.create("host_metrics", map[string]any{"live": true, "memory_total": s.preset.HostMemory, "last_updated": s.stamp()})
	m.host.set("metrics", metrics.ref)
	if !s.config.plain {
		s.db.create("Certificate", map[string]any{
			"host": m.host.ref, "type": "host", "fingerprint": m.fingerprint(), "fingerprint_sha256": m.fingerprint(),
			"not_before": stampOf(m.cert.Leaf.NotBefore), "not_after": stampOf(m.cert.Leaf.NotAfter),
		})
	}
	s.db.create("PIF", map[string]any{
		"device": "eth0", "network": network.ref, "host": m.host.ref, "IP": address, "netmask": "255.0.0.0",
		"management": true, "physical": true, "currently_attached": true, "MTU": int64(1500), "VLAN": int64(-1),
		"MAC": newMAC(), "ip_configuration_mode": "Static", "managed": true, "primary_address_type": "IPv4",
	})
	const dom0Memory, dom0CPUs = 2 << 30, 4
	dom0 := s.db.create("VM", map[string]any{
		"name_label": "Control domain on host: " + name, "is_control_domain": true, "power_state": "Running",
		"memory_static_min": int64(dom0Memory), "memory_static_max": int64(dom0Memory), "memory_dynamic_min": int64(dom0Memory),
		"memory_dynamic_max": int64(dom0Memory), "memory_target": int64(dom0Memory), "VCPUs_max": int64(dom0CPUs),
		"VCPUs_at_startup": int64(dom0CPUs), "resident_on": m.host.ref, "affinity": m.host.ref, "domid": int64(0), "domain_type": "pv",
	})
	dom0.set("metrics", s.db.create("VM_metrics", nil).ref)
	m.host.set("control_domain", dom0.ref)
	s.members = append(s.members, m)
	s.account(m.host)
	return nil
}

// addStorage makes the repositories and returns the default one.
func (s *Server) addStorage() *object {
	attach := func(sr *object, hosts ...*member) {
		for _, m := range hosts {
			s.db.create("PBD", map[string]any{"host": m.host.ref, "SR": sr.ref, "currently_attached": true, "device_config": map[string]string{"location": "/srv"}})
		}
	}
	repository := func(name, kind, content string, shared bool) *object {
		return s.newSR(map[string]any{
			"name_label": name, "type": kind, "content_type": content, "shared": shared, "physical_size": s.preset.SRSize,
		})
	}
	iso := repository(ISOSRName, "iso", "iso", true)
	attach(iso, s.members...)
	var first *object
	for _, m := range s.members {
		local := repository(LocalSRName, "ext", "user", false)
		attach(local, m)
		if first == nil {
			first = local
		}
	}
	if len(s.members) == 1 {
		return first
	}
	shared := repository(SharedSRName, "nfs", "user", true)
	attach(shared, s.members...)
	return shared
}

func (s *Server) addTemplate(t Template, sr, network *object) {
	other := map[string]string{"mac_seed": newUUID(), "install-methods": "cdrom"}
	if t.Default {
		other["default_template"] = "true"
		other["disks"] = fmt.Sprintf(`<provision><disk device="0" size="%d" sr="" bootable="true" type="system"/></provision>`, t.DiskSize)
	}
	vm := s.db.create("VM", map[string]any{
		"name_label": t.Name, "is_a_template": true, "is_default_template": t.Default,
		"memory_static_min": t.Memory, "memory_static_max": t.Memory, "memory_dynamic_min": t.Memory, "memory_dynamic_max": t.Memory,
		"memory_target": t.Memory, "VCPUs_max": t.VCPUs, "VCPUs_at_startup": t.VCPUs, "memory_overhead": int64(vmOverhead),
		"HVM_boot_policy": "BIOS order", "HVM_boot_params": map[string]string{"order": "cdn", "firmware": "uefi"},
		"actions_after_shutdown": "destroy", "actions_after_reboot": "restart", "actions_after_crash": "restart",
		"platform":     map[string]string{"apic": "true", "acpi": "1", "viridian": "false", "nx": "true"},
		"other_config": other, "domid": int64(-1), "domain_type": "hvm",
	})
	vm.set("metrics", s.db.create("VM_metrics", map[string]any{"VCPUs_number": t.VCPUs, "install_time": s.stamp()}).ref)
	if t.Guest != nil {
		s.guests[vm.ref] = t.Guest
	}
	if !t.Default {
		vdi := s.newVDI(map[string]any{"name_label": t.Name + " disk 0", "SR": sr.ref, "virtual_size": t.DiskSize, "type": "system"})
		s.newVBD(map[string]any{
			"VM": vm.ref, "VDI": vdi.ref, "userdevice": "0", "bootable": true, "mode": "RW", "type": "Disk",
			"unpluggable": false, "other_config": map[string]string{"owner": ""},
		})
	}
	if t.Drive {
		s.newVBD(map[string]any{"VM": vm.ref, "userdevice": "3", "mode": "RO", "type": "CD", "empty": true, "unpluggable": true})
	}
	for i := range t.Interfaces {
		s.newVIF(map[string]any{"VM": vm.ref, "network": network.ref, "device": strconv.Itoa(i), "MTU": int64(1500), "locking_mode": "network_default"})
	}
	if t.Tools {
		vm.set("guest_metrics", s.db.create("VM_guest_metrics", toolsSeen(map[string]string{"0/ip": StaleAddress, "0/ipv4/0": StaleAddress})).ref)
	}
}
