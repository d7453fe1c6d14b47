import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from './files.ts'
import { postJson } from './post.ts'
import { newSealingKeys, type SealingKeys } from './seal.ts'
import { agentFor, type Trust } from './trust.ts'

/** Who this collector is to its server, and the keys that its credentials are sealed for. */
export interface Membership {
  collectorId: string
  key: string
  sealingKeys: SealingKeys
}

export interface MembershipOptions {
  server: string
  dataFolder: string
  name: string
  /** Known already, as for the collector beside the server. */
  given?: { collectorId: string; key: string }
  /** Single-use enrolment token, needed at the first start only. */
  token?: string
  trust?: Trust
}

const enrolWithinMs = 15_000

type Kept = Partial<Pick<Membership, 'collectorId' | 'key'>> & { sealingKeys: SealingKeys }

export class EnrolmentError extends Error {
  override name = 'EnrolmentError'
}

/** From the data folder; at the first start by swapping the token for a key. Kept in a file that only its owner reads. */
export async function joinServer(options: MembershipOptions): Promise<Membership> {
  const file = join(options.dataFolder, 'membership.json')
  const known = await readKept(file)
  const kept: Kept = known ?? { sealingKeys: newSealingKeys() }
  if (!known) await keep(file, kept) // before the server learns of the key: a crash between must not lose it
  if (options.given) return { ...kept, ...options.given }
  if (kept.collectorId && kept.key) return { ...kept, collectorId: kept.collectorId, key: kept.key }
  if (!options.token)
    throw new EnrolmentError(
      'this collector is not enrolled: make a token in the console, and start once with --token',
    )
  const membership: Membership = {
    ...kept,
    ...(await enrol(options, options.token, kept.sealingKeys.publicKey)),
  }
  await keep(file, membership)
  return membership
}

async function enrol(
  { server, name, trust }: MembershipOptions,
  token: string,
  publicKey: string,
): Promise<{ collectorId: string; key: string }> {
  const url = new URL('/api/v1/collectors/enrol', server)
  const options = { agent: agentFor(trust), timeoutMs: enrolWithinMs }
  const answer = await postJson(url, { token, name, publicKey }, options).catch((cause: unknown) => {
    throw new EnrolmentError(`${url.origin} cannot be reached: ${describe(cause)}`, { cause })
  })
  const { collectorId, key, detail } = (answer.body ?? {}) as Record<string, unknown>
  if (answer.status < 200 || answer.status > 299) {
    const reason = typeof detail === 'string' ? detail : 'the token is wrong, has lapsed, or was used already'
    throw new EnrolmentError(`${url.origin} refuses this collector (${answer.status}): ${reason}`)
  }
  if (typeof collectorId !== 'string' || typeof key !== 'string')
    throw new EnrolmentError(
      `${url.origin} answers the enrolment with something else: is this a Zongheng server?`,
    )
  return { collectorId, key }
}

const describe = (cause: unknown) =>
  cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause)

async function keep(file: string, kept: Kept): Promise<void> {
  await replaceFile(file, JSON.stringify(kept), 0o600)
}

async function readKept(file: string): Promise<Kept | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  await chmod(file, 0o600)
  try {
    return JSON.parse(text) as Kept
  } catch (cause) {
    throw new EnrolmentError(`${file} is damaged: remove it, and enrol this collector anew`, { cause })
  }
}
