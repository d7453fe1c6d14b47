/** Five hundred days under the usual retention, by a clock that is turned on. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SeriesKey } from './contract.ts'
import { SeriesFile } from './file.ts'

const min = 60_000
const hour = 60 * min
const day = 24 * hour
/** A midnight in Shanghai. */
const t0 = Date.parse('2026-01-01T00:00:00+08:00')
const pollMs = 2 * hour
const pollsOfDay = day / pollMs

/** Of two groups of series, so that each holds both classes. */
const plain = Array.from({ length: 66 }, (_, i) => `ifc_${i}`)
const circuits = Array.from({ length: 4 }, (_, i) => `cir_${i}`)
const entities = plain.flatMap((id, i) => (i % 17 === 0 ? [circuits[i / 17]!, id] : [id]))
const key = (entity: string): SeriesKey => ({ entity, metric: 'ifHCInOctets' })
const [interfaceKey, circuitKey] = [key(plain[65]!), key(circuits[3]!)]

let folder: string
let path: string
let file: SeriesFile
let nowMs: number
let today: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'))
  path = join(folder, 'series.db')
  nowMs = t0
  today = 0
  file = new SeriesFile(path, { clock: () => nowMs })
  file.keepLong(circuits)
})
afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

const volume = (atMs: number) => 900_000 + ((atMs / min) % 977)

/** Every third day everything is polled every two hours, a day to a batch; what is due is done. */
function liveUntil(last: number): void {
  for (; today < last; today++) {
    nowMs = t0 + (today + 1) * day + 11 * min
    if (isPolled(today)) poll()
    while (file.work());
  }
}

const isPolled = (ofDay: number) => ofDay % 3 === 0
const polledDays = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, i) => from + i).filter(isPolled)
const pollsOf = (ofDay: number) => Array.from({ length: pollsOfDay }, (_, i) => t0 + ofDay * day + i * pollMs)

function poll(): void {
  const rows = pollsOf(today).flatMap((at) => entities.map((_, entity) => ({ at, entity })))
  const column = {
    metric: 'ifHCInOctets',
    ids: entities,
    entities: Uint32Array.from(rows, ({ entity }) => entity),
    startMs: Float64Array.from(rows, ({ at }) => at),
    atMs: Float64Array.from(rows, ({ at }) => at + pollMs),
    values: Float64Array.from(rows, ({ at }) => volume(at)),
  }
  file.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq: today + 1 }, [column])
}

const period = (from: number, until: number) => ({ from: t0 + from * day, until: t0 + until * day })
const samplesOf = (of: SeriesKey, from: number, until: number) => file.queries.raw([of], period(from, until))[0]!.atMs.length // prettier-ignore
const totalOf = (of: SeriesKey, from: number, until: number) => file.queries.total({ ...of, ...period(from, until) }).total // prettier-ignore
const stepsOf = (of: SeriesKey, from: number, until: number, stepMs: number) =>
  new Set(file.queries.read({ entities: [of.entity], metrics: [of.metric], ...period(from, until), stepMs })[0]!.mean).size // prettier-ignore
const measured = (from: number, until: number) =>
  polledDays(from, until)
    .flatMap(pollsOf)
    .reduce((sum, at) => sum + volume(at), 0)
/** Roll-ups of hours and of a day of all that is polled. */
const bytesOfDay = 16_384
/** What the samples need, and what the disk gave for it with the log. */
const held = () => {
  const { fileBytes, freeBytes } = file.extent()
  return { used: fileBytes - freeBytes, allocated: statSync(path).size + statSync(`${path}-wal`).size }
}

it('keeps samples of interfaces 35 days, of circuits 366, roll-ups by level, every volume, and a file that stays as large as it is', () => {
  liveUntil(35)
  expect([samplesOf(interfaceKey, 0, 1), samplesOf(circuitKey, 0, 1)]).toEqual([pollsOfDay, pollsOfDay])

  liveUntil(38)
  expect([samplesOf(interfaceKey, 0, 1), samplesOf(circuitKey, 0, 1)]).toEqual([0, pollsOfDay])
  expect(samplesOf(interfaceKey, 3, 38)).toBe(pollsOfDay * polledDays(3, 38).length)

  liveUntil(366)
  expect(samplesOf(circuitKey, 0, 366)).toBe(pollsOfDay * polledDays(0, 366).length)
  liveUntil(369)
  expect(samplesOf(circuitKey, 0, 1)).toBe(0)
  expect(samplesOf(circuitKey, 3, 369)).toBe(pollsOfDay * polledDays(3, 369).length)

  liveUntil(430)
  const before = held()
  liveUntil(500)
  const after = held()
  // Of each of 70 more days the roll-ups of its hours and of itself, nothing else.
  expect(after.used - before.used).toBeLessThan(polledDays(430, 500).length * bytesOfDay)
  expect(after.allocated).toBeLessThan(1.3 * before.allocated)

  for (const one of [interfaceKey, circuitKey]) {
    expect([totalOf(one, 0, 500), totalOf(one, 3, 4)]).toEqual([measured(0, 500), measured(3, 4)])
    expect(stepsOf(one, 0, 1, pollMs)).toBe(pollsOfDay)
  }
}, 60_000)
