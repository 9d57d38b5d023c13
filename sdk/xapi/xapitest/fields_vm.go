package xapitest

// vmFields are the fields of the classes about virtual machines, as
// xapi 26.1 has them: name, type, who may write it (ro: nobody; new: whoever
// creates the object; rw: anybody), an exclamation mark where a constructor must
// be given it, and the default where it is not the type's zero.
func vmFields() map[string]string {
	return map[string]string{
		"VM": `
uuid: string ro
allowed_operations: enum vm_operations set ro
current_operations: (string -> enum vm_operations) map ro
name_label: string rw
name_description: string rw
power_state: enum vm_power_state new = Halted
user_version: int rw!
is_a_template: bool rw!
is_default_template: bool ro
suspend_VDI: VDI ref new
resident_on: host ref ro
scheduled_to_be_resident_on: host ref ro
affinity: host ref rw!
memory_overhead: int ro
memory_target: int new
memory_static_max: int new!
memory_dynamic_max: int new!
memory_dynamic_min: int new!
memory_static_min: int new!
VCPUs_params: (string -> string) map rw!
VCPUs_max: int new!
VCPUs_at_startup: int new!
actions_after_softreboot: enum on_softreboot_behavior rw = soft_reboot
actions_after_shutdown: enum on_normal_exit rw!
actions_after_reboot: enum on_normal_exit rw!
actions_after_crash: enum on_crash_behaviour new!
consoles: console ref set ro
VIFs: VIF ref set ro
VBDs: VBD ref set ro
VUSBs: VUSB ref set ro
crash_dumps: crashdump ref set ro
VTPMs: VTPM ref set ro
PV_bootloader: string rw!
PV_kernel: string rw!
PV_ramdisk: string rw!
PV_args: string rw!
PV_bootloader_args: string rw!
PV_legacy_args: string rw!
HVM_boot_policy: string new!
HVM_boot_params: (string -> string) map rw!
HVM_shadow_multiplier: float new = 1
platform: (string -> string) map rw!
PCI_bus: string rw!
other_config: (string -> string) map rw!
domid: int ro
domarch: string ro
last_boot_CPU_flags: (string -> string) map new
is_control_domain: bool ro
metrics: VM_metrics ref ro
guest_metrics: VM_guest_metrics ref ro
last_booted_record: string new
recommendations: string rw!
xenstore_data: (string -> string) map rw
ha_always_run: bool new
ha_restart_priority: string new
is_a_snapshot: bool ro
snapshot_of: VM ref ro
snapshots: VM ref set ro
snapshot_time: datetime ro = 19700101T00:00:00Z
transportable_snapshot_id: string ro
blobs: (string -> blob ref) map ro
tags: string set rw
blocked_operations: (enum vm_operations -> string) map new
snapshot_info: (string -> string) map ro
snapshot_metadata: string ro
parent: VM ref ro
children: VM ref set ro
bios_strings: (string -> string) map ro
protection_policy: VMPP ref new
is_snapshot_from_vmpp: bool new
snapshot_schedule: VMSS ref new
is_vmss_snapshot: bool new
appliance: VM_appliance ref new
start_delay: int new
shutdown_delay: int new
order: int new
VGPUs: VGPU ref set ro
attached_PCIs: PCI ref set ro
suspend_SR: SR ref rw
version: int new
generation_id: string new = 0:0
hardware_platform_version: int rw
has_vendor_device: bool new = true
requires_reboot: bool ro
reference_label: string new
domain_type: enum domain_type new = unspecified
NVRAM: (string -> string) map new
pending_guidances: enum update_guidances set ro
pending_guidances_recommended: enum update_guidances set ro
pending_guidances_full: enum update_guidances set ro
groups: VM_group ref set ro
`,
		"VM_metrics": `
uuid: string ro
memory_actual: int ro
VCPUs_number: int ro
VCPUs_utilisation: (int -> float) map ro
VCPUs_CPU: (int -> int) map ro
VCPUs_params: (string -> string) map ro
VCPUs_flags: (int -> string set) map ro
state: string set ro
start_time: datetime ro
install_time: datetime ro
last_updated: datetime ro
other_config: (string -> string) map rw
hvm: bool ro
nested_virt: bool ro
nomigrate: bool ro
current_domain_type: enum domain_type ro = unspecified
`,
		"VM_guest_metrics": `
uuid: string ro
os_version: (string -> string) map ro
netbios_name: (string -> string) map ro
PV_drivers_version: (string -> string) map ro
PV_drivers_up_to_date: bool ro
memory: (string -> string) map ro
disks: (string -> string) map ro
networks: (string -> string) map ro
other: (string -> string) map ro
last_updated: datetime ro
other_config: (string -> string) map rw
live: bool ro
can_use_hotplug_vbd: enum tristate_type ro = unspecified
can_use_hotplug_vif: enum tristate_type ro = unspecified
PV_drivers_detected: bool ro
services: (string -> string) map ro
`,
		"console": `
uuid: string ro
protocol: enum console_protocol ro
location: string ro
VM: VM ref ro
other_config: (string -> string) map rw
`,
	}
}
