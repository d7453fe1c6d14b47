import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Fact, Lane, SampleColumns } from '../contract.ts'
import { samplesIn } from '../wire/testing.ts'
import { packColumns, packMessage, unpackMessage } from '../wire/version-1.ts'
import { Spool, type SpoolOptions } from './spool.ts'

const folders: string[] = []
const spools: Spool[] = []
afterEach(async () => {
  for (const spool of spools.splice(0)) await spool.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-spool-'))
  folders.push(folder)
  return folder
}

export async function open(options: SpoolOptions): Promise<Spool> {
  const spool = await Spool.open(options)
  spools.push(spool)
  return spool
}

export async function close(spool: Spool): Promise<void> {
  spools.splice(spools.indexOf(spool), 1)
  await spool.close()
}

export const columns = (metric: string, atMs: number, value: number): SampleColumns => ({
  metric,
  ids: ['dev_1'],
  entities: [0],
  atMs: [atMs],
  values: [value],
})

export const samples = async (atMs: number, content: SampleColumns[] = [columns('cpuPercent', atMs, atMs)]) =>
  ({ kind: 'samples', fromMs: atMs, untilMs: atMs, body: await packColumns(content) }) as const

export const fact = async (atMs: number) =>
  ({
    kind: 'facts',
    fromMs: atMs,
    untilMs: atMs,
    body: await packMessage([{ kind: 'gap', fromMs: atMs, untilMs: atMs, reason: 'overload' }]),
  }) as const

/** All that the lane still holds, in the order it would be sent. */
export async function held(
  spool: Spool,
  lane: Lane,
): Promise<{ seq: number; content: (SampleColumns | Fact)[] }[]> {
  const batches = []
  for (let batch = spool.next(lane, 0); batch; batch = spool.next(lane, batch.seq)) {
    const read = await spool.read(batch)
    if (!read) continue
    const content = await (lane === 'facts' ? unpackMessage<Fact[]>(read.body) : samplesIn(read.body))
    batches.push({ seq: read.seq, content })
  }
  return batches
}

export const seqs = async (spool: Spool, lane: Lane) => (await held(spool, lane)).map(({ seq }) => seq)
export const instants = async (spool: Spool, lane: Lane) =>
  (await held(spool, lane)).flatMap(({ content }) =>
    (content as SampleColumns[]).flatMap(({ atMs }) => [...atMs]),
  )
