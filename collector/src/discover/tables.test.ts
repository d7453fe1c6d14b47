import { describe, expect, it } from 'vitest'
import { SnmpError, type SnmpReader } from '../snmp/session.ts'
import { readTwice, Tables } from './tables.ts'

const columnsOf = (count: number) => Array.from({ length: count }, (_, at) => `1.3.6.1.4.1.99999.${at + 1}`)
const silence = () => new SnmpError('timeout', 'no answer')

/** Every column has one row; `answer` may throw instead. `most`: walks in flight at once. */
function reader(answer: (root: string, time: number) => void) {
  const walks: string[] = []
  const seen = { walks, most: 0 }
  let inFlight = 0
  const walk: SnmpReader['walk'] = async (root) => {
    walks.push(root)
    seen.most = Math.max(seen.most, ++inFlight)
    await Promise.resolve()
    inFlight--
    answer(root, walks.filter((one) => one === root).length)
    return [{ oid: `${root}.1`, value: { type: 'integer', value: 1 } }]
  }
  return Object.assign(seen, { walk, get: () => Promise.resolve(new Map()) })
}

const tablesOf = (device: SnmpReader) => new Tables(device, 1000, () => 0)
const sizes = (tables: Tables, oids: string[]) => async () => {
  const read: number[] = []
  for (const oid of oids) read.push((await tables.column(oid)).size)
  return read
}

describe('tables of a device', () => {
  it('lost on a bad line do not empty those that answer', async () => {
    const oids = columnsOf(12)
    const lost = oids.filter((_, at) => at % 2 === 0)
    const tables = tablesOf(
      reader((root) => {
        if (lost.includes(root)) throw silence()
      }),
    )
    expect(await sizes(tables, oids)()).toEqual(oids.map((oid) => (lost.includes(oid) ? 0 : 1)))
    expect(tables.problems.map(({ oid }) => oid)).toEqual(lost)
  })

  it('are asked once more for what was lost, and told only if that was lost again', async () => {
    const oids = columnsOf(6)
    const device = reader((root, time) => {
      if (root === oids[1] && time === 1) throw silence()
      if (root === oids[3]) throw silence()
      if (root === oids[4]) throw new SnmpError('refused', 'genErr')
    })
    const tables = tablesOf(device)
    expect(await readTwice(tables, sizes(tables, oids))).toEqual([1, 1, 1, 0, 0, 1])
    expect(tables.problems.map(({ oid }) => oid)).toEqual([oids[4], oids[3]])
    expect(device.walks.slice(6)).toEqual([oids[1], oids[3]])
  })

  it('are left alone once the device is silent, and each is told', async () => {
    const oids = columnsOf(20)
    const device = reader(() => {
      throw silence()
    })
    const tables = tablesOf(device)
    await readTwice(tables, sizes(tables, oids))
    expect(device.walks.length).toBe(6)
    expect(tables.problems.map(({ oid }) => oid)).toEqual(oids)
  })

  it('are asked for together, and none twice', async () => {
    const oids = columnsOf(12)
    const device = reader(() => {})
    const tables = tablesOf(device)
    await Promise.all([...oids, ...oids].map((oid) => tables.column(oid)))
    expect(device.walks.toSorted()).toEqual(oids.toSorted())
    expect(device.most).toBe(12)
  })
})
