import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Nullable } from '../http/schema.ts'

/** The only names a backup may hold besides its manifest: nothing with a path of its own. */
const name =
  '^(zongheng\\.db|zongheng\\.dump|series(-outbox)?\\.db|zongheng\\.yaml|secret\\.key|known-hosts\\.json|audit/\\w[\\w.-]{0,120}\\.gz|files/[0-9a-f]{2}/[0-9a-f]{64})$'
/** Attachments, nearly all of them. */
export const filesAtMost = 500_000
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const PackedFile = Type.Object({
  name: Type.String({ pattern: name }),
  size: count,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})
export type PackedFile = Static<typeof PackedFile>

const Mark = Type.Object({
  collectorId: Type.String(),
  epoch: Type.String(),
  lane: Type.String(),
  seq: count,
})
export type Mark = Static<typeof Mark>

/** What the main database held at the instant of the backup. */
export const Holdings = Type.Object({
  /** Its last migration: `0002-identity-and-audit`. */
  migration: Type.String(),
  /** Rows by table. */
  rows: Type.Record(Type.String(), count),
  /** The last committed batch of each stream. */
  marks: Type.Array(Mark),
  /** The last link of the audit chain; null: it was made before there was one. */
  audit: Nullable(Type.Object({ seq: count, hash: Type.String() })),
  /** Of the key that its secrets are sealed under; null: nothing was sealed yet. */
  keyId: Nullable(Type.String()),
})
export type Holdings = Static<typeof Holdings>

/** First of all that is in a backup: what else is in it, and what it holds. */
export const Manifest = Type.Object({
  format: Type.Integer({ minimum: 1 }),
  product: Type.String(),
  /** Epoch ms. */
  createdAt: count,
  database: Type.Enum(['sqlite', 'postgres']),
  holdsKey: Type.Boolean(),
  /** What was wrong with the audit chain when the backup was taken. */
  auditProblem: Nullable(Type.String()),
  files: Type.Array(PackedFile, { maxItems: filesAtMost }),
  holdings: Holdings,
})
export type Manifest = Static<typeof Manifest>

/** There only in an encrypted backup. */
export const packedKey = 'secret.key'
export const manifestName = 'manifest.json'
export const manifestFormat = 1
/** Some 200 octets a file. */
export const manifestAtMost = 128 * 1024 * 1024

const check = Compile(Manifest)

/** Throws a SyntaxError that says what is wrong. */
export function parseManifest(text: string): Manifest {
  const value: unknown = JSON.parse(text)
  const [error] = check.Errors(value)
  if (error) throw new SyntaxError(`${manifestName}${error.instancePath}: ${error.message}`)
  return value as Manifest
}
