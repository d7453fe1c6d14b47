import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import type { SampleColumns } from '../contract.ts'
import { samplesIn } from '../wire/testing.ts'
import { packColumns } from '../wire/version-1.ts'
import { recordEnd } from './frame.ts'
import { isSegmentName } from './segment.ts'
import { close, columns, fact, held, instants, newFolder, open, samples, seqs } from './testing.ts'
import { thin } from './thin.ts'

describe('the spool', () => {
  it('numbers each lane from 1, and gives up what the server has', async () => {
    const spool = await open({ folder: newFolder() })
    await spool.setOnline(true)
    for (const atMs of [1, 2, 3]) await spool.add(await samples(atMs))
    await spool.add(await fact(4))
    expect([await seqs(spool, 'samples'), await seqs(spool, 'facts')]).toEqual([[1, 2, 3], [1]])
    await spool.acknowledge('samples', 1)
    expect([await seqs(spool, 'samples'), spool.batches]).toEqual([[2, 3], 3])
  })

  it('goes on where it was: the same epoch, numbers that were given are never given again', async () => {
    const folder = newFolder()
    const first = await open({ folder, segmentBytes: 200 })
    await first.setOnline(true)
    for (const atMs of [1, 2, 3, 4, 5]) await first.add(await samples(atMs))
    for (const seq of [1, 2, 3, 4, 5]) await first.acknowledge('samples', seq)
    await close(first)
    const second = await open({ folder })
    expect([second.epoch, second.batches]).toEqual([first.epoch, 0])
    await second.setOnline(true)
    await second.add(await samples(6))
    expect(await seqs(second, 'samples')).toEqual([6])
  })

  it('an empty folder is a new epoch', async () => {
    expect((await open({ folder: newFolder() })).epoch).not.toBe((await open({ folder: newFolder() })).epoch)
  })

  it('without a server the lane stays open: what is old then is backfilled, the rest goes in order', async () => {
    let now = 0
    const minute = 60_000
    const spool = await open({ folder: newFolder(), now: () => now })
    for (const atMs of [0, 10, 20, 30, 40].map((minutes) => minutes * minute))
      await spool.add(await samples(atMs))
    expect(spool.next('samples', 0)).toBeNull()
    now = 41 * minute
    await spool.setOnline(true)
    await spool.add(await samples(42 * minute))
    expect(await instants(spool, 'backfill')).toEqual([0, 10, 20].map((m) => m * minute))
    expect(await instants(spool, 'samples')).toEqual([30, 40, 42].map((m) => m * minute))
    expect([await seqs(spool, 'backfill'), await seqs(spool, 'samples')]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  it('what a slow line cannot carry at once is history too: the newest goes first', async () => {
    const spool = await open({ folder: newFolder() })
    const nowMs = Date.now()
    for (let i = 9; i >= 0; i--) await spool.add(await samples(nowMs - i))
    await spool.setOnline(true, (spool.bytes / 10) * 3)
    await spool.add(await samples(nowMs + 1))
    const live = await instants(spool, 'samples')
    expect(live).toEqual([nowMs - 2, nowMs - 1, nowMs, nowMs + 1].slice(-live.length))
    expect(live.length).toBeGreaterThanOrEqual(3)
    expect(await instants(spool, 'backfill')).toHaveLength(11 - live.length)
  })

  it('places survive a restart, though the segment that holds them is another', async () => {
    const folder = newFolder()
    const first = await open({ folder, segmentBytes: 150 })
    for (const atMs of [1, 2, 3]) await first.add(await samples(Date.now() + atMs))
    await first.setOnline(true)
    await first.add(await fact(9))
    const before = await held(first, 'samples')
    await close(first)
    const second = await open({ folder })
    expect(await held(second, 'samples')).toEqual(before)
    expect(before.map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  it('removes the segments that are done with, and only those', async () => {
    const folder = newFolder()
    const spool = await open({ folder, segmentBytes: 200 })
    await spool.setOnline(true)
    for (let atMs = 1; atMs <= 40; atMs++) await spool.add(await samples(atMs))
    const files = readdirSync(folder).length
    for (let seq = 1; seq <= 39; seq++) await spool.acknowledge('samples', seq)
    expect(readdirSync(folder).length).toBeLessThan(files / 4)
    expect(await seqs(spool, 'samples')).toEqual([40])
  })
})

describe('a spool that is cut off', () => {
  const newest = (folder: string) => join(folder, readdirSync(folder).filter(isSegmentName).sort().at(-1)!)

  it.each([
    ['in the middle of a frame', (file: string) => truncateSync(file, statSync(file).size - 3)],
    ['within the header of a frame', (file: string) => appendFileSync(file, Buffer.from([0, 0, 1]))],
    ['with garbage behind', (file: string) => appendFileSync(file, Buffer.alloc(500, 0xa5))],
    [
      'with zeros behind, as file systems leave them',
      (file: string) => appendFileSync(file, Buffer.alloc(4096)),
    ],
  ])('%s keeps what was whole, and goes on', async (_name, damage) => {
    const folder = newFolder()
    const first = await open({ folder })
    await first.setOnline(true)
    await first.add(await samples(1))
    await first.add(await samples(2))
    await close(first)
    damage(newest(folder))
    const second = await open({ folder })
    const kept = await seqs(second, 'samples')
    expect(kept.slice(0, 1)).toEqual([1])
    await second.setOnline(true)
    await second.add(await samples(3))
    await close(second)
    const third = await open({ folder })
    expect(await seqs(third, 'samples')).toEqual([...kept, kept.at(-1)! + 1])
  })

  it('after a segment was begun leaves no hole in the numbers', async () => {
    const folder = newFolder()
    const first = await open({ folder, segmentBytes: 1 })
    await first.setOnline(true)
    await first.add(await samples(1))
    await first.add(await samples(2))
    await close(first)
    const file = newest(folder)
    truncateSync(file, recordEnd(readFileSync(file))!)
    const second = await open({ folder })
    await second.setOnline(true)
    await second.add(await samples(3))
    expect(await seqs(second, 'samples')).toEqual([1, 2])
  })

  it('in its very first write begins anew', async () => {
    const folder = newFolder()
    await close(await open({ folder }))
    truncateSync(newest(folder), 5)
    const spool = await open({ folder })
    await spool.add(await samples(1))
    expect(spool.batches).toBe(1)
  })

  it(
    'by kill -9, again and again, loses nothing that was durable and doubles nothing',
    { timeout: 600_000 },
    async () => {
      const folder = newFolder()
      const rounds = process.env.LONG ? 200 : 12
      const durable = new Set<number>()
      for (let round = 0; round < rounds; round++) {
        const child = spawn(
          process.execPath,
          [join(import.meta.dirname, 'spool-writer.ts'), folder, String(round)],
          {
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        )
        const enough = 3 + ((round * 5) % 101)
        let seen = 0
        for await (const line of createInterface(child.stdout)) {
          durable.add(Number(line))
          if (++seen >= enough) child.kill('SIGKILL')
        }
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      }
      const spool = await open({ folder })
      const batches = await held(spool, 'samples')
      const written = batches.flatMap(({ content }) =>
        (content as SampleColumns[]).flatMap(({ values }) => [...values]),
      )
      const kept = new Set(written)
      expect(kept.size).toBe(written.length)
      expect([...durable].filter((value) => !kept.has(value))).toEqual([])
      expect(batches.map(({ seq }) => seq)).toEqual(batches.map((_batch, i) => i + 1))
      expect(durable.size).toBeGreaterThan(rounds * 3)
    },
  )
})

describe('a spool at its bound', () => {
  const bulk = (atMs: number): SampleColumns => {
    const many = Array.from({ length: 300 }, (_, i) => i)
    return {
      metric: 'ifHCInOctets',
      ids: many.map((i) => `ifc_${i}`),
      entities: many,
      atMs: many.map(() => atMs),
      startMs: many.map(() => atMs - 1),
      values: many.map((i) => (i * 7919 + atMs * 31) % 1_000_003),
    }
  }

  it('gives up the oldest numbers, never a change of a verdict, and tells the gap', async () => {
    const gaps: { fromMs: number; untilMs: number }[] = []
    const folder = newFolder()
    const spool = await open({
      folder,
      maxBytes: 80_000,
      segmentBytes: 10_000,
      onGap: (span) => gaps.push(span),
    })
    await spool.setOnline(true)
    const flips = new Set([17, 18, 60, 200])
    let state = 1
    const changes: [number, number][] = []
    for (let atMs = 1; atMs <= 300; atMs++) {
      if (flips.has(atMs)) state = 1 - state
      if (flips.has(atMs) || atMs === 1) changes.push([atMs, state])
      await spool.add(await samples(atMs, [bulk(atMs), columns('reachable', atMs, state)]))
    }
    expect(spool.bytes).toBeLessThanOrEqual(80_000)
    expect(gaps[0]?.fromMs).toBe(1)
    const batches = await held(spool, 'samples')
    expect(batches.map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
    const content = batches.flatMap(({ content }) => content as SampleColumns[])
    const seen = content
      .filter(({ metric }) => metric === 'reachable')
      .flatMap((c) => Array.from(c.atMs, (at, i): [number, number] => [at, c.values[i]!]))
    for (const change of changes) expect(seen).toContainEqual(change)
    const numbers = content.filter(({ metric }) => metric === 'ifHCInOctets').map(({ atMs }) => atMs[0]!)
    expect(numbers.at(-1)).toBe(300)
    expect(numbers).not.toContain(1)
  })

  it('keeps facts', async () => {
    const spool = await open({ folder: newFolder(), maxBytes: 20_000, segmentBytes: 5_000 })
    await spool.add(await fact(1))
    for (let atMs = 2; atMs <= 60; atMs++) await spool.add(await samples(atMs, [bulk(atMs)]))
    expect(await held(spool, 'facts')).toMatchObject([{ seq: 1, content: [{ kind: 'gap', fromMs: 1 }] }])
  })

  it.each<[string, string[], boolean, string[]]>([
    [
      'at first only verdicts',
      ['probeOk', 'cpuPercent', 'value', 'ifOperStatus', 'probeLost', 'reachable', 'no-metric'],
      false,
      ['probeOk', 'ifOperStatus', 'probeLost', 'reachable'],
    ],
    ['then only their changes', ['probeOk', 'probeSent', 'reachable'], true, ['probeOk', 'reachable']],
  ])('keeps %s', async (_name, metrics, changesOnly, kept) => {
    const batch = await packColumns(metrics.map((metric) => columns(metric, 1, 1)))
    const thinned = await samplesIn(await thin(batch, changesOnly ? new Map() : null))
    expect(thinned.map(({ metric }) => metric)).toEqual(kept)
  })
})
