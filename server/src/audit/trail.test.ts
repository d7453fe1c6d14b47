import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { testContext, type TestContext } from '../testing.ts'
import { actAs, system } from './actor.ts'
import { AuditTrail } from './trail.ts'

let context: TestContext
let trail: AuditTrail
beforeAll(async () => {
  context = await testContext()
  trail = new AuditTrail(context)
})
afterAll(() => context.close())

const records = () => context.db.selectFrom('audit_records').selectAll().orderBy('seq').execute()

describe('the trail', () => {
  it('names who did it, why, from where, and masks secrets', async () => {
    const person = {
      ...system,
      kind: 'person',
      id: 'usr_1',
      name: '陈静',
      address: '10.1.1.1',
      reason: '演练',
    } as const
    await actAs(person, () =>
      trail.write(async (_tx, note) =>
        note({
          action: 'estate.device-changed',
          entity: { type: 'device', id: 'dev_1', name: 'SW1' },
          regionId: null,
          before: { name: 'SW0', snmp: { community: 'public' } },
          after: { name: 'SW1', snmp: { community: 'private' } },
        }),
      ),
    )
    const [record] = await records()
    expect(record).toMatchObject({ seq: 1, actor_name: '陈静', reason: '演练', address: '10.1.1.1' })
    expect(JSON.parse(record!.after!)).toEqual({ name: 'SW1', snmp: { community: '***' } })
  })

  it('is not written when the transaction fails', async () => {
    const before = (await records()).length
    const failing = trail.write(async (_tx, note) => {
      note({ action: 'estate.site-added', entity: null, regionId: null })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await records()).toHaveLength(before)
  })

  it('keeps its order when many write at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        trail.tell({ action: 'identity.signed-in', entity: null, regionId: null, after: { i } }),
      ),
    )
    const seqs = (await records()).map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, i) => i + 1))
  })

  it.each(['delete from audit_records', "update audit_records set reason = 'x'"])(
    'the database refuses: %s',
    async (statement) => {
      await expect(sql.raw(statement).execute(context.db)).rejects.toThrow(/audit records/)
    },
  )
})
