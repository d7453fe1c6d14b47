import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { deflateRawSync } from 'node:zlib'
import { encode } from '@msgpack/msgpack'
import {
  collectorNamespace,
  contractVersion,
  newSealingKeys,
  openSealed,
  SamplesWriter,
  Teller,
  type Assignment,
  type BatchAck,
  type CollectorAuth,
  type Fact,
  type Lane,
} from '@zongheng/collector/contract.ts'
import { io, type Socket } from 'socket.io-client'
import parser from 'socket.io-msgpack-parser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'

let t: TestApp
let ids: Map<string, string>
let url: string
const sockets: Socket[] = []
beforeEach(async () => {
  t = await testApp()
  ids = await withSmallEstate(t)
  await t.app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(t.app.server.address() as AddressInfo).port}`
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect()
  await t.close()
})

interface Member {
  auth: CollectorAuth
  privateKey: string
}

/** A collector with these devices, enrolled like any. */
async function member(name: string, ...devices: string[]): Promise<Member> {
  const admin = await t.as('network-admin')
  const invited = await admin.inject({ method: 'POST', url: '/collectors', body: { name } })
  const { publicKey, privateKey } = newSealingKeys()
  const body = { token: invited.json().token, name, publicKey }
  const { collectorId, key } = (await t.anyone({ method: 'POST', url: '/collectors/enrol', body })).json<{
    collectorId: string
    key: string
  }>()
  const deviceIds = devices.map((device) => ids.get(device)!)
  if (deviceIds.length > 0)
    await t.context.db
      .updateTable('devices')
      .set({ collector_id: collectorId })
      .where('id', 'in', deviceIds)
      .execute()
  const reloaded = once(t.context.bus, 'estate.reloaded')
  t.services.estate.changed(deviceIds)
  await reloaded
  return { auth: { contractVersion, collectorId, key, publicKey, epoch: `epoch of ${name}` }, privateKey }
}

function connect(auth: object, namespace = collectorNamespace): Socket {
  const socket = io(url + namespace, {
    parser,
    auth,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  })
  sockets.push(socket)
  return socket
}

/** Connected, with its first assignment. */
async function arrive({ auth }: Member): Promise<{ socket: Socket; assignment: Assignment }> {
  const socket = connect(auth)
  const assignment = await new Promise<Assignment>((resolve, reject) => {
    socket.once('assignment', resolve)
    socket.once('connect_error', reject)
  })
  return { socket, assignment }
}

const refusal = (socket: Socket) =>
  new Promise<string>((resolve, reject) => {
    socket.once('connect_error', (error) => resolve(error.message))
    socket.once('connect', () => reject(new Error('it was let in')))
  })

const heardFrom = (socket: Socket, event: string) =>
  new Promise<unknown>((resolve) => socket.once(event, resolve))

const pack = (content: unknown) => deflateRawSync(encode(content))

function send(socket: Socket, { auth }: Member, lane: Lane, content: unknown, seq = 1): Promise<BatchAck> {
  return socket.timeout(5000).emitWithAck('batch', { epoch: auth.epoch, lane, seq, body: pack(content) })
}

const sample = (device: string, value = 1) => ({
  metric: 'cpuPercent',
  ids: [ids.get(device)!],
  entities: [0],
  atMs: [t.context.now],
  values: [value],
})
const cpuOf = async (device: string) => {
  const [steps] = await t.context.series.read({
    entities: [ids.get(device)!],
    metrics: ['cpuPercent'],
    from: t.context.now - 300_000,
    until: t.context.now + 300_000,
    stepMs: 600_000,
  })
  return steps?.mean.find((value) => value !== null) ?? null
}
const deviceFact = (device: string, atMs = t.context.now): Fact => ({
  kind: 'device',
  deviceId: ids.get(device)!,
  atMs,
  identity: { vendor: 'forged' } as never,
  interfaces: [],
  sensors: [],
})
const deviceRow = (device: string) =>
  t.context.db
    .selectFrom('devices')
    .select(['vendor', 'identified_at'])
    .where('id', '=', ids.get(device)!)
    .executeTakeFirstOrThrow()

describe('a collector is told', () => {
  it('of its own devices, with credentials that it alone can open', async () => {
    const [city, province] = [await member('city', '市-RT', '正定-RT'), await member('province', '省-RT')]
    const { assignment } = await arrive(city)
    expect(assignment.targets.map(({ deviceId }) => deviceId).sort()).toEqual(
      ['市-RT', '正定-RT'].map((key) => ids.get(key)).sort(),
    )
    expect(assignment.probes.every(({ circuitId }) => [...ids.values()].includes(circuitId))).toBe(true)
    const { snmp } = assignment.targets[0]!
    const open = ({ auth: { publicKey }, privateKey }: Member) => openSealed({ publicKey, privateKey }, snmp)
    expect(open(city)).toEqual({ version: '2c', community: 'public' })
    expect(() => open(province)).toThrow()
  })

  it('nothing, with a key that is not its own', async () => {
    const [city, province] = [await member('city'), await member('province')]
    for (const wrong of [{ key: province.auth.key }, { collectorId: 'col_x' }, { key: undefined }])
      expect(await refusal(connect({ ...city.auth, ...wrong }))).toMatch(/unknown collector|incomplete/)
    expect(await refusal(connect({ ...city.auth, publicKey: newSealingKeys().publicKey }))).toContain(
      'another sealing key',
    )
    expect(await refusal(connect({ ...city.auth, contractVersion: NaN }))).toContain('upgrade the collector')
  })

  it('nothing of what consoles are told', async () => {
    const { auth } = await member('city', '市-RT')
    expect(await refusal(connect(auth, '/'))).toBe('unauthenticated')
    expect(await refusal(connect(auth, '/anything'))).toBe('Invalid namespace')
  })
})

describe('it is hung up on', () => {
  it.each<[string, (id: string, admin: Awaited<ReturnType<TestApp['as']>>) => Promise<unknown>]>([
    ['revoked', (id, admin) => admin.inject({ method: 'POST', url: `/collectors/${id}/revoke` })],
    [
      'replaced by another machine',
      async (id, admin) => {
        const { token } = (await admin.inject({ method: 'POST', url: `/collectors/${id}/token` })).json()
        const body = { token, name: 'new', publicKey: newSealingKeys().publicKey }
        await t.anyone({ method: 'POST', url: '/collectors/enrol', body })
      },
    ],
  ])('at once when it is %s', async (_, act) => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    const gone = new Promise((resolve) => socket.once('disconnect', resolve))
    await act(city.auth.collectorId, await t.as('network-admin'))
    expect(await gone).toBe('io server disconnect')
    expect(await refusal(connect(city.auth))).toBe('unknown collector or key')
  })

  it('and its devices stay its own, and are missed', async () => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    const gone = new Promise((resolve) => socket.once('disconnect', resolve))
    const admin = await t.as('network-admin')
    const reloaded = once(t.context.bus, 'estate.reloaded')
    await admin.inject({ method: 'POST', url: `/collectors/${city.auth.collectorId}/revoke` })
    await Promise.all([gone, reloaded])
    const { model } = t.services.state
    expect(model.devices.get(ids.get('市-RT')!)?.collectorId).toBe(city.auth.collectorId)
    expect(model.collectors.has(city.auth.collectorId)).toBe(true)
    t.context.now += 60_000
    expect(t.services.uplink.presence.awaySinceMs(city.auth.collectorId)).not.toBeNull()
  })
})

describe('of what it sends', () => {
  it('samples of its own devices are taken, others left out', async () => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    expect(await send(socket, city, 'samples', [sample('市-RT', 7), sample('省-RT', 99)])).toEqual({
      ok: true,
    })
    expect([await cpuOf('市-RT'), await cpuOf('省-RT')]).toEqual([7, null])
  })

  it('samples of its own devices are taken in the body of version 2, ids told once', async () => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    const teller = new Teller()
    const rows = [{ ids: [ids.get('市-RT')!] }, { ids: [ids.get('省-RT')!] }]
    for (const seq of [1, 2, 3]) {
      const writer = new SamplesWriter()
      for (const row of rows)
        writer.add('cpuPercent', row, NaN, t.context.now + seq, Float64Array.of(seq * 10))
      const body = Buffer.from(teller.tell(await writer.pack()))
      const batch = { epoch: city.auth.epoch, lane: 'samples', seq, body }
      expect(await socket.timeout(5000).emitWithAck('batch', batch)).toEqual({ ok: true })
    }
    expect([await cpuOf('市-RT'), await cpuOf('省-RT')]).toEqual([20, null])
  })

  it('ids that nobody told are dropped with their batch, and the connection begins anew', async () => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    const teller = new Teller()
    const writer = new SamplesWriter()
    writer.add('cpuPercent', { ids: [ids.get('市-RT')!] }, NaN, t.context.now, Float64Array.of(5))
    const body = await writer.pack()
    teller.tell(body)
    const gone = heardFrom(socket, 'disconnect')
    const unknown = { epoch: city.auth.epoch, lane: 'samples', seq: 1, body: Buffer.from(teller.tell(body)) }
    expect(await socket.timeout(5000).emitWithAck('batch', unknown)).toEqual({ ok: true })
    await gone
    const again = await arrive(city)
    const told = {
      epoch: city.auth.epoch,
      lane: 'samples',
      seq: 2,
      body: Buffer.from(new Teller().tell(body)),
    }
    expect(await again.socket.timeout(5000).emitWithAck('batch', told)).toEqual({ ok: true })
    expect(await cpuOf('市-RT')).toBe(5)
  })

  it('a batch that waits for no answer ends the connection', async () => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    const gone = heardFrom(socket, 'disconnect')
    for (let seq = 1; seq <= 200; seq++)
      socket.emit('batch', { epoch: city.auth.epoch, lane: 'samples', seq, body: pack([]) }, () => {})
    expect(await gone).toBe('io server disconnect')
  })

  it('is told the version and the line of the server first, and its time', async () => {
    const city = await member('city', '市-RT')
    const before = await arrive(city)
    const gone = new Promise((resolve) => before.socket.once('disconnect', resolve))
    const url = `/collectors/${city.auth.collectorId}`
    const admin = await t.as('network-admin')
    const changed = await admin.inject({ method: 'PATCH', url, body: { uplinkBps: 2_000_000 } })
    expect(changed.json()).toMatchObject({ uplinkBps: 2_000_000 })
    await gone // to be told on connecting anew
    const socket = connect(city.auth)
    const hello = await heardFrom(socket, 'hello')
    expect(hello).toEqual({ contractVersion, uplinkBps: 2_000_000 })
    expect(await socket.timeout(5000).emitWithAck('time')).toBe(t.context.now)
  })

  it('facts about its own devices are taken, others left out, and none is from the future', async () => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    const facts = [deviceFact('市-RT', t.context.now + 1e9), deviceFact('省-RT')]
    expect(await send(socket, city, 'facts', facts)).toEqual({ ok: true })
    expect(await deviceRow('市-RT')).toEqual({ vendor: 'forged', identified_at: t.context.now })
    expect((await deviceRow('省-RT')).vendor).not.toBe('forged')
  })

  it('another collector’s job is neither under way nor ended', async () => {
    const [city, province] = [await member('city', '市-RT'), await member('province', '省-RT')]
    const about = { name: '省-RT', regionId: t.regions.get('130000')! }
    const start = (member: Member, device: string) =>
      t.services.automation.jobs.start({
        kind: 'poll',
        deviceId: ids.get(device)!,
        collectorId: member.auth.collectorId,
        about,
        startedBy: null,
      })
    const [theirs, own] = [await start(province, '省-RT'), await start(city, '市-RT')]
    const { socket } = await arrive(city)
    socket.emit('progress', { jobId: theirs, at: 0, text: '' })
    socket.emit('progress', { jobId: { $ne: '' }, at: 0, text: '' })
    const ended = (jobId: string): Fact => ({ kind: 'job', jobId, atMs: t.context.now, outcome: 'done' })
    expect(await send(socket, city, 'facts', [ended(theirs), ended(own)])).toEqual({ ok: true })
    const stateOf = async (id: string) => (await t.services.automation.jobs.find(id))?.state
    expect([await stateOf(theirs), await stateOf(own)]).toEqual(['waiting', 'done'])
  })

  it('nothing counts as another’s batch, or as another spool’s', async () => {
    const [city, province] = [await member('city', '市-RT'), await member('province', '省-RT')]
    const { socket } = await arrive(city)
    const forged = {
      epoch: province.auth.epoch,
      collectorId: province.auth.collectorId,
      lane: 'samples',
      seq: 99,
    }
    const ack = await socket.timeout(5000).emitWithAck('batch', { ...forged, body: pack([]) })
    expect(ack).toMatchObject({ ok: false, reason: 'not a batch' })
    await send(socket, city, 'samples', [sample('市-RT')])
    const marks = await t.context.db.selectFrom('batch_marks').select(['collector_id', 'epoch']).execute()
    expect(marks).toEqual([{ collector_id: city.auth.collectorId, epoch: city.auth.epoch }])
  })

  it.each<[string, () => Uint8Array]>([
    ['a bomb', () => deflateRawSync(Buffer.alloc(65 * 1024 * 1024))],
    ['a list without end', () => deflateRawSync(Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]))],
    ['noise', () => Buffer.from('noise')],
    ['a value that is no number', () => pack([{ ...sample('市-RT'), values: [NaN] }])],
    ['columns of unlike length', () => pack([{ ...sample('市-RT'), values: [1, 2] }])],
    ['an instant that is none', () => pack([{ ...sample('市-RT'), atMs: [1.5] }])],
  ])('%s is dropped, and the next batch is taken', async (_, body) => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    const bad = { epoch: city.auth.epoch, lane: 'samples', seq: 1, body: body() }
    expect(await socket.timeout(10_000).emitWithAck('batch', bad)).toEqual({ ok: true })
    expect(await send(socket, city, 'samples', [sample('市-RT', 5)], 2)).toEqual({ ok: true })
    expect(await cpuOf('市-RT')).toBe(5)
  })

  it.each<[string, unknown]>([
    ['no list', { kind: 'device' }],
    ['of an unknown kind', [{ kind: 'root' }]],
    [
      'a device without an instant',
      [{ kind: 'device', deviceId: 'dev_1', identity: {}, interfaces: [], sensors: [] }],
    ],
    ['an outcome that is none', [{ kind: 'job', jobId: 'job_1', atMs: 1, outcome: 'root' }]],
    [
      'a transcript that is none',
      [
        {
          kind: 'job',
          jobId: 'job_1',
          atMs: 1,
          outcome: 'done',
          result: { kind: 'playbook', transcript: [{ output: {} }] },
        },
      ],
    ],
  ])('facts that are none are dropped: %s', async (_, facts) => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    expect(await send(socket, city, 'facts', facts)).toEqual({ ok: true })
    expect(await send(socket, city, 'facts', [deviceFact('市-RT')], 2)).toEqual({ ok: true })
    expect((await deviceRow('市-RT')).vendor).toBe('forged')
  })

  it('a health that is none does not reach the list', async () => {
    const city = await member('city', '市-RT')
    const { socket } = await arrive(city)
    socket.emit('health', { cpuPercent: 'very', rssBytes: {} })
    await send(socket, city, 'samples', [sample('市-RT')])
    const answer = await (await t.as('network-admin')).inject({ url: `/collectors/${city.auth.collectorId}` })
    expect(answer.json()).toMatchObject({ connected: true, health: null, deviceCount: 1 })
  })
})
