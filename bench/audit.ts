/**
 * What a record costs: writes of one row each, in a transaction of their own, recorded and not, in turns; then the whole chain verified.
 * `node bench/audit.ts [--writes 10000] [--rounds 3] [--at-once 1] [--memory]`; DATABASE_URL: a PostgreSQL that may be written to.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { AuditTrail } from '../server/src/audit/trail.ts'
import { verifyTrail } from '../server/src/audit/verify.ts'
import { openDatabase, type Db } from '../server/src/db/database.ts'
import { migrate } from '../server/src/db/migrate.ts'
import { SecretBox } from '../server/src/secret-box.ts'
import { machine, spreadOf, table } from './report.ts'

const { values } = parseArgs({
  options: {
    writes: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    /** Writers at a time: PostgreSQL takes several. */
    'at-once': { type: 'string', default: '1' },
    /** Without a disk: what the processor does. */
    memory: { type: 'boolean', default: false },
  },
})
const [writes, rounds, atOnce] = [Number(values.writes), Number(values.rounds), Number(values['at-once'])]

const dataDir = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
const file = values.memory ? 'sqlite::memory:' : `sqlite:${join(dataDir, 'bench.db')}`
const db = openDatabase(process.env.DATABASE_URL ?? file)

async function update(tx: Db, i: number): Promise<void> {
  const row = { key: `bench ${i % 1000}`, value: String(i), updated_at: i }
  await tx
    .insertInto('settings')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute()
}

/** Seconds for all of them. */
async function timed(write: (i: number) => Promise<void>): Promise<number> {
  const from = performance.now()
  let next = 0
  const writer = async () => {
    while (next < writes) await write(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, writer))
  return (performance.now() - from) / 1000
}

try {
  await migrate(db)
  const trail = new AuditTrail({ db, clock: Date.now, secrets: new SecretBox(randomBytes(32)) })
  const change = (i: number) => ({
    action: 'estate.device-changed',
    entity: { type: 'device', id: 'dev_0123456789abcdefgh', name: '正定-RT-01' },
    regionId: 'reg_0123456789abcdefgh',
    before: { name: `RT-${i}`, address: '10.1.23.1' },
    after: { name: `RT-${i + 1}`, address: '10.1.23.1' },
  })
  const plain = (i: number) => db.transaction().execute((tx) => update(tx, i))
  const recorded = (i: number) =>
    trail.write(async (tx, note) => {
      await update(tx, i)
      note(change(i))
    })
  const seconds: Record<'plain' | 'recorded', number[]> = { plain: [], recorded: [] }
  for (let round = 0; round < rounds; round++) {
    seconds.plain.push(await timed(plain))
    seconds.recorded.push(await timed(recorded))
  }
  const [a, b] = [spreadOf(seconds.plain).median, spreadOf(seconds.recorded).median]
  const from = performance.now()
  const verdict = await verifyTrail({ db, clock: Date.now, dataDir, key: await trail.key() })
  const verifyS = (performance.now() - from) / 1000
  const perS = (s: number) => Math.round(writes / s).toString()
  console.log(machine())
  console.log(
    table([
      ['', 's', 'writes/s'],
      ['unrecorded', a.toFixed(2), perS(a)],
      ['recorded', b.toFixed(2), perS(b)],
      ['ratio', (b / a).toFixed(2), ''],
    ]),
  )
  const each = ((verifyS / verdict.records) * 1e6).toFixed(0)
  console.log(
    `verified ${verdict.records} records in ${verifyS.toFixed(2)} s, ${each} µs each: ${verdict.ok}`,
  )
} finally {
  await db.destroy()
  rmSync(dataDir, { recursive: true })
}
