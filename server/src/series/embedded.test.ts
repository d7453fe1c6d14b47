import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MalformedSamples } from './columns.ts'
import { capacityAtRest } from './at-rest.ts'
import { EmbeddedSeries } from './embedded.ts'
import type { BatchMark } from './contract.ts'

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

  it('commit together what waits together, and answer each by its own mark', async () => {
    const series = new EmbeddedSeries(path, () => {})
    const malformed = { ...second(3), values: [Number.NaN] }
    const sent = [[second(1)], [second(2)], [malformed], [second(2)], [second(4)]]
    const answers = await Promise.allSettled(sent.map((columns, i) => series.append(mark([1, 2, 3, 2, 4][i]!), columns)))
    expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : one.reason))).toEqual([true, true, expect.any(MalformedSamples), false, true])
    const [raw] = await series.raw([{ entity: 'ifc_1', metric: 'ifHCInOctets' }], { from: 0, until: 60_000 })
    expect(raw!.atMs).toHaveLength(3)
    await series.close()
  }) // prettier-ignore

  it('tell whoever looks from beside what they hold and are made for', async () => {
    const series = new EmbeddedSeries(path, () => {}, { mostSeries: 150_000 })
    await series.append(mark(1), [second(1)])
    expect(capacityAtRest(path)).toMatchObject({ series: 1, mostSeries: 150_000 })
    await series.close()
  })

  it('say so when the file cannot be opened', async () => {
    const failure = Promise.withResolvers<Error>()
    const series = new EmbeddedSeries(join(folder, 'missing', 'series.db'), failure.resolve)
    await expect(series.append(mark(1), [second(1)])).rejects.toThrow('unable to open')
    expect((await failure.promise).message).toContain('unable to open')
  })
})
