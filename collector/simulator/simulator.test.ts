import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { NewFault } from './world/world.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyDivisions, tinyProvince } from './testing.ts'

const run = promisify(execFile)
const main = join(import.meta.dirname, 'main.ts')
const token = 'a token for this test'
const province = tinyProvince()
const device = (key: string) => province.devices.find((one) => one.key === key)!
const router = device('130123-access-router')
const [primary, backup] = province.links.find((link) => link.key === '130123-link')!.circuits
const hasSnmp = spawnSync('snmpget', ['-V']).error === undefined
if (!hasSnmp && process.env['CI'])
  throw new Error("the Debian package snmp is missing: snmpget doesn't start")

interface Ready {
  port: number
  control: string
}

let folder: string
let simulator: ChildProcess
let ready: Ready

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout! as AsyncIterable<Buffer>) {
    text += chunk.toString()
    if (text.includes('\n')) break
  }
  return text.split('\n')[0]!
}

/** With an IPC channel, as its supervisor starts it. */
function start(...args: string[]): ChildProcess {
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, '--divisions', join(folder, 'divisions.json'), ...args],
    { env: { ...process.env, ZONGHENG_SIMULATOR_TOKEN: token }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  )
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zongheng-simulator-'))
  writeFileSync(join(folder, 'divisions.json'), JSON.stringify(tinyDivisions))
  simulator = start()
  ready = JSON.parse(await firstLine(simulator)) as Ready
})

afterAll(async () => {
  if (simulator.exitCode === null) {
    simulator.kill('SIGTERM')
    await once(simulator, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

function call(method: string, path: string, body?: unknown, bearer = token): Promise<Response> {
  return fetch(ready.control + path, {
    method,
    headers: { authorization: `Bearer ${bearer}` },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
  })
}

async function withFault(fault: NewFault, then: () => Promise<void>): Promise<void> {
  const made = await call('POST', '/faults', fault)
  expect(made.status).toBe(201)
  const { id } = (await made.json()) as { id: string }
  try {
    await then()
  } finally {
    expect((await call('DELETE', `/faults/${id}`)).status).toBe(204)
  }
}

/** What Debian's tools print, numerically; each line `OID VALUE`. Rejects when the agent keeps silent. */
async function snmp(tool: string, address: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await run(
    tool,
    ['-v2c', '-cpublic', '-r1', '-t1', '-Oqnet', `${address}:${ready.port}`, ...args],
    { env: { ...process.env, MIBS: '' }, maxBuffer: 1e7 },
  )
  return stdout.trimEnd().split('\n')
}
const value = async (address: string, oid: string) =>
  (await snmp('snmpget', address, oid))[0]!.split(' ').slice(1).join(' ')
const column = async (address: string, oid: string) =>
  (await snmp('snmpbulkwalk', address, oid))
    .filter((line) => !line.includes('No more variables'))
    .map((line) => line.slice(line.indexOf(' ') + 1).replaceAll('"', ''))
const sysUpTime = '1.3.6.1.2.1.1.3.0'
const isSilent = async (address: string) =>
  snmp('snmpget', address, sysUpTime).then(
    () => false,
    () => true,
  )

describe.skipIf(!hasSnmp)("to Debian's snmp tools", () => {
  it('says who it is', async () => {
    expect(await value(router.address, '1.3.6.1.2.1.1.5.0')).toBe('"SJZ-130123-RT-01"')
  })

  it('answers the same to every way of walking', async () => {
    const still = '1.3.6.1.2.1.47.1.1.1'
    const bulk = await snmp('snmpbulkwalk', router.address, '-Cr50', still)
    expect(bulk.length).toBeGreaterThan(50)
    expect(await snmp('snmpwalk', router.address, still)).toEqual(bulk)
  })

  it('walks to the end on every kind of device', async () => {
    const models = new Map(province.devices.map((one) => [one.model, one]))
    for (const { address, key } of models.values())
      expect((await snmp('snmpbulkwalk', address, '1')).at(-1), key).toMatch(/No more variables/)
  })

  it('has the circuits on interfaces that name them', async () => {
    const names = await column(router.address, '1.3.6.1.2.1.31.1.1.1.1')
    expect(names).toEqual(expect.arrayContaining([primary!.zIfName, backup!.zIfName]))
  })

  it('keeps silent for another community', async () => {
    await expect(
      run('snmpget', ['-v2c', '-cprivate', '-r0', '-t1', `${router.address}:${ready.port}`, sysUpTime]),
    ).rejects.toThrow(/Timeout/)
  })

  it('survives garbage', async () => {
    const socket = createSocket('udp4')
    for (const octets of ['', '30', '3084ffffffff', '302902010104067075626c6963a01c0204', 'ff'.repeat(1400)])
      await new Promise((sent) => socket.send(Buffer.from(octets, 'hex'), ready.port, router.address, sent))
    socket.close()
    expect(await isSilent(router.address)).toBe(false)
  })

  it('answers a leg only while its circuit is whole, and the device over the other', async () => {
    await withFault({ kind: 'circuit-cut', target: primary!.key }, async () => {
      expect(await isSilent(primary!.zAddress)).toBe(true)
      expect(await isSilent(backup!.zAddress)).toBe(false)
      const [index] = (await snmp('snmpbulkwalk', router.address, '1.3.6.1.2.1.31.1.1.1.1'))
        .filter((line) => line.endsWith(`"${primary!.zIfName}"`))
        .map((line) => line.split(' ')[0]!.split('.').at(-1)!)
      expect(await value(router.address, `1.3.6.1.2.1.2.2.1.8.${index}`)).toBe('2')
    })
    expect(await isSilent(primary!.zAddress)).toBe(false)
  })

  it('runs a UPS on its battery, with the alarms of RFC 1628', async () => {
    const { address } = device('130123-ups')
    expect(await value(address, '1.3.6.1.2.1.33.1.4.1.0')).toBe('3')
    await withFault({ kind: 'site-power', target: '130123-site' }, async () => {
      expect(await value(address, '1.3.6.1.2.1.33.1.4.1.0')).toBe('5')
      expect(await column(address, '1.3.6.1.2.1.33.1.6.2.1.2')).toEqual([
        '.1.3.6.1.2.1.33.1.6.3.2',
        '.1.3.6.1.2.1.33.1.6.3.6',
      ])
    })
    expect(await value(address, '1.3.6.1.2.1.33.1.6.1.0')).toBe('0')
  })

  it.each([
    ['huawei', '1.3.6.1.4.1.2011.5.25.31.1.1.10.1.7', ['1', '1'], ['2', '1']],
    [
      'h3c',
      '1.3.6.1.4.1.25506.2.6.1.1.1.1.19',
      ['2', '2', '2', '2', '2', '2', '2'],
      ['2', '2', '2', '2', '41', '2', '2'],
    ],
    ['cisco', '1.3.6.1.4.1.9.9.13.1.4.1.3', ['1', '1'], ['3', '1']],
  ])("tells of a failed fan in %s's way", async (vendor, oid, well, failed) => {
    const found = province.devices.find(
      (one) => one.model.startsWith(`${vendor}-`) && !one.role.startsWith('ups'),
    )
    expect(await column(found!.address, oid)).toEqual(well)
    await withFault({ kind: 'fan-fail', target: found!.key }, async () => {
      expect(await column(found!.address, oid)).toEqual(failed)
    })
  })
})

describe('the control', () => {
  it('lists what is on', async () => {
    await withFault({ kind: 'room-hot', target: '130123-site' }, async () => {
      const { items } = (await (await call('GET', '/faults')).json()) as { items: unknown[] }
      expect(items).toEqual([
        {
          id: expect.stringMatching(/^flt_[0-9a-z]{18}$/) as string,
          kind: 'room-hot',
          target: '130123-site',
          startedAt: expect.toSatisfy(Number.isInteger) as number,
        },
      ])
    })
    expect(await (await call('GET', '/health')).json()).toMatchObject({ status: 'ok', faults: 0 })
  })

  it.each([
    ['an unknown kind', '/faults', { kind: 'meteor', target: '130123-site' }, 422, 'unknown-kind'],
    ['an unknown target', '/faults', { kind: 'room-hot', target: 'nowhere' }, 422, 'unknown-target'],
    ['no object', '/faults', 'null', 422, 'invalid'],
    ['no JSON', '/faults', '{', 400, 'malformed'],
    [
      'a loss beyond all',
      '/faults',
      { kind: 'circuit-degrade', target: '130123-primary', lossPercent: 101 },
      422,
      'invalid',
    ],
    ['too much', '/faults', 'x'.repeat(5000), 413, 'too-large'],
    ['another path', '/elsewhere', {}, 404, 'not-found'],
  ])('refuses %s', async (_, path, body, status, code) => {
    const response = await call('POST', path, body)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ status, code }),
    ])
  })

  it('knows its holder by the token', async () => {
    expect((await call('GET', '/faults', undefined, 'guess')).status).toBe(401)
  })

  it('does not find a fault that is gone', async () => {
    expect((await call('DELETE', '/faults/flt_gone')).status).toBe(404)
  })
})

describe('as a process', () => {
  it('takes the next port when another has its own, and stays when Ctrl-C is for its parent', async () => {
    const second = start()
    const { port } = JSON.parse(await firstLine(second)) as Ready
    expect(port).not.toBe(ready.port)
    second.kill('SIGINT')
    second.kill('SIGTERM')
    expect(await once(second, 'exit')).toEqual([0, null])
  })

  it('ends with its parent', async () => {
    const orphan = start()
    await firstLine(orphan)
    orphan.disconnect()
    expect(await once(orphan, 'exit')).toEqual([0, null])
  })

  it('takes another port when its own is taken, and says which', async () => {
    const third = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning', main, '--divisions', join(folder, 'divisions.json'), '--port', `${ready.port}`,
    ], { env: { ...process.env, ZONGHENG_SIMULATOR_TOKEN: token }, stdio: ['ignore', 'pipe', 'inherit'] }) // prettier-ignore
    expect((JSON.parse(await firstLine(third)) as Ready).port).not.toBe(ready.port)
    third.kill('SIGTERM')
    await once(third, 'close')
  })
})
