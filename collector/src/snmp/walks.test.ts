import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SnmpError } from './error.ts'
import type { Answer, Exchange, Question } from './exchange.ts'
import { errorStatus } from './message.ts'
import { compareOids } from './oid.ts'
import type { WalkOptions } from './walk.ts'
import { Walks } from './walks.ts'

const entry = '1.3.6.1.4.1.99999.1.1'
const columnOf = (at: number) => `${entry}.${at + 1}`
const rootOf = (oid: string) => oid.split('.').slice(0, entry.split('.').length + 1).join('.') // prettier-ignore
type Rows = readonly number[]

interface Manners {
  bulk?: boolean
  /** Objects that one answer holds. */
  most?: number
  /** Answers with that, or stays silent, when asked for what follows this. */
  fails?: (oid: string, question: Question) => 'silent' | 'genErr' | 'loops' | 'malformed' | undefined
  /** Knows of several columns only the first. */
  isSimple?: boolean
}

/** A device that has these rows of these columns. */
function device(columns: readonly Rows[], { bulk = true, most = Infinity, fails, isSimple }: Manners = {}) {
  const oids = columns
    .flatMap((rows, at) => rows.map((row) => `${columnOf(at)}.${row}`))
    .toSorted(compareOids)
  const seen = { asked: [] as Question[], most: 0, underWay: 0 }
  const after = (oid: string, by: number) => oids[oids.findIndex((one) => compareOids(one, oid) > 0) + by]
  const bind = (oid: string, by: number): Answer['varBinds'][number] => {
    const isLast = !oids.some((one) => compareOids(one, oid) > 0)
    const next = isLast ? undefined : after(oid, by)
    return next === undefined ? { oid, value: { type: 'endOfMibView', value: null } } : { oid: next, value: { type: 'integer', value: 1 } } // prettier-ignore
  }
  const exchange: Exchange = async (question) => {
    seen.asked.push(question)
    seen.most = Math.max(seen.most, ++seen.underWay)
    await Promise.resolve()
    seen.underWay--
    const answer = (varBinds: Answer['varBinds'], status = 0, errorIndex = 0) => ({ errorStatus: status, errorIndex, varBinds, rttMs: 1 }) // prettier-ignore
    const faults = question.oids.map((oid) => fails?.(oid, question))
    if (faults.includes('silent')) throw new SnmpError('timeout', 'no answer')
    if (faults.includes('malformed')) throw new SnmpError('malformed', 'nonsense')
    if (faults.includes('genErr')) return answer([], errorStatus.genErr, faults.indexOf('genErr') + 1)
    const repetitions = question.type === 'getBulk' ? question.maxRepetitions : 1
    const known = isSimple ? question.oids.slice(0, 1) : question.oids
    const count = isSimple ? repetitions * question.oids.length : repetitions
    const came = Array.from({ length: count }, (_, row) =>
      known.map((oid, at) =>
        bind(faults[at] === 'loops' ? rootOf(oid) : oid, faults[at] === 'loops' ? row % 3 : row),
      ),
    ).flat()
    const ended = came.findIndex(({ value }) => value.type === 'endOfMibView')
    if (!bulk && ended >= 0) return answer([], errorStatus.noSuchName, ended + 1)
    return answer(came.slice(0, most))
  }
  const walks = new Walks(exchange, { isBulk: bulk, isHeard: () => true })
  const read = (at: number, options?: WalkOptions) => walks.walk(columnOf(at), options).then((rows) => rows.map(({ oid }) => Number(oid.split('.').at(-1))), (error: SnmpError) => error.code) // prettier-ignore
  return { seen, read, readAll: () => Promise.all(columns.map((_, at) => read(at))) }
}

const rows = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe('columns that are walked together', () => {
  it('come whole, whatever the device holds and however little it answers at once', async () => {
    const columns = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 60 }), {
      minLength: 1,
      maxLength: 30,
    })
    const manners = fc.record({ most: fc.integer({ min: 1, max: 80 }), bulk: fc.boolean(), isSimple: fc.boolean() }) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(columns, manners, async (unsorted, kind) => {
        const sorted = unsorted.map((one) => one.toSorted((a, b) => a - b))
        const { readAll, seen } = device(sorted, { ...kind, isSimple: kind.bulk && kind.isSimple })
        expect(await readAll()).toEqual(sorted)
        expect(seen.most).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('take few round trips: a switch of 48 ports, and tables that it does not have', async () => {
    const { readAll, seen } = device([...rows(20).map(() => rows(52)), ...rows(40).map(() => [])])
    await readAll()
    expect(seen.asked.length).toBeLessThanOrEqual(2 * 16)
  })

  it.each(['genErr', 'silent', 'malformed'] as const)('lose but the one that fails: %s', async (fault) => {
    const columns = rows(10).map(() => rows(20))
    const { readAll } = device(columns, { fails: (oid) => (oid.startsWith(columnOf(4)) ? fault : undefined) }) // prettier-ignore
    const code = { genErr: 'refused', silent: 'timeout', malformed: 'malformed' }[fault]
    expect(await readAll()).toEqual(columns.map((one, at) => (at === 4 ? code : one)))
  })

  it('lose but the one that never ends', async () => {
    const columns = rows(10).map(() => rows(20))
    const { readAll } = device(columns, { fails: (oid) => (oid.startsWith(columnOf(6)) ? 'loops' : undefined) }) // prettier-ignore
    expect(await readAll()).toEqual(columns.map((one, at) => (at === 6 ? 'nonIncreasing' : one)))
  })

  it('are asked for fewer at once by one that is silent to more', async () => {
    const columns = rows(12).map(() => rows(30))
    const objects = ({ oids, ...question }: Question) => oids.length * ('maxRepetitions' in question ? question.maxRepetitions : 1) // prettier-ignore
    const { readAll } = device(columns, { fails: (_, question) => (objects(question) > 10 ? 'silent' : undefined) }) // prettier-ignore
    expect(await readAll()).toEqual(columns)
  })

  it('fail together, soon, when the device is gone', async () => {
    const { readAll, seen } = device(rows(60).map(() => rows(3)), { fails: () => 'silent' }) // prettier-ignore
    expect(new Set(await readAll())).toEqual(new Set(['timeout']))
    expect(seen.asked.length).toBeLessThanOrEqual(8)
  })

  it('end with their time, and with more rows than are wanted', async () => {
    const { read, seen } = device([rows(5000), rows(5000)])
    const codes = await Promise.all([
      read(0, { goesOn: () => seen.asked.length < 10 }),
      read(1, { maxRows: 900 }),
    ])
    expect(codes).toEqual(['tooLong', 'tooManyRows'])
  })
})
