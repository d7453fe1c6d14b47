import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync, closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EmbeddedSeries } from './embedded.ts'
import { SeriesFile } from './file.ts'
import type { BatchMark } from './contract.ts'
import { DamagedSeries } from './errors.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'))
  path = join(folder, 'series.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

const mark = (seq: number): BatchMark => ({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq })
/** So many that flushing falls into every phase, over many days so that roll-ups are made meanwhile. */
const entities = 150
const batch = (seq: number) => ({
  metric: 'ifHCInOctets',
  ids: Array.from({ length: entities }, (_, i) => `ifc_${i}`),
  entities: Uint32Array.from({ length: entities }, (_, i) => i),
  atMs: new Float64Array(entities).fill(3_600_000 * (seq + 1)),
  startMs: new Float64Array(entities).fill(3_600_000 * seq),
  values: new Float64Array(entities).fill(seq),
})
const key = (i: number) => ({ entity: `ifc_${i}`, metric: 'ifHCInOctets' }) as const
const whole = { from: 0, until: 2 ** 40 }

/** Appends from `first` on, as fast as it can, printing each sequence that was acknowledged. */
const writer = (first: number) => `
  import { EmbeddedSeries } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)}
  const series = new EmbeddedSeries(${JSON.stringify(path)}, (error) => { throw error }, { mostHot: 2000, mostHead: 30 })
  const entities = ${entities}
  const batch = ${batch.toString()}
  for (let seq = ${first}; ; seq++) {
    await series.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq }, [batch(seq)])
    process.stdout.write(seq + '\\n')
  }`

/** Kills the writer some time after it has acknowledged `count` more; the last sequence that was acknowledged. */
async function writeAndKill(first: number, count: number): Promise<number> {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', writer(first)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let last = 0
  for await (const line of createInterface(child.stdout)) {
    last = Number(line)
    if (last === first + count) child.kill('SIGKILL')
  }
  expect(last).toBeGreaterThanOrEqual(first + count)
  return last
}

const kills = process.env.LONG ? 200 : 6

it(`loses and doubles nothing acknowledged when killed while it takes, packs and rolls up, ${kills} times`, async () => {
  let next = 1
  for (let round = 0; round < kills; round++) {
    const acknowledged = await writeAndKill(next, 20 + ((round * 37) % 101))
    const file = new SeriesFile(path)
    const { total, coveredMs } = file.queries.total({ ...key(round % entities), ...whole })
    const samples = file.queries.raw([key((round * 7) % entities), key(entities - 1)], whole)
    file.close()
    const last = coveredMs / 3_600_000
    expect([acknowledged, acknowledged + 1]).toContain(last)
    expect(total).toBe((last * (last + 1)) / 2)
    for (const { values } of samples) expect(values).toEqual(Array.from({ length: last }, (_, i) => i + 1))
    next = acknowledged + 1 // sent again, whether it was committed or not
  }
}, 1_200_000)

/** Bounds how long a file this process may write, as a quota does; null: as long as it likes. */
const boundFiles = (octets: number | null) =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${octets ?? 'unlimited'}:unlimited`])

it('acknowledges nothing when the disk is full, says so, and goes on when there is room', () => {
  const file = new SeriesFile(path, { mostHead: 30 })
  try {
    let acknowledged = 0
    boundFiles(400_000)
    const fill = () => {
      for (let seq = 1; seq < 5000; seq++) {
        file.append(mark(seq), [batch(seq)])
        acknowledged = seq
        file.work()
      }
    }
    expect(fill).toThrow('is the disk full?')
    expect(() => file.append(mark(acknowledged + 1), [batch(acknowledged + 1)])).toThrow('is the disk full?')
    const values = (length: number) => Array.from({ length }, (_, i) => i + 1)
    expect(file.queries.raw([key(3)], whole)[0]!.values).toEqual(values(acknowledged))
    boundFiles(null)
    expect(file.append(mark(acknowledged + 1), [batch(acknowledged + 1)])).toBe(true)
    while (file.work());
    expect(file.queries.raw([key(3)], whole)[0]!.values).toEqual(values(acknowledged + 1))
  } finally {
    boundFiles(null)
    file.close()
  }
})

describe('a damaged file names the way out', () => {
  beforeEach(() => {
    const file = new SeriesFile(path)
    for (let seq = 1; seq <= 200; seq++) file.append(mark(seq), [batch(seq)])
    file.flush()
    file.close()
  })

  it('when it is something else', async () => {
    writeFileSync(path, 'hello'.repeat(2000))
    expect(() => new SeriesFile(path)).toThrow(DamagedSeries)
    const failure = Promise.withResolvers<Error>()
    const series = new EmbeddedSeries(path, failure.resolve)
    await expect(series.append(mark(1), [])).rejects.toThrow('zongheng doctor')
    expect((await failure.promise).message).toContain('zongheng doctor')
  })

  it('when pages are overwritten', () => {
    const size = readFileSync(path).length
    const handle = openSync(path, 'r+')
    for (let at = 4096; at < size; at += 4096) writeSync(handle, Buffer.alloc(2000, 0x5a), 0, 2000, at + 40)
    closeSync(handle)
    expect(() => {
      const file = new SeriesFile(path)
      try {
        file.queries.raw([key(0)], whole)
      } finally {
        file.close()
      }
    }).toThrow('zongheng doctor')
  })
})
