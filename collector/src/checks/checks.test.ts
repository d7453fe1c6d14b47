import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { checkFacts, checkKinds } from '@zongheng/inventory/check.ts'
import { sealFor, type CheckProbe } from '../contract.ts'
import { newSealingKeys } from '../seal.ts'
import { MemoryRecorder } from '../testing.ts'
import { Checks } from './checks.ts'
import { Cleanups } from './peers-testing.ts'
import { runCheck } from './run.ts'
import { newParts } from './testing.ts'

const keys = newSealingKeys()
const cleanups = new Cleanups()
afterEach(() => cleanups.run())

async function newChecks() {
  const state = { status: 200, asked: 0 }
  const server: Server = createServer((_, response) => {
    state.asked++
    response.writeHead(state.status).end(`body of ${state.status}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(() => server.close())
  const recorder = new MemoryRecorder()
  const checks = new Checks({ ...newParts(cleanups), keys, recorder, now: Date.now })
  cleanups.add(() => checks.close())
  const { port } = server.address() as AddressInfo
  const probe = (changes: Partial<CheckProbe> = {}): CheckProbe => ({
    checkId: 'chk_1',
    spec: {
      kind: 'http',
      url: `http://127.0.0.1:${port}/`,
      method: 'GET',
      status: [],
      contains: '',
      lacks: '',
      redirects: 0,
      verifyTls: true,
      watchBody: false,
    },
    credential: null,
    intervalS: 0.1,
    timeoutMs: 2_000,
    ...changes,
  })
  return { checks, recorder, state, probe }
}

describe('a check', () => {
  it('is run again and again, and its outcome told when it changes', async () => {
    const { checks, recorder, state, probe } = await newChecks()
    checks.set(probe())
    expect((await recorder.nextFact('check')).outcome).toEqual({
      ok: true,
      code: 'ok',
      values: { status: 200 },
    })
    await recorder.next('checkOk', 'chk_1', 1)
    expect(recorder.last('checkFirstByteMs', 'chk_1')).toBeGreaterThan(0)
    state.status = 503
    expect((await recorder.nextFact('check')).outcome).toMatchObject({ ok: false, code: 'status', values: { status: 503 } }) // prettier-ignore
    await recorder.next('checkOk', 'chk_1', 0)
    state.status = 200
    expect((await recorder.nextFact('check')).outcome).toMatchObject({ ok: true })
    expect([recorder.facts.length, recorder.flushes]).toEqual([3, 3])
  })

  it('of something else starts anew; one that is taken away is left alone', async () => {
    const { checks, recorder, state, probe } = await newChecks()
    const [one, other] = [probe({ intervalS: 3600 }), probe({ checkId: 'chk_2' })]
    checks.set(one)
    await recorder.nextFact('check')
    checks.set({ ...one, spec: { ...one.spec, contains: 'of 404' } as CheckProbe['spec'] })
    expect((await recorder.nextFact('check')).outcome.code).toBe('text-missing')
    checks.delete('chk_1')
    checks.set(other)
    await recorder.nextFact('check')
    const told = recorder.all('checkOk', 'chk_1').length
    await recorder.next('checkOk', 'chk_2')
    expect([recorder.all('checkOk', 'chk_1').length, checks.ids(), await checks.run('chk_1')]).toEqual([told, ['chk_2'], null]) // prettier-ignore
    expect(state.asked).toBeGreaterThan(2)
  })

  it('is run now, once for all who ask at once; one that is tried is told to nobody else', async () => {
    const { checks, recorder, state, probe } = await newChecks()
    checks.set(probe({ intervalS: 3600 }))
    const [one, two] = await Promise.all([checks.run('chk_1'), checks.run('chk_1')])
    expect([one?.code, two, state.asked]).toEqual(['ok', one, 1])
    const before = recorder.samples.length
    expect(await checks.try(probe().spec, null, 1_000)).toMatchObject({ ok: true, code: 'ok' })
    expect(recorder.samples.length).toBe(before)
  })

  it('that cannot be tried says why, and measures nothing', async () => {
    const { checks, recorder, probe } = await newChecks()
    const credential = sealFor(newSealingKeys().publicKey, { version: '2c', community: 'public' })
    const spec = { kind: 'snmp', host: '127.0.0.1', port: 161, oid: '1.3.6.1.2.1.1.3.0' } as const
    checks.set(probe({ spec, credential }))
    expect((await recorder.nextFact('check')).outcome).toMatchObject({ ok: false, code: 'credential' })
    expect(recorder.samples).toEqual([])
  })

  it('of a kind that this collector does not know is no fault of the service', async () => {
    const spec = { kind: 'gopher' } as unknown as CheckProbe['spec']
    const result = await runCheck({ spec, credential: null, timeoutMs: 100 }, newParts(cleanups))
    expect(result).toMatchObject({ ok: false, code: 'failed' })
  })

  it.each(checkKinds)('of kind %s has its facts', (kind) => {
    expect(checkFacts[kind].timeoutMs).toBeLessThan(checkFacts[kind].intervalS * 1000)
  })
})
