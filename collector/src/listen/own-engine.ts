import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { replaceFile } from '../files.ts'
import { bootsUsedUp } from '../snmp/usm/clock.ts'

/**
 * This collector as an SNMP engine, authoritative for informs [RFC 3411 §5, RFC 3414 §2.2]. `boots` grows with each start, and is on
 * disk before it is used.
 */
export interface OwnEngine {
  id: Buffer
  boots: number
  timeS: () => number
}

/** SnmpEngineID of octets that are our own choice (format 5), under the enterprise for documentation, since we have none [RFC 5612]. */
const idHead = Buffer.from('80007ed905', 'hex')
const isId = /^80007ed905[0-9a-f]{16}$/

export async function openOwnEngine(file: string, monotonicMs = () => performance.now()): Promise<OwnEngine> {
  const kept = await readKept(file)
  const id = kept ? Buffer.from(kept.id, 'hex') : Buffer.concat([idHead, randomBytes(8)])
  const boots = Math.min((kept?.boots ?? 0) + 1, bootsUsedUp)
  await replaceFile(file, JSON.stringify({ id: id.toString('hex'), boots }))
  const startedMs = monotonicMs()
  return { id, boots, timeS: () => Math.floor((monotonicMs() - startedMs) / 1000) }
}

/** Null when nothing sound is kept: a new engine begins, whom senders discover anew. */
async function readKept(file: string): Promise<{ id: string; boots: number } | null> {
  try {
    const { id, boots } = JSON.parse(await readFile(file, 'utf8')) as { id?: unknown; boots?: unknown }
    if (typeof id !== 'string' || !isId.test(id)) return null
    return Number.isSafeInteger(boots) && (boots as number) > 0 ? { id, boots: boots as number } : null
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
