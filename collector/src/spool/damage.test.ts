import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { open as openFile, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from '@msgpack/msgpack'
import { crc32 } from 'node:zlib'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Faults } from '../faults.ts'
import { packMessage } from '../wire/version-1.ts'
import type { Span } from './span.ts'
import type { SpoolOptions } from './spool.ts'
import { close, columns, fact, held, instants, newFolder, open, samples, seqs } from './testing.ts'

const segmentsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.spool'))
    .sort()
    .map((name) => join(folder, name))
const damagedIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.damaged'))

function flip(file: string, from: number, count = 4): void {
  const content = readFileSync(file)
  for (let i = from; i < Math.min(from + count, content.length); i++) content[i]! ^= 0x5a
  writeFileSync(file, content)
}

/** Ten samples in three or four segments. */
async function filled(): Promise<string> {
  const folder = newFolder()
  const spool = await open({ folder, segmentBytes: 900 })
  await spool.setOnline(true)
  for (let atMs = 1; atMs <= 10; atMs++) await spool.add(await samples(atMs))
  await close(spool)
  return folder
}

async function reopened(folder: string, options: Partial<SpoolOptions> = {}) {
  const gaps: Span[] = []
  const faults = new Faults()
  const spool = await open({
    folder,
    segmentBytes: 900,
    faults,
    onGap: (span) => gaps.push(span),
    ...options,
  })
  await spool.setOnline(true)
  return { spool, gaps, faults }
}

describe('a damaged spool', () => {
  it('keeps what can be read before and after, puts the rest aside, and tells', async () => {
    const folder = await filled()
    const [, second] = segmentsIn(folder)
    flip(second!, Math.floor(readFileSync(second!).length / 2))
    const { spool, gaps, faults } = await reopened(folder)
    const kept = await instants(spool, 'samples')
    expect(kept).toHaveLength(9)
    expect([kept[0], kept.at(-1)]).toEqual([1, 10])
    const lost = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].find((atMs) => !kept.includes(atMs))!
    expect(gaps).toHaveLength(1)
    expect(gaps[0]!.fromMs).toBeLessThanOrEqual(lost)
    expect(gaps[0]!.untilMs).toBeGreaterThanOrEqual(lost)
    expect(damagedIn(folder)).toHaveLength(1)
    expect(faults.list()).toMatchObject([{ code: 'spool-damaged' }])
    await close(spool)
    const again = await reopened(folder)
    expect([await instants(again.spool, 'samples'), again.gaps]).toEqual([kept, []])
  })

  it('at any place loses no more than what was there, and goes on', { timeout: 60_000 }, async () => {
    const runs = process.env.LONG ? 300 : 40
    for (let run = 0; run < runs; run++) {
      const folder = await filled()
      const files = segmentsIn(folder)
      const file = files[run % files.length]!
      const { length } = readFileSync(file)
      flip(file, Math.floor((run / runs) * length), 1 + (run % 40))
      const { spool } = await reopened(folder)
      const kept = await instants(spool, 'samples')
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
      expect(kept.length).toBeGreaterThanOrEqual(8)
      const highest = Math.max(0, ...(await seqs(spool, 'samples')))
      await spool.add(await samples(99))
      expect((await seqs(spool, 'samples')).at(-1)).toBeGreaterThan(highest)
      await close(spool)
    }
  })

  it('never gives a number again, though what tells them is lost', async () => {
    const folder = newFolder()
    const first = await open({ folder })
    await first.setOnline(true)
    for (const atMs of [1, 2, 3]) await first.add(await samples(atMs))
    for (const seq of [1, 2]) await first.acknowledge('samples', seq)
    const { epoch } = first
    await close(first)
    flip(segmentsIn(folder)[0]!, 30)
    const { spool } = await reopened(folder)
    await spool.add(await samples(4))
    expect(spool.epoch).toBe(epoch)
    expect((await seqs(spool, 'samples')).at(-1)).toBeGreaterThan(1_000_000)
  })

  it('of which nothing can be read is put aside, and a new one begun', async () => {
    const folder = await filled()
    for (const file of segmentsIn(folder)) writeFileSync(file, Buffer.alloc(500, 0xee))
    const { spool } = await reopened(folder)
    await spool.add(await samples(5))
    expect(await instants(spool, 'samples')).toEqual([5])
    expect(damagedIn(folder).length).toBeGreaterThan(0)
  })

  it('while it is open gives up the one batch', async () => {
    const folder = newFolder()
    const gaps: Span[] = []
    const spool = await open({ folder, segmentBytes: 400, onGap: (span) => gaps.push(span) })
    await spool.setOnline(true)
    for (const atMs of [1, 2, 3, 4]) await spool.add(await samples(atMs))
    const [first] = segmentsIn(folder)
    const size = readFileSync(first!).length
    flip(first!, size - 10, 2)
    const kept = await instants(spool, 'samples')
    expect(kept).toHaveLength(3)
    expect(gaps).toHaveLength(1)
    expect(damagedIn(folder)).toHaveLength(1)
  })
})

describe('a full disk', () => {
  /** A disk of so many octets; null where this host cannot give one. */
  const smallDisk = (bytes: number): string | null => {
    const folder = mkdtempSync(join(tmpdir(), 'zongheng-small-disk-'))
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder])
    onTestFinished(() => {
      if (mounted.status === 0) spawnSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    })
    return mounted.status === 0 ? folder : null
  }

  it('of a disk that is small in truth: the oldest numbers go, no verdict does, and all goes on', async ({
    skip,
  }) => {
    const folder = smallDisk(1024 ** 2)
    if (!folder) return skip('no disk can be mounted here')
    const faults = new Faults()
    const raised = vi.spyOn(faults, 'raise')
    const spool = await open({ folder, segmentBytes: 64 * 1024, faults, maxBytes: 1e9 })
    const ids = Array.from({ length: 2000 }, (_, i) => `sns_${i}`)
    const noise = (atMs: number) => ids.map((_, i) => Math.sin(atMs * 2000 + i))
    for (let atMs = 1; atMs <= 120; atMs++) {
      const bulk = { ...columns('value', atMs, 0), ids, entities: ids.map((_, i) => i), atMs: ids.map(() => atMs), values: noise(atMs) } // prettier-ignore
      await spool.add(await samples(atMs, [bulk, columns('reachable', atMs, atMs % 2)]))
    }
    expect(raised).toHaveBeenCalledWith('disk-full', expect.stringContaining('ENOSPC'))
    await spool.setOnline(true)
    const content = [...(await held(spool, 'backfill')), ...(await held(spool, 'samples'))].flatMap(
      (one) => one.content,
    )
    const of = (metric: string) =>
      content.flatMap((one) => ('metric' in one && one.metric === metric ? [one.atMs[0]] : []))
    expect(of('reachable')).toEqual(Array.from({ length: 120 }, (_, i) => i + 1))
    expect(of('value')).not.toContain(1)
    expect(of('value')).toContain(120)
  }, 20_000)

  const methods = async (): Promise<FileHandle> => {
    const handle = await openFile('/dev/null')
    await handle.close()
    return Object.getPrototypeOf(handle) as FileHandle
  }
  afterEach(() => vi.restoreAllMocks())

  it('is told, costs the oldest numbers but no verdict, and what comes is kept', async () => {
    const folder = newFolder()
    const faults = new Faults()
    const spool = await open({ folder, segmentBytes: 3000, faults, maxBytes: 1e9 })
    const bulk = (atMs: number) =>
      Array.from({ length: 20 }, (_, i) => ({
        ...columns('value', atMs, Math.sin(atMs * i)),
        ids: [`sns_${i}`],
      }))
    for (let atMs = 1; atMs <= 20; atMs++)
      await spool.add(await samples(atMs, [...bulk(atMs), columns('reachable', atMs, atMs % 2)]))

    const handle = await methods()
    const original = handle.write
    let left = 2
    vi.spyOn(handle, 'write').mockImplementation(function (this: FileHandle, ...args: never[]) {
      if (left-- > 0)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      return Reflect.apply(original, this, args)
    } as never)
    await spool.add(await samples(21, [columns('reachable', 21, 1)]))
    expect(left).toBeLessThan(0)
    await spool.setOnline(true)
    const content = [...(await held(spool, 'backfill')), ...(await held(spool, 'samples'))].flatMap(
      (b) => b.content,
    )
    const of = (metric: string) =>
      content.flatMap((c) => ('metric' in c && c.metric === metric ? [...c.atMs] : []))
    expect(of('reachable')).toEqual(Array.from({ length: 21 }, (_, i) => i + 1))
    expect(of('value')).not.toContain(1)
    expect(of('value')).toContain(20)
    expect(faults.list()).toEqual([]) // over again, once it was written
  })
})

describe('a spool of the version before', () => {
  const frame1 = (record: unknown) => {
    const payload = encode(record)
    const head = Buffer.alloc(8)
    head.writeUInt32BE(payload.length, 0)
    head.writeUInt32BE(crc32(payload), 4)
    return Buffer.concat([head, payload])
  }

  it('is taken over: the same epoch, numbers and content, torn end and all', async () => {
    const folder = newFolder()
    const gap = { kind: 'gap', fromMs: 1, untilMs: 2, reason: 'overload' } as const
    const batch = async (id: number, lane: string | null, seq: number, atMs: number) => ({
      kind: 'batch', id, lane, seq, fromMs: atMs, untilMs: atMs,
      body: await packMessage(lane === 'facts' ? [gap] : [columns('cpuPercent', atMs, atMs)]),
    }) // prettier-ignore
    const nowMs = Date.now()
    const records = [
      { kind: 'open', epoch: 'the old epoch', nextId: 5, nextSeq: { samples: 8, backfill: 1, facts: 3 } },
      await batch(5, 'samples', 8, nowMs),
      await batch(6, 'facts', 3, nowMs),
      await batch(7, null, 0, nowMs + 1),
      await batch(8, 'samples', 9, nowMs + 2),
      { kind: 'done', ids: [5] },
    ]
    const file = join(folder, '00000003.spool')
    const content = Buffer.concat([...records.map(frame1), frame1(await batch(9, null, 0, 9))])
    writeFileSync(file, content)
    truncateSync(file, content.length - 5)
    const { spool } = await reopened(folder)
    expect(spool.epoch).toBe('the old epoch')
    expect([await seqs(spool, 'samples'), await instants(spool, 'samples')]).toEqual([
      [9, 10],
      [nowMs + 2, nowMs + 1],
    ])
    expect(await held(spool, 'facts')).toEqual([{ seq: 3, content: [gap] }])
    await spool.add(await fact(1))
    expect(await seqs(spool, 'facts')).toEqual([3, 4])
  })
})
