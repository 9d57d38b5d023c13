"""A VM's life by XenAPI.py: python3 xenapi.py URL USER PASSWORD TEMPLATE"""

import sys

from os_xenapi.client import XenAPI

url, user, password, template_name = sys.argv[1:]
session = XenAPI.Session(url)
session.login_with_password(user, password, "1.0", "XenAPI.py")
api = session.xenapi


def fails(code, call, *args):
    try:
        call(*args)
    except XenAPI.Failure as failure:
        assert failure.details[0] == code, failure.details
        return failure.details
    raise AssertionError("want " + code)


def finish(task):
    """Waits for a task, and returns what its result holds."""
    try:
        while True:
            status = api.task.get_status(task)
            if status == "success":
                result = api.task.get_result(task)
                assert result.startswith("<value>") and result.endswith("</value>"), result
                return result[len("<value>"):-len("</value>")]
            if status != "pending":
                raise XenAPI.Failure(api.task.get_error_info(task))
    finally:
        api.task.destroy(task)


# Discover.
pool = api.pool.get_all()[0]
sr = api.pool.get_default_SR(pool)
network = api.network.get_all()[0]
templates = api.VM.get_by_name_label(template_name)
assert len(templates) == 1 and api.VM.get_is_a_template(templates[0])
assert session.API_version == "2.21", session.API_version
everything = api.VM.get_all_records()
assert everything[templates[0]]["name_label"] == template_name
assert int(everything[templates[0]]["memory_static_max"]) > 0
token = api.event.inject("pool", pool)

# Clone and provision.
vm = finish(api.Async.VM.clone(templates[0], "made by XenAPI.py"))
other = api.VM.get_other_config(vm)
if "disks" in other:
    api.VM.remove_from_other_config(vm, "disks")
    api.VM.add_to_other_config(vm, "disks", other["disks"].replace('sr=""', 'sr="%s"' % api.SR.get_uuid(sr)))
fails("MAP_DUPLICATE_KEY", api.VM.add_to_other_config, vm, "mac_seed", "")
fails("VM_IS_TEMPLATE", api.VM.start, vm, False, False)
api.VM.provision(vm)
assert not api.VM.get_is_a_template(vm)

# Memory and network: integers go as strings.
memory = str(1024 ** 3)
api.VM.set_memory_limits(vm, memory, memory, memory, memory)
if not api.VM.get_VIFs(vm):
    api.VIF.create({
        "device": "0", "network": network, "VM": vm, "MAC": "", "MTU": "1500", "other_config": {},
        "qos_algorithm_type": "", "qos_algorithm_params": {},
    })

# Start, and wait for the address by events.
finish(api.Async.VM.start(vm, False, False))
address = None
seen = set()
while address is None:
    batch = api.event_from(["vm/" + vm, "vm_guest_metrics", "task"], token, 30.0)
    token = batch["token"]
    assert isinstance(batch["valid_ref_counts"]["vm_guest_metrics"], int)
    seen |= {event["class"] for event in batch["events"]}
    guest = api.VM.get_guest_metrics(vm)
    if guest != "OpaqueRef:NULL":
        networks = api.VM_guest_metrics.get_networks(guest)
        address = next((ip for key, ip in sorted(networks.items()) if key.endswith("/ip")), None)
assert seen >= {"vm", "vm_guest_metrics"}, seen
assert fails("VM_BAD_POWER_STATE", api.VM.start, vm, False, False)[1:] == [vm, "halted", "running"]

# Shut down, and destroy with the disks.
api.VM.clean_shutdown(vm)
assert api.VM.get_power_state(vm) == "Halted"
vdis = []
for vbd in api.VM.get_VBDs(vm):
    record = api.VBD.get_record(vbd)
    if record["type"] == "Disk" and "owner" in record["other_config"]:
        vdis.append(record["VDI"])
assert len(vdis) == 1, vdis
api.VM.destroy(vm)
for vdi in vdis:
    finish(api.Async.VDI.destroy(vdi))
assert fails("HANDLE_INVALID", api.VM.get_power_state, vm)[1:] == ["VM", vm]
batch = getattr(api, "event.from")(["vm"], token, 5.0)
assert any(event["operation"] == "del" and event["ref"] == vm for event in batch["events"]), batch

session.logout()
print(address)
