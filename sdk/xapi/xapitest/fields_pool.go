package xapitest

// poolFields are the fields of the classes about pool, its hosts and what people do with them, as
// xapi 26.1 has them: name, type, who may write it (ro: nobody; new: whoever
// creates the object; rw: anybody), an exclamation mark where a constructor must
// be given it, and the default where it is not the type's zero.
func poolFields() map[string]string {
	return map[string]string{
		"session": `
uuid: string ro
this_host: host ref ro
this_user: user ref ro
last_active: datetime ro
pool: bool ro
other_config: (string -> string) map rw
is_local_superuser: bool ro
subject: subject ref ro
validation_time: datetime ro = 19700101T00:00:00Z
auth_user_sid: string ro
auth_user_name: string ro
rbac_permissions: string set new
tasks: task ref set ro
parent: session ref new
originator: string ro
client_certificate: bool ro
`,
		"pool": `
uuid: string ro
name_label: string rw
name_description: string rw
master: host ref ro
default_SR: SR ref rw
suspend_image_SR: SR ref rw
crash_dump_SR: SR ref rw
other_config: (string -> string) map rw
ha_enabled: bool ro
ha_configuration: (string -> string) map ro
ha_statefiles: string set ro
ha_host_failures_to_tolerate: int ro
ha_plan_exists_for: int ro
ha_allow_overcommit: bool rw
ha_overcommitted: bool ro
blobs: (string -> blob ref) map ro
tags: string set rw
gui_config: (string -> string) map rw
health_check_config: (string -> string) map rw
wlb_url: string ro
wlb_username: string ro
wlb_enabled: bool rw
wlb_verify_cert: bool rw
redo_log_enabled: bool ro
redo_log_vdi: VDI ref ro
vswitch_controller: string ro
restrictions: (string -> string) map ro
metadata_VDIs: VDI ref set ro
ha_cluster_stack: string ro
allowed_operations: enum pool_allowed_operations set ro
current_operations: (string -> enum pool_allowed_operations) map ro
guest_agent_config: (string -> string) map ro
cpu_info: (string -> string) map ro
policy_no_vendor_device: bool rw
live_patching_disabled: bool rw
igmp_snooping_enabled: bool ro
uefi_certificates: string new
custom_uefi_certificates: string new
is_psr_pending: bool rw
tls_verification_enabled: bool ro
repositories: Repository ref set ro
client_certificate_auth_enabled: bool ro
client_certificate_auth_name: string ro
repository_proxy_url: string ro
repository_proxy_username: string ro
repository_proxy_password: secret ref ro
migration_compression: bool rw
coordinator_bias: bool rw = true
local_auth_max_threads: int new = 8
ext_auth_max_threads: int new = 1
ext_auth_cache_enabled: bool ro
ext_auth_cache_size: int ro = 50
ext_auth_cache_expiry: int ro = 300
telemetry_uuid: secret ref ro
telemetry_frequency: enum telemetry_frequency ro = weekly
telemetry_next_collection: datetime ro = 19700101T00:00:00Z
last_update_sync: datetime ro = 19700101T00:00:00Z
update_sync_frequency: enum update_sync_frequency ro = weekly
update_sync_day: int ro
update_sync_enabled: bool ro
recommendations: (string -> string) map ro
license_server: (string -> string) map rw
ha_reboot_vm_on_internal_shutdown: bool rw = true
limit_console_sessions: bool rw
vm_console_idle_timeout: int rw
`,
		"host": `
uuid: string ro
name_label: string rw
name_description: string rw
memory_overhead: int ro
allowed_operations: enum host_allowed_operations set ro
current_operations: (string -> enum host_allowed_operations) map ro
API_version_major: int ro
API_version_minor: int ro
API_version_vendor: string ro
API_version_vendor_implementation: (string -> string) map ro
enabled: bool ro
software_version: (string -> string) map new
other_config: (string -> string) map rw
capabilities: string set new
cpu_configuration: (string -> string) map ro
sched_policy: string ro
supported_bootloaders: string set ro
resident_VMs: VM ref set ro
logging: (string -> string) map rw
PIFs: PIF ref set ro
suspend_image_sr: SR ref rw
crash_dump_sr: SR ref rw
crashdumps: host_crashdump ref set ro
patches: host_patch ref set ro
updates: pool_update ref set ro
PBDs: PBD ref set ro
host_CPUs: host_cpu ref set ro
cpu_info: (string -> string) map ro
hostname: string rw
address: string rw
metrics: host_metrics ref ro
license_params: (string -> string) map ro
ha_statefiles: string set ro
ha_network_peers: string set ro
blobs: (string -> blob ref) map ro
tags: string set rw
external_auth_type: string ro
external_auth_service_name: string ro
external_auth_configuration: (string -> string) map ro
edition: string ro
license_server: (string -> string) map rw
bios_strings: (string -> string) map ro
power_on_mode: string ro
power_on_config: (string -> string) map ro
local_cache_sr: SR ref new
chipset_info: (string -> string) map ro
PCIs: PCI ref set ro
PGPUs: PGPU ref set ro
PUSBs: PUSB ref set ro
ssl_legacy: bool new = true
guest_VCPUs_params: (string -> string) map rw
display: enum host_display rw = enabled
virtual_hardware_platform_versions: int set ro
control_domain: VM ref ro
updates_requiring_reboot: pool_update ref set ro
features: Feature ref set ro
iscsi_iqn: string new
multipathing: bool new
uefi_certificates: string new
certificates: Certificate ref set ro
editions: string set ro
pending_guidances: enum update_guidances set ro
tls_verification_enabled: bool ro
last_software_update: datetime ro = 19700101T00:00:00Z
https_only: bool ro
latest_synced_updates_applied: enum latest_synced_updates_applied_state ro = unknown
numa_affinity_policy: enum host_numa_affinity_policy ro = default_policy
pending_guidances_recommended: enum update_guidances set ro
pending_guidances_full: enum update_guidances set ro
last_update_hash: string ro
ssh_enabled: bool ro = true
ssh_enabled_timeout: int ro
ssh_expiry: datetime ro = 19700101T00:00:00Z
console_idle_timeout: int ro
ssh_auto_mode: bool ro
max_cstate: string ro
secure_boot: bool ro
ntp_mode: enum host_ntp_mode ro = Factory
ntp_custom_servers: string set ro
timezone: string ro = UTC
`,
		"host_metrics": `
uuid: string ro
memory_total: int ro
memory_free: int ro
live: bool ro
last_updated: datetime ro
other_config: (string -> string) map rw
`,
		"task": `
uuid: string ro
name_label: string ro
name_description: string ro
allowed_operations: enum task_allowed_operations set ro
current_operations: (string -> enum task_allowed_operations) map ro
created: datetime ro
finished: datetime ro
status: enum task_status_type ro
resident_on: host ref ro
progress: float ro
type: string ro
result: string ro
error_info: string set ro
other_config: (string -> string) map ro
subtask_of: task ref ro
subtasks: task ref set ro
backtrace: string ro = ()
`,
		"event": `
snapshot: <class> record ro
id: int new
timestamp: datetime new
class: string new
operation: enum event_operation new
ref: string new
obj_uuid: string new
`,
		"message": `
uuid: string ro
name: string ro
priority: int ro
cls: enum cls ro
obj_uuid: string ro
timestamp: datetime ro
body: string ro
`,
		"Certificate": `
uuid: string ro
name: string ro
type: enum certificate_type ro = host
host: host ref new
not_before: datetime new = 19700101T00:00:00Z
not_after: datetime new = 19700101T00:00:00Z
fingerprint: string new
fingerprint_sha256: string new
fingerprint_sha1: string new
`,
	}
}
