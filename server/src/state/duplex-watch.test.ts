import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { DuplexWatch } from './duplex-watch.ts'
import type { Finding } from './finding.ts'
import type { Ground, Pass } from './pass.ts'

let test: TestApp
let watch: DuplexWatch
let ends: { a: string; z: string }
beforeEach(async () => {
  test = await testApp()
  await withSmallEstate(test)
  const { estate } = test.services
  watch = new DuplexWatch({
    log: test.context.log,
    halfPorts: () => estate.halfDuplexPorts(),
    duplexOf: (ids) => estate.duplexesOf(ids),
  })
  const model = await estate.model()
  watch.rebuild({ model } as Ground)
  const [circuit] = model.circuits.values()
  ends = { a: circuit!.a.interfaceId, z: circuit!.z.interfaceId }
})
afterEach(() => test.close())

const set = (
  id: string,
  values: { duplex?: string | null; if_oper_status?: string; if_speed_bps?: number },
) =>
  test.context.db
    .updateTable('interfaces')
    .set({ if_oper_status: 'up', if_index: 1, if_speed_bps: 1e9, ...values })
    .where('id', '=', id)
    .execute()

async function found(): Promise<Finding[]> {
  const kept: Finding[] = []
  await watch.look()
  watch.judge({ findings: { keep: (finding: Finding) => kept.push(finding) } } as unknown as Pass)
  return kept
}

describe('the duplex of ports', () => {
  it('is told of one that fell back to half, with its device and speed', async () => {
    await set(ends.z, { duplex: 'half' })
    expect(await found()).toMatchObject([
      { entityId: ends.z, condition: 'duplex-mismatch', values: { fault: 'half', speed: '1000 Mbit/s' } },
    ])
  })

  it('is told as differing where the far end of its line is at full duplex', async () => {
    await set(ends.z, { duplex: 'half', if_speed_bps: 10e6 })
    await set(ends.a, { duplex: 'full', if_speed_bps: 10e6 })
    expect(await found()).toMatchObject([{ entityId: ends.z, values: { fault: 'differs' } }])
  })

  it.each([
    ['at full duplex', { duplex: 'full' }],
    ['of which nothing is known', { duplex: null }],
    ['that is down', { duplex: 'half', if_oper_status: 'down' }],
    ['of old equipment, slow and alone', { duplex: 'half', if_speed_bps: 10e6 }],
  ])('says nothing of a port %s', async (_, values) => {
    await set(ends.z, values)
    expect(await found()).toEqual([])
  })

  it('is well again once it is negotiated anew', async () => {
    await set(ends.z, { duplex: 'half' })
    await found()
    await set(ends.z, { duplex: 'full' })
    expect(await found()).toEqual([])
    expect(watch.isKnown(ends.z, 'duplex-mismatch')).toBe(true)
  })
})
