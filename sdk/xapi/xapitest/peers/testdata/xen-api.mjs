// A VM's life by npm's xen-api: node xen-api.mjs MODULE URL USER PASSWORD TRANSPORT TEMPLATE
import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'

const [module, url, user, password, transport, templateName] = process.argv.slice(2)
const { createClient } = await import(pathToFileURL(module))

const xapi = createClient({ url, auth: { user, password }, transport, debounce: 1 })
xapi.on('eventFetchingError', error => {
  console.error('events:', error)
  process.exitCode = 1
})

// until waits for what the events say of an object.
const until = (ref, what, check) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: no event said so`)), 60e3)
    const look = () => {
      const found = check(xapi.getObjectByRef(ref, undefined))
      if (found) {
        clearTimeout(timer)
        for (const name of ['add', 'update', 'remove']) xapi.objects.removeListener(name, look)
        resolve(found)
      }
    }
    for (const name of ['add', 'update', 'remove']) xapi.objects.on(name, look)
    look()
  })

await xapi.connect()
await xapi.objectsFetched

// Discover.
const all = Object.values(xapi.objects.all)
const template = all.find(o => o.$type === 'VM' && o.is_a_template && o.name_label === templateName)
assert(template, `no template ${templateName}`)
const network = all.find(o => o.$type === 'network')
const sr = xapi.pool.$default_SR
assert(sr.uuid && network.uuid)
assert(all.some(o => o.$type === 'host' && o.API_version_major == 2))

// Clone and provision.
const vm = await xapi.callAsync('VM.clone', template.$ref, `made by ${transport}`)
assert((await xapi.barrier(vm)).is_a_template)
const { disks } = (await xapi.getRecord('VM', vm)).other_config
if (disks !== undefined) {
  await xapi.setFieldEntry('VM', vm, 'other_config', 'disks', disks.replace('sr=""', `sr="${sr.uuid}"`))
}
await xapi.callAsync('VM.provision', vm)
assert.equal((await xapi.barrier(vm)).is_a_template, false)

// Memory, CPUs, network, a drive.
const memory = 1024 ** 3
await xapi.call('VM.set_memory_limits', vm, memory, memory, memory, memory)
await xapi.setField('VM', vm, 'VCPUs_at_startup', 1)
await assert.rejects(xapi.call('VM.set_memory_limits', vm, memory, memory / 2, memory, memory), {
  code: 'MEMORY_CONSTRAINT_VIOLATION_ORDER',
})
if ((await xapi.barrier(vm)).VIFs.length === 0) {
  await xapi.call('VIF.create', {
    device: '0', network: network.$ref, VM: vm, MAC: '', MTU: 1500, other_config: {},
    qos_algorithm_type: '', qos_algorithm_params: {},
  })
}
const drive = await xapi.callAsync('VDI.create', {
  name_label: 'drive', SR: sr.$ref, virtual_size: 2 * 1024 ** 2, type: 'user', sharable: false, read_only: false, other_config: {},
})
await xapi.putResource(Buffer.alloc(1024 ** 2, 'cidata'), '/import_raw_vdi', { query: { format: 'raw', vdi: drive } })
await xapi.call('VBD.create', {
  VM: vm, VDI: drive, userdevice: 'autodetect', bootable: false, mode: 'RO', type: 'Disk', empty: false,
  other_config: { owner: '' }, qos_algorithm_type: '', qos_algorithm_params: {},
})

// Start, and wait for the address by events.
await xapi.callAsync('VM.start', vm, false, false)
const address = await until(vm, 'the address', o =>
  o?.power_state === 'Running' && Object.entries(o.$guest_metrics?.networks ?? {}).find(([key]) => key.endsWith('/ip'))?.[1])
assert.match(address, /^10\.77\./)
await assert.rejects(xapi.callAsync('VM.start', vm, false, false), error => {
  assert.equal(error.code, 'VM_BAD_POWER_STATE')
  assert.deepEqual(error.params, [vm, 'halted', 'running'])
  return true
})

// Shut down, and destroy with the disks.
await xapi.callAsync('VM.clean_shutdown', vm)
await until(vm, 'the shutdown', o => o?.power_state === 'Halted')
const owned = (await xapi.barrier(vm)).$VBDs.filter(o => o.type === 'Disk' && 'owner' in o.other_config).map(o => o.VDI)
assert(owned.includes(drive) && owned.length === 2, `its disks are ${owned}`)
await xapi.callAsync('VM.destroy', vm)
for (const vdi of owned) await xapi.callAsync('VDI.destroy', vdi)
await until(vm, 'the end', o => o === undefined)
await assert.rejects(xapi.call('VM.get_power_state', vm), { code: 'HANDLE_INVALID' })

// All tasks are gone before the session is.
for (;;) {
  const tasks = await xapi.call('task.get_all')
  if (tasks.length === 0) break
}
await xapi.disconnect()
console.log(address)
