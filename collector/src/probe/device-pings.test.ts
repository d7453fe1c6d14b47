import { afterEach, describe, expect, it } from 'vitest'
import { sealFor, type Target } from '../contract.ts'
import { lost } from '../icmp/fping-output.ts'
import { IcmpError } from '../icmp/fping.ts'
import { Icmp } from '../icmp/icmp.ts'
import { newSealingKeys } from '../seal.ts'
import { SnmpEngine } from '../snmp/engine.ts'
import { FakeAgent, responseTo } from '../snmp/testing.ts'
import { MemoryRecorder } from '../testing.ts'
import { DevicePinger } from './device-pings.ts'

const keys = newSealingKeys()
const snmp = sealFor(keys.publicKey, { version: '2c', community: 'public' })
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** `answers`: what an address says, for the nth time. */
function newPinger(answers: (address: string, count: number) => number = () => 1) {
  const engine = new SnmpEngine()
  const recorder = new MemoryRecorder()
  const silent: string[] = []
  const errors: string[] = []
  const counts = new Map<string, number>()
  const icmp = new Icmp({
    ask: (addresses) =>
      Promise.resolve(
        Float64Array.from(addresses, (address) => {
          const count = (counts.get(address) ?? 0) + 1
          counts.set(address, count)
          return answers(address, count)
        }),
      ),
  })
  const pinger = new DevicePinger({
    engine,
    icmp,
    keys,
    recorder,
    now: Date.now,
    minuteMs: 600,
    onSilence: (deviceId) => silent.push(deviceId),
    onError: ({ message }) => errors.push(message),
  })
  cleanups.push(
    () => engine.close(),
    () => pinger.close(),
  )
  return { pinger, recorder, silent, errors, counts }
}

async function answeringAgent(): Promise<FakeAgent> {
  const agent = await FakeAgent.start((asked) =>
    responseTo(asked, [{ oid: asked.varBinds[0]!.oid, value: { type: 'timeticks', value: 1 } }]),
  )
  cleanups.push(() => agent.stop())
  return agent
}

const target = (deviceId: string, changes: Partial<Target> = {}): Target => ({
  deviceId,
  siteId: 'sit_1',
  address: '10.0.0.1',
  port: 161,
  snmp,
  pollIntervalS: 60,
  interfaces: [],
  sensors: [],
  ping: { kind: 'icmp', intervalS: 0.1 },
  ...changes,
})

describe('the address of a device', () => {
  it('is pinged, and told of once a minute', async () => {
    const { pinger, recorder } = newPinger((_, count) => (count === 2 ? lost : count))
    pinger.set(target('dev_1'))
    await recorder.next('pingBurst', 'dev_1')
    const sent = recorder.last('pingSent', 'dev_1')!
    expect(sent).toBeGreaterThan(2)
    expect([recorder.last('pingLost', 'dev_1'), recorder.last('pingBurst', 'dev_1')]).toEqual([1, 1])
    expect([recorder.last('pingRttMinMs', 'dev_1'), recorder.last('pingRttMaxMs', 'dev_1')]).toEqual([
      1,
      sent,
    ])
    expect(recorder.last('pingRttMeanMs', 'dev_1')).toBeGreaterThan(1)
    expect(recorder.last('pingJitterMs', 'dev_1')).toBeGreaterThan(0)
  })

  it('that never answers is told of without times, and is no news', async () => {
    const { pinger, recorder, silent } = newPinger(() => lost)
    pinger.set(target('dev_1'))
    await recorder.next('pingBurst', 'dev_1')
    expect(recorder.last('pingLost', 'dev_1')).toBe(recorder.last('pingSent', 'dev_1'))
    expect([recorder.last('pingRttMeanMs', 'dev_1'), silent]).toEqual([undefined, []])
  })

  it('that answered and is silent twice is news, once', async () => {
    const { pinger, recorder, silent } = newPinger((_, count) => (count > 1 ? lost : 1))
    pinger.set(target('dev_1'))
    await recorder.next('pingBurst', 'dev_1')
    expect(silent).toEqual(['dev_1'])
  })

  it('that is taken away, or not to be pinged any more, is left alone', async () => {
    const { pinger, recorder, counts } = newPinger()
    pinger.set(target('dev_1', { address: '10.0.0.1' }))
    pinger.set(target('dev_2', { address: '10.0.0.2' }))
    pinger.set(target('dev_3', { address: '10.0.0.3' }))
    await recorder.next('pingSent', 'dev_1')
    pinger.delete('dev_1')
    pinger.set(target('dev_2', { address: '10.0.0.2', ping: null }))
    const before = [counts.get('10.0.0.1'), counts.get('10.0.0.2')]
    await recorder.next('pingSent', 'dev_3')
    expect([counts.get('10.0.0.1'), counts.get('10.0.0.2')]).toEqual(before)
    expect(pinger.size).toBe(1)
  })

  it('where the host forbids ICMP is unknown: nothing is told', async () => {
    const agent = await answeringAgent()
    const { pinger, recorder, errors, counts } = newPinger(() => {
      throw new IcmpError('icmp-forbidden', 'no')
    })
    pinger.set(target('dev_1'))
    pinger.set(target('dev_2', { ...agent.peer, ping: { kind: 'snmp', intervalS: 0.1 } }))
    await recorder.next('pingBurst', 'dev_2')
    expect([counts.size, recorder.all('pingSent', 'dev_1'), errors]).toEqual([1, [], []])
  })

  it('is asked by SNMP where it is only simulated', async () => {
    const agent = await answeringAgent()
    const { pinger, recorder } = newPinger()
    pinger.set(target('dev_1', { ...agent.peer, ping: { kind: 'snmp', intervalS: 0.1 } }))
    await recorder.next('pingBurst', 'dev_1')
    expect(recorder.last('pingLost', 'dev_1')).toBe(0)
    expect(recorder.last('pingRttMeanMs', 'dev_1')).toBeGreaterThan(0)
  })
})
