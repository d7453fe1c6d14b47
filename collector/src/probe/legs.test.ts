import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { sealFor, type LegProbe } from '../contract.ts'
import { Icmp, type IcmpOptions } from '../icmp/icmp.ts'
import { newSealingKeys } from '../seal.ts'
import { SnmpEngine } from '../snmp/engine.ts'
import { FakeAgent, responseTo } from '../snmp/testing.ts'
import { MemoryRecorder } from '../testing.ts'
import { LegProber } from './legs.ts'

const keys = newSealingKeys()
const snmp = sealFor(keys.publicKey, { version: '2c', community: 'public' })
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function newProber({ minuteMs, icmp: options }: { minuteMs?: number; icmp?: IcmpOptions } = {}) {
  const engine = new SnmpEngine()
  const recorder = new MemoryRecorder()
  const changes: [circuitId: string, isUp: boolean][] = []
  const errors: string[] = []
  const icmp = new Icmp({ ...options, onFault: (fault) => fault && errors.push(fault.message) })
  const prober = new LegProber({
    engine,
    icmp,
    minuteMs,
    timing: { firstWithinMs: 100, scatterMs: 40 },
    timeoutMs: 250,
    keys,
    recorder,
    now: Date.now,
    onChange: ({ circuitId }, isUp) => changes.push([circuitId, isUp]),
    onError: ({ message }) => errors.push(message),
  })
  cleanups.push(
    () => engine.close(),
    () => prober.close(),
  )
  return { prober, recorder, changes, errors }
}

const probe = (changes: Partial<LegProbe>): LegProbe => ({
  circuitId: 'cir_1',
  kind: 'snmp',
  address: '127.0.0.1',
  port: 161,
  snmp,
  intervalS: 0.2,
  siteIds: ['sit_1'],
  ...changes,
})

/** A far end that loses what it is told to lose. */
async function farEnd(isLost: (count: number) => boolean): Promise<FakeAgent> {
  const agent = await FakeAgent.start((asked, count) =>
    isLost(count)
      ? undefined
      : responseTo(asked, [{ oid: asked.varBinds[0]!.oid, value: { type: 'timeticks', value: 1 } }]),
  )
  cleanups.push(() => agent.stop())
  return agent
}

describe('a leg', () => {
  it('whose far end answers is up, with its round trip', async () => {
    const { prober, recorder, changes } = newProber()
    prober.set(probe((await farEnd(() => false)).peer))
    await recorder.next('probeLost', 'cir_1')
    expect([recorder.last('probeOk', 'cir_1'), recorder.last('probeLost', 'cir_1')]).toEqual([1, 0])
    expect(recorder.last('probeSent', 'cir_1')).toBeGreaterThanOrEqual(1)
    expect(recorder.last('probeRttMs', 'cir_1')).toBeGreaterThan(0)
    expect([changes, recorder.flushes]).toEqual([[], 1])
  })

  it('of whose port something is said is probed out of its turn, and told of though nothing be new', async () => {
    const ends = [
      { deviceId: 'dev_a', interfaceId: 'ifc_a' },
      { deviceId: 'dev_z', interfaceId: 'ifc_z' },
    ]
    const agent = await farEnd(() => false)
    const { prober, recorder } = newProber()
    prober.set(probe({ ...agent.peer, intervalS: 3600, ends }))
    prober.set(probe({ ...agent.peer, circuitId: 'cir_2', intervalS: 3600 }))
    await Promise.all(['cir_1', 'cir_2'].map((id) => recorder.next('probeLost', id)))
    const flushes = recorder.flushes
    expect([prober.lookFrom('ifc_other'), prober.lookFrom('ifc_a')]).toEqual([[], ['dev_z']])
    expect(prober.lookFrom('ifc_z')).toEqual(['dev_a']) // the same leg, within a moment: it is not probed again
    await recorder.next('probeLost', 'cir_1')
    await expect.poll(() => recorder.flushes).toBe(flushes + 1)
    expect(['cir_1', 'cir_2'].map((id) => recorder.all('probeOk', id).length)).toEqual([2, 1])
  })

  it('that is said to be lost is asked with the patience that it has earned, and again as ever: a slow one is not lost for long', async () => {
    const ends = [{ deviceId: 'dev_a', interfaceId: 'ifc_a' }]
    const late: (() => void)[] = []
    let isSlow = false
    const ask = () =>
      isSlow && late.length < 3
        ? new Promise<Float64Array>((resolve) => late.push(() => resolve(Float64Array.of(900))))
        : Promise.resolve(Float64Array.of(20))
    const { prober, recorder } = newProber({ icmp: { ask } })
    prober.set(probe({ kind: 'icmp', intervalS: 3600, ends }))
    await recorder.next('probeOk', 'cir_1', 1)
    isSlow = true
    prober.lookFrom('ifc_a')
    await recorder.next('probeOk', 'cir_1', 0)
    await recorder.next('probeOk', 'cir_1', 1)
    expect(late).toHaveLength(3)
  })

  it('that loses two of three tries is up, and its losses are counted', async () => {
    const { prober, recorder } = newProber()
    prober.set(probe((await farEnd((count) => count <= 2)).peer))
    await recorder.next('probeLost', 'cir_1')
    expect([
      recorder.last('probeOk', 'cir_1'),
      recorder.last('probeSent', 'cir_1'),
      recorder.last('probeLost', 'cir_1'),
    ]).toEqual([1, 3, 2])
  })

  it('that loses all is down, once, and back, once', async () => {
    const { prober, recorder, changes } = newProber()
    prober.set(probe((await farEnd((count) => count > 2 && count <= 8)).peer))
    await recorder.next('probeOk', 'cir_1', 0)
    expect(recorder.last('probeRttMs', 'cir_1')).toBeDefined()
    const rtts = recorder.all('probeRttMs', 'cir_1').length
    expect(rtts).toBe(recorder.all('probeOk', 'cir_1').filter(({ value }) => value === 1).length)
    await recorder.next('probeOk', 'cir_1', 1)
    await recorder.next('probeOk', 'cir_1', 1)
    expect(changes).toEqual([
      ['cir_1', false],
      ['cir_1', true],
    ])
  })

  it('tells jitter and the longest run of losses once a minute', async () => {
    let count = 0
    const ask = () => Promise.resolve(Float64Array.of(++count === 2 ? Infinity : count))
    const { prober, recorder } = newProber({ minuteMs: 700, icmp: { ask } })
    prober.set(probe({ kind: 'icmp' }))
    await recorder.next('probeBurst', 'cir_1')
    expect([recorder.last('probeBurst', 'cir_1'), recorder.all('probeBurst', 'cir_1').length]).toEqual([1, 1])
    expect(recorder.last('probeJitterMs', 'cir_1')).toBeGreaterThan(0)
    expect(recorder.all('probeOk', 'cir_1').length).toBeGreaterThan(1)
  })

  it('that is taken away is not probed any more', async () => {
    const agent = await farEnd(() => false)
    const { prober, recorder } = newProber()
    prober.set(probe(agent.peer))
    await recorder.next('probeOk', 'cir_1')
    prober.delete('cir_1')
    prober.set(probe({ ...agent.peer, circuitId: 'cir_2' }))
    const asked = recorder.all('probeOk', 'cir_1').length
    await recorder.next('probeOk', 'cir_2')
    await recorder.next('probeOk', 'cir_2')
    expect([recorder.all('probeOk', 'cir_1').length, prober.ids()]).toEqual([asked, ['cir_2']])
  })
})

describe('other ways to ask', () => {
  it('tcp: a connection is an answer, and so is a refusal', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const { prober, recorder } = newProber()
    prober.set(probe({ kind: 'tcp', port }))
    await recorder.next('probeOk', 'cir_1', 1)
    server.close()
    await recorder.next('probeOk', 'cir_1', 1)
  })

  const hasFping = (() => {
    try {
      execFileSync('fping', ['-q', '-c1', '127.0.0.1'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()

  it.runIf(hasFping)('icmp: by fping', async () => {
    const { prober, recorder } = newProber()
    prober.set(probe({ kind: 'icmp' }))
    await recorder.next('probeOk', 'cir_1', 1)
    expect(recorder.last('probeRttMs', 'cir_1')).toBeGreaterThan(0)
  })

  it('without fping ICMP is an error, not a loss', async () => {
    const { PATH } = process.env
    process.env.PATH = '/nonexistent'
    cleanups.push(() => (process.env.PATH = PATH))
    const { prober, recorder, errors } = newProber()
    prober.set(probe({ kind: 'icmp' }))
    await expect
      .poll(() => errors, { timeout: 10_000 })
      .toEqual([expect.stringContaining('fping is not installed')])
    expect(recorder.samples).toEqual([])
  })
})
