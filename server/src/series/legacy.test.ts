import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SeriesFile } from './file.ts'

const min = 60_000
const t0 = Date.parse('2026-03-01T00:00:00+08:00')
/** Written by version 0.1.0: polls of two interfaces, a sensor and a device every five minutes, of which some were packed. */
const polls = 720
const fixture = new URL('fixtures/version-1.db.gz', import.meta.url)

let folder: string
let path: string
let file: SeriesFile
const open = () => (file = new SeriesFile(path, { clock: () => t0 + 4 * 86_400_000 }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'))
  path = join(folder, 'series.db')
  writeFileSync(path, gunzipSync(readFileSync(fixture)))
  open()
})
afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

const mark = (seq: number) => ({ collectorId: 'col_1', epoch: 'a', lane: 'samples' as const, seq })
const all = { from: 0, until: t0 * 2 }
const tables = () => {
  const db = new DatabaseSync(path, { readOnly: true })
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map((row) => row.name)
  db.close()
  return names
} // prettier-ignore

function expectAll(): void {
  const [octets, value, response] = file.queries.raw(
    [{ entity: 'ifc_1', metric: 'ifHCInOctets' }, { entity: 'sns_1', metric: 'value' }, { entity: 'dev_1', metric: 'responseMs' }],
    all,
  ) // prettier-ignore
  const numbers = Array.from({ length: polls }, (_, i) => i + 1)
  const at = numbers.map((i) => t0 + i * 5 * min)
  expect(octets).toMatchObject({ atMs: at, startMs: at.map((ms) => ms - 5 * min), values: numbers.map((i) => 6000 + i) }) // prettier-ignore
  expect(value).toMatchObject({ atMs: at, values: numbers.map((i) => 20 + i / 10) })
  expect(response).toMatchObject({ atMs: at, values: numbers.map((i) => Math.sqrt(i)) })
  expect(file.queries.total({ entity: 'ifc_2', metric: 'ifHCInOctets', ...all }).total).toBe(60 * polls)
  expect(file.queries.last([{ entity: 'sns_1', metric: 'value' }], 0)).toMatchObject([
    { atMs: at.at(-1), value: 92 },
  ])
}

describe('a file of the version before', () => {
  it('is read as it is', () => {
    expectAll()
    expect(file.append(mark(polls), [])).toBe(false)
  })

  it('is converted step by step, read the same after each, even if stopped in between', () => {
    let steps = 0
    while (file.work()) {
      expectAll()
      if (++steps % 2 === 0) {
        file.close()
        open()
      }
    }
    expect(steps).toBeGreaterThan(3)
    expect(tables()).not.toContain('blocks')
    expectAll()
    file.close()
    open()
    expectAll()
  })

  it('takes new samples meanwhile, and what is told again', () => {
    const next = [{ metric: 'ifHCInOctets', ids: ['ifc_2'], entities: [0, 0], atMs: [t0 + 5 * min, t0 + 721 * 5 * min], startMs: [t0, t0 + 720 * 5 * min], values: [61, 60] }] // prettier-ignore
    expect(file.append(mark(polls + 1), next)).toBe(true)
    const total = () => file.queries.total({ entity: 'ifc_2', metric: 'ifHCInOctets', ...all }).total
    expect(total()).toBe(60 * 721 + 1)
    file.flush()
    while (file.work());
    expect(total()).toBe(60 * 721 + 1)
  })
})
