import { readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testContext, type TestContext } from '../testing.ts'
import { chained, hashOf } from './chain.ts'
import { AuditService } from './service.ts'
import { AuditTrail } from './trail.ts'

const dayMs = 86_400_000

let context: TestContext
let trail: AuditTrail
let service: AuditService
beforeEach(async () => {
  context = await testContext()
  trail = new AuditTrail(context)
  service = serviceOf(trail)
})
afterEach(() => context.close())

const serviceOf = (own: AuditTrail) =>
  new AuditService({ ...context, dataDir: context.config.dataDir, trail: own, keepDays: async () => 200 })

const change = (i: number) => ({
  action: 'estate.device-changed',
  entity: { type: 'device', id: `dev_${i}`, name: `交换机 ${i}` },
  regionId: null,
  before: { name: `SW${i}` },
  after: { name: `SW${i + 1}` },
})

const write = (n: number) =>
  trail.write(async (_tx, note) => Array.from({ length: n }, (_, i) => change(i)).forEach(note))

/** What the triggers refuse, whoever owns the database can do. */
async function byHand(...statements: string[]): Promise<void> {
  const isSqlite = !process.env.TEST_DATABASE_URL
  const on = (name: string, table: string) => (isSqlite ? name : `${name} on ${table}`)
  for (const [name, table] of [
    ['audit_records_kept', 'audit_records'],
    ['audit_records_unchanged', 'audit_records'],
    ['audit_archives_kept', 'audit_archives'],
    ['audit_archives_unchanged', 'audit_archives'],
  ] as const)
    await sql.raw(`drop trigger if exists ${on(name, table)}`).execute(context.db)
  for (const statement of statements) await sql.raw(statement).execute(context.db)
}

const records = () => context.db.selectFrom('audit_records').selectAll().orderBy('seq').execute()
const problem = async () => (await service.verify()).problem

/** The chain from this record on as somebody without the key would make it again. */
async function rechain(from: number): Promise<void> {
  const all = await records()
  let previous = all[from - 2]!.hash
  for (const record of all.slice(from - 1)) {
    previous = hashOf(record, previous)
    await byHand(`update audit_records set hash = '${previous}' where seq = ${record.seq}`)
  }
  await byHand(`update audit_head set hash = '${previous}'`)
}

describe('a chain', () => {
  it('that nobody touched is right', async () => {
    await write(1200)
    await service.witness()
    expect(await service.verify()).toMatchObject({ ok: true, records: 1200, untilSeq: 1200, problem: null })
  })

  it('of no record is right', async () => {
    expect(await service.verify()).toMatchObject({ ok: true, records: 0, fromSeq: 0, untilSeq: 0 })
  })

  it('keeps what no database keeps', async () => {
    const name = `a\0b\ud800`
    await trail.tell({ ...change(1), entity: { type: 'device', id: 'dev_1', name }, after: { name } })
    expect(await problem()).toBeNull()
  })
})

// prettier-ignore
const tampering: [what: string, seq: number, kind: string, statements: string[]][] = [
  ['a text changed', 7, 'changed', [`update audit_records set entity_name = 'SW' where seq = 7`]],
  ['a value emptied', 7, 'changed', [`update audit_records set before = null where seq = 7`]],
  ['a hash changed', 7, 'changed', [`update audit_records set hash = '00' where seq = 7`]],
  ['a seal changed', 7, 'forged', [`update audit_records set seal = '00' where seq = 7`]],
  ['one removed', 7, 'missing', [`delete from audit_records where seq = 7`]],
  ['the first removed', 1, 'missing', [`delete from audit_records where seq = 1`]],
  ['two swapped', 7, 'changed', [`update audit_records set seq = 99 where seq = 7`, `update audit_records set seq = 7 where seq = 8`, `update audit_records set seq = 8 where seq = 99`]],
  ['one put in', 8, 'changed', [`update audit_records set seq = -seq where seq > 7`, `update audit_records set seq = 1 - seq where seq < 0`,
    `insert into audit_records select 8, id || 'x', at, actor_kind, actor_id, actor_name, action, entity_type, entity_id, entity_name, region_id, before, after, reason, request_id, address, hash, seal from audit_records where seq = 7`]],
  ['one added at the end', 21, 'changed', [
    `insert into audit_records select 21, id || 'x', at, actor_kind, actor_id, actor_name, action, entity_type, entity_id, entity_name, region_id, before, after, reason, request_id, address, hash, seal from audit_records where seq = 20`]],
  ['the tail cut off', 18, 'truncated', [`delete from audit_records where seq > 17`]],
  ['the tail cut off and the head set back', 18, 'truncated', [`delete from audit_records where seq > 17`, `update audit_head set seq = 17, hash = (select hash from audit_records where seq = 17)`]],
  ['everything removed', 1, 'truncated', [`delete from audit_records`, `update audit_head set seq = 0, hash = '${'0'.repeat(64)}'`]],
  ['the head changed', 20, 'forged', [`update audit_head set hash = '00'`]],
  ['the head set back', 20, 'order', [`update audit_head set seq = 19, hash = (select hash from audit_records where seq = 19)`]],
]

describe('a chain broken by hand', () => {
  beforeEach(async () => {
    await write(20)
    await service.witness()
  })

  it.each(tampering)('is found: %s, at record %i', async (_what, seq, kind, statements) => {
    await byHand(...statements)
    expect(await problem()).toMatchObject({ seq, kind })
    expect(await service.verifyAsked()).toMatchObject({ ok: false })
  })

  it('is found where somebody without the key made it anew', async () => {
    await byHand(`update audit_records set actor_name = '李四' where seq = 12`)
    await rechain(12)
    expect(await problem()).toMatchObject({ seq: 12, kind: 'forged' })
  })

  it('is found where the key’s holder made it anew, by what was witnessed', async () => {
    await byHand(`update audit_records set actor_name = '李四' where seq = 12`)
    await rechain(12)
    const sealed = await trail.key()
    const { sealOf } = await import('./chain.ts')
    for (const { seq, hash } of await records())
      await byHand(`update audit_records set seal = '${sealOf(hash, sealed)}' where seq = ${seq}`)
    expect(await problem()).toMatchObject({ seq: 20, kind: 'forged' })
  })

  it('is told of on the bus, and keeps the anchor that proves it', async () => {
    const told: unknown[] = []
    context.bus.on('audit.broken', (found) => told.push(found))
    const anchor = readFileSync(join(context.config.dataDir, 'audit-anchor.json'), 'utf8')
    await byHand(`delete from audit_records where seq > 17`, `update audit_head set seq = 17, hash = (select hash from audit_records where seq = 17)`) // prettier-ignore
    await service.round()
    await service.witness()
    expect(told).toMatchObject([{ seq: 18, kind: 'truncated' }])
    expect(readFileSync(join(context.config.dataDir, 'audit-anchor.json'), 'utf8')).toBe(anchor)
  })
})

describe('any single change', () => {
  const fields = [...chained, 'hash', 'seal'] as const
  const isNumber = (field: string) => field === 'seq' || field === 'at'

  it('is found at its record', async () => {
    await write(50)
    await byHand()
    const target = fc.tuple(
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(...fields),
      fc.integer({ min: 1000 }),
    )
    await fc.assert(
      fc.asyncProperty(target, async ([seq, field, salt]) => {
        const before = (await records())[seq - 1]!
        const value = isNumber(field) ? salt : `${salt}`
        await context.db
          .updateTable('audit_records')
          .set({ [field]: value })
          .where('seq', '=', seq)
          .execute()
        const found = await problem()
        await context.db.updateTable('audit_records').set(before).where('id', '=', field === 'id' ? `${salt}` : before.id).execute() // prettier-ignore
        expect(found?.seq, `${field} of ${seq}`).toBe(seq)
      }),
      { numRuns: 60 },
    )
    expect(await problem()).toBeNull()
  }, 60_000)
})

describe('archives', () => {
  const folder = () => join(context.config.dataDir, 'audit')

  beforeEach(async () => {
    await write(30)
    context.now += 150 * dayMs
    await write(10)
    context.now += 60 * dayMs
    await write(5)
  })

  it('take what is older than it must be kept, and nothing else', async () => {
    expect(await service.archive()).toMatchObject([{ firstSeq: 1, lastSeq: 30, file: 'audit-1-30.jsonl.gz' }])
    expect((await records()).map(({ seq }) => seq)).toEqual(Array.from({ length: 16 }, (_, i) => i + 31))
    expect((await records()).at(-1)).toMatchObject({ action: 'audit.archived', actor_kind: 'system' })
    expect(await service.archive()).toEqual([])
    expect(await service.verify()).toMatchObject({ ok: true, records: 46, archives: 1, fromSeq: 1 })
    expect((await service.verifyFile(join(folder(), 'audit-1-30.jsonl.gz'))).ok).toBe(true)
    context.now += 201 * dayMs
    expect(await service.archive()).toMatchObject([{ firstSeq: 31, lastSeq: 46 }])
    await write(3)
    expect(await service.verify()).toMatchObject({ ok: true, records: 50, archives: 2 })
  })

  it('write a file anew that a crash left behind', async () => {
    mkdirSync(folder())
    writeFileSync(join(folder(), 'audit-1-30.jsonl.gz'), 'half')
    await service.archive()
    expect(await problem()).toBeNull()
  })

  it('are not made of a broken chain', async () => {
    await byHand(`update audit_records set after = null where seq = 12`)
    await expect(service.archive()).rejects.toThrow('12')
    expect(await records()).toHaveLength(45)
  })

  const edited = (file: string, edit: (lines: string[]) => void) => {
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
    edit(lines)
    writeFileSync(file, gzipSync(lines.join('\n') + '\n'))
  }

  // prettier-ignore
  const tamperings: [what: string, seq: number, kind: string, tamper: (file: string) => void][] = [
    ['removed', 1, 'archive-missing', (file) => rmSync(file)],
    ['emptied', 1, 'archive-changed', (file) => writeFileSync(file, '')],
    ['cut', 1, 'archive-changed', (file) => writeFileSync(file, readFileSync(file).subarray(0, 400))],
    ['with a text changed', 9, 'archive-changed', (file) => edited(file, (lines) => { lines[8] = lines[8]!.replace('交换机', '路由器') })],
    ['without a line', 9, 'archive-changed', (file) => edited(file, (lines) => { lines.splice(8, 1) })],
    ['without its last line', 1, 'archive-changed', (file) => edited(file, (lines) => { lines.pop() })],
    ['with nonsense', 9, 'archive-changed', (file) => edited(file, (lines) => { lines[8] = '{' })],
    ['with two lines swapped', 9, 'archive-changed', (file) => edited(file, (lines) => { lines.splice(8, 2, lines[9]!, lines[8]!) })],
  ]
  it.each(tamperings)('%s are found at record %i', async (_what, seq, kind, tamper) => {
    await service.archive()
    tamper(join(folder(), 'audit-1-30.jsonl.gz'))
    expect(await problem()).toMatchObject({ seq, kind })
  })

  it('that the table forgot are missed', async () => {
    await service.archive()
    await byHand(`delete from audit_archives`)
    expect(await problem()).toMatchObject({ seq: 1, kind: 'missing' })
  })

  it('are not deleted, nor their rows changed', async () => {
    await service.archive()
    for (const statement of ['delete from audit_archives', `update audit_archives set sha256 = ''`])
      await expect(sql.raw(statement).execute(context.db)).rejects.toThrow(/archives/)
  })
})

describe('writers at once', () => {
  it('keep one chain', async () => {
    await Promise.all(
      Array.from({ length: 10 }, async (_, writer) => {
        for (let i = 0; i < 10; i++) await trail.tell(change(writer * 10 + i))
      }),
    )
    expect(await service.verify()).toMatchObject({ ok: true, records: 100 })
  })

  it('may go on while the chain is looked through and archived', async () => {
    await write(1500)
    context.now += 300 * dayMs
    const looked = service.verify()
    const archived = service.archive()
    await Promise.all(Array.from({ length: 20 }, (_, i) => trail.tell(change(i))))
    expect((await looked).problem).toBeNull()
    expect(await archived).toHaveLength(1)
    expect(await service.verify()).toMatchObject({ ok: true, records: 1521 })
  })
})
