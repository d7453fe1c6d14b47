import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MalformedSamples } from './columns.ts'
import { EmbeddedSeries } from './embedded.ts'
import { SeriesFile } from './file.ts'
import type { BatchMark } from './store.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'))
  path = join(folder, 'series.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

const mark = (seq: number): BatchMark => ({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq })
const second = (seq: number) => ({
  metric: 'ifHCInOctets', ids: ['ifc_1'], entities: [0], atMs: [1000 * (seq + 1)], startMs: [1000 * seq], values: [1],
}) // prettier-ignore
const whole = { entity: 'ifc_1', metric: 'ifHCInOctets', from: 0, until: 2 ** 40 } as const

describe('the series in a thread of their own', () => {
  it('work off calls in order, and open anew where they closed', async () => {
    const failures: Error[] = []
    const series = new EmbeddedSeries(path, (error) => failures.push(error), { mostHot: 10, mostHead: 4 })
    const appended = Promise.all(
      Array.from({ length: 25 }, (_, i) => series.append(mark(i + 1), [second(i + 1)])),
    )
    const total = series.total(whole)
    expect(await appended).not.toContain(false)
    expect(await total).toEqual({ total: 25, coveredMs: 25_000 })
    await series.close()
    await expect(series.total(whole)).rejects.toThrow('closed')

    const again = new EmbeddedSeries(path, (error) => failures.push(error))
    expect(await again.append(mark(25), [second(25)])).toBe(false)
    const [steps] = await again.read({
      entities: ['ifc_1'],
      metrics: ['ifHCInOctets'],
      from: 2000,
      until: 12_000,
      stepMs: 5000,
    })
    expect(steps).toMatchObject({ entity: 'ifc_1', atMs: [2000, 7000], mean: [1, 1] })
    await again.close()
    expect(failures).toEqual([])
  })

  it('refuse malformed samples and go on', async () => {
    const series = new EmbeddedSeries(path, () => {})
    await expect(series.append(mark(1), [{ ...second(1), values: [] }])).rejects.toThrow(MalformedSamples)
    expect(await series.append(mark(1), [second(1)])).toBe(true)
    await series.close()
  })

  it('say so when the file cannot be opened', async () => {
    const failure = Promise.withResolvers<Error>()
    const series = new EmbeddedSeries(join(folder, 'missing', 'series.db'), failure.resolve)
    await expect(series.append(mark(1), [second(1)])).rejects.toThrow('unable to open')
    expect((await failure.promise).message).toContain('unable to open')
  })
})

/** Appends from `first` on, as fast as it can, printing each sequence that was acknowledged. */
const writer = (first: number) => `
  import { EmbeddedSeries } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)}
  const series = new EmbeddedSeries(${JSON.stringify(path)}, (error) => { throw error }, { mostHead: 20 })
  for (let seq = ${first}; ; seq++) {
    const columns = { metric: 'ifHCInOctets', ids: ['ifc_1'], entities: [0], atMs: [1000 * (seq + 1)], startMs: [1000 * seq], values: [1] }
    await series.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq }, [columns])
    process.stdout.write(seq + '\\n')
  }`

/** Kills the writer in the middle, once it has acknowledged `count` more; the last sequence that was acknowledged. */
async function writeAndKill(first: number, count: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', writer(first)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let last = 0
  for await (const line of createInterface(child.stdout)) {
    last = Number(line)
    if (last === first + count) child.kill('SIGKILL')
  }
  expect(last).toBeGreaterThanOrEqual(first + count)
  return last
}

const kills = process.env.LONG ? 40 : 4

it(`loses and doubles nothing acknowledged when killed, ${kills} times`, async () => {
  let next = 1
  for (let round = 0; round < kills; round++) {
    const acknowledged = await writeAndKill(next, 33 + ((round * 37) % 101))
    const file = new SeriesFile(path)
    const { total, coveredMs } = file.queries.total(whole)
    file.close()
    expect(coveredMs).toBe(total * 1000)
    expect([acknowledged, acknowledged + 1]).toContain(total)
    next = acknowledged + 1 // sent again, whether it was committed or not
  }
})
