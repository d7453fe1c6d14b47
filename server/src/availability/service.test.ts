import { newId } from '@zongheng/inventory/id.ts'
import { upsKeys, upsOnBattery } from '@zongheng/inventory/sensor.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plantCounty, type County } from '../decider-testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { CircuitMonth, Outage, Statement } from './schema.ts'

type Inject = Awaited<ReturnType<TestApp['as']>>['inject']

const min = 60_000
const hour = 60 * min
const day = 24 * hour
/** 2026-11-01 in China; now is the 22nd at noon. */
const monthStart = Date.UTC(2026, 9, 31, 16)

let test: TestApp
let county: County
let ask: Inject
beforeEach(async () => {
  test = await testApp()
  county = await plantCounty(test)
  await test.services.estate.changed([])
  await test.services.state.reload()
  ask = (await test.as('network-admin')).inject
})
afterEach(() => test.close())

/** The whole history of something: since when it was what. */
async function lived(
  entityId: string,
  type: string,
  turns: [state: string, at: number, evidence?: object[]][],
) {
  const { db } = test.context
  const region_id = test.regions.get('130123')!
  const common = { entity_id: entityId, entity_type: type, region_id }
  await db
    .insertInto('state_changes')
    .values(
      turns.map(([state, at, evidence = []], i) => ({
        id: newId('stateChange'),
        ...common,
        from_state: turns[i - 1]?.[0] ?? null,
        to_state: state,
        at,
        evidence: JSON.stringify(evidence),
      })),
    )
    .execute()
  const [state, since] = turns.at(-1)!
  await db
    .insertInto('entity_states')
    .values({ ...common, state, since, evidence: '[]' })
    .onConflict((on) => on.column('entity_id').doUpdateSet({ state, since }))
    .execute()
}

async function alarm(
  entityId: string,
  condition: string,
  from: number,
  until: number | null,
): Promise<string> {
  const id = newId('alarm')
  await test.context.db
    .insertInto('alarms')
    .values({
      id, entity_type: 'link', entity_id: entityId, entity_name: 'x', region_id: test.regions.get('130123')!, condition, severity: 'major', state: until ? 'cleared' : 'firing',
      cause_id: null, flapping: 0, details: '{}', evidence: '[]', started_at: from, fired_at: from, cleared_at: until, acknowledged_by: null, acknowledged_at: null, created_at: from, updated_at: from,
    })
    .execute() // prettier-ignore
  return id
}

const down = monthStart + 10 * day
const back = down + 2 * hour
const primary = () => county.circuits[0]!
const cutOnce = () => lived(primary(), 'circuit', [['up', monthStart - day], ['down', down], ['up', back]]) // prettier-ignore

const get = async <T>(url: string): Promise<T> => {
  const answer = await ask({ url })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json<T>()
}
const circuits = async (query = '') => (await get<{ items: CircuitMonth[] }>(`/availability/circuits?month=2026-11${query}`)).items // prettier-ignore
const outages = async (query = '') => (await get<{ items: Outage[] }>(`/availability/outages?month=2026-11${query}`)).items // prettier-ignore
const month = async (id = primary()) => (await circuits()).find(({ circuit }) => circuit.id === id)!

describe('a month', () => {
  it('is cut at midnight here and goes as far as now, and what is unknown counts in neither', async () => {
    await cutOnce()
    const statement = await get<Statement>('/availability/statement')
    expect(statement).toMatchObject({ month: '2026-11', from: monthStart, until: test.context.now, isOver: false, timeZone: 'Asia/Shanghai' }) // prettier-ignore
    expect(statement.total).toMatchObject({ circuits: 2, broken: 1, plannedMs: 0, unknownMs: test.context.now - monthStart }) // prettier-ignore
    const one = await month()
    const known = test.context.now - monthStart
    expect(one).toMatchObject({ upMs: known - 2 * hour, downMs: 2 * hour, down: { carrier: 2 * hour, mains: 0, own: 0, unknown: 0 }, outages: 1, mttrMs: 2 * hour }) // prettier-ignore
    expect(one.percent).toBeCloseTo(100 * (1 - (2 * hour) / known), 9)
    expect(one.beyondMs).toBe(2 * hour - Math.floor(known / 1000))
    expect(one.verdict).toBe('broken')
    const [worst, other] = await circuits()
    expect([worst!.circuit.id, other!.verdict]).toEqual([primary(), 'none'])
  })

  it('takes from an outage that lies in two months what lies in it', async () => {
    await lived(primary(), 'circuit', [['up', monthStart - 9 * day], ['down', monthStart - hour], ['up', monthStart + 2 * hour]]) // prettier-ignore
    const [october] = (await get<{ items: Outage[] }>('/availability/outages?month=2026-10')).items
    const [november] = await outages()
    expect([october!.downMs, november!.downMs]).toEqual([hour, 2 * hour])
    expect([october!.fromAt, november!.fromAt]).toEqual([monthStart - hour, monthStart - hour])
  })

  it('leaves planned time out, where windows overlap only once', async () => {
    await cutOnce()
    const open = (fromMs: number, untilMs: number) =>
      test.context.db.transaction().execute(async (tx) =>
        test.services.windows.open(
          { title: '割接', source: 'carrier', startsAtMs: fromMs, endsAtMs: untilMs, scopes: [{ type: 'circuit', id: primary() }], createdBy: null },
          tx,
        ),
      ) // prettier-ignore
    await open(down + hour, down + 3 * hour)
    await open(down + 90 * min, down + 4 * hour)
    await test.services.windows.load()
    expect(await month()).toMatchObject({ plannedMs: 3 * hour, down: { carrier: hour }, unknownMs: 0 })
    expect(await outages()).toMatchObject([{ cause: 'carrier', downMs: hour, plannedMs: hour }])
    const plain = await get<object>(`/circuits/${primary()}/availability?from=${monthStart}&until=${test.context.now}`) // prettier-ignore
    expect(plain).toMatchObject({ plannedMs: 3 * hour, downMs: hour })
  })
})

describe('a cause', () => {
  it('is the mains when they were lost shortly before, and the ticket is the alarm of the link', async () => {
    await cutOnce()
    const link = await alarm(county.link, 'link-state', down + 15_000, back)
    const { ticketId } = await ticketFor(link)
    expect(await outages()).toMatchObject([{ cause: 'carrier', sign: 'else', ticket: { id: ticketId } }])
    const lower = test.services.state.model.devices.get(county.devices[1]!)!.siteId
    await alarm(lower, 'mains-lost', down - 10 * min, back)
    expect(await outages()).toMatchObject([{ cause: 'mains', sign: 'mains-lost', entity: { name: '正定县财政局' } }]) // prettier-ignore
    expect(await month()).toMatchObject({ down: { carrier: 0, mains: 2 * hour }, carrierPercent: 100, beyondMs: 0, carrierOutages: 0, outages: 1 }) // prettier-ignore
  })

  it('is the mains by what a UPS measured, where evidence came too late for an alarm', async () => {
    await cutOnce()
    const { db, series } = test.context
    const [ups, sensor] = [county.devices[2]!, newId('sensor')]
    await db.updateTable('devices').set({ role: 'ups' }).where('id', '=', ups).execute()
    await db
      .insertInto('sensors')
      .values({ id: sensor, device_id: ups, key: upsKeys.outputSource, class: 'state', descr: '', unit: '', oid: '', low_warn: null, high_warn: null, high_critical: null, states: '[]', created_at: 1, updated_at: 1 })
      .execute() // prettier-ignore
    await test.services.state.reload()
    await lived(ups, 'device', [['up', monthStart], ['degraded', down - 8 * min], ['up', back]]) // prettier-ignore
    expect(await outages()).toMatchObject([{ cause: 'carrier' }])
    const mark = { collectorId: county.collector, epoch: 'e', lane: 'backfill' as const, seq: 1 }
    await series.append(mark, [
      { metric: 'value', ids: [sensor], entities: [0], atMs: [down - 8 * min], values: [upsOnBattery] },
    ])
    expect(await outages()).toMatchObject([{ cause: 'mains', sign: 'on-battery', entity: { id: ups } }])
  })

  it('is our own when the router was down as it began', async () => {
    await cutOnce()
    await lived(county.devices[1]!, 'device', [['up', monthStart], ['down', down + 20_000], ['up', back]]) // prettier-ignore
    expect(await month()).toMatchObject({ down: { carrier: 0, own: 2 * hour } })
  })

  it('follows late evidence', async () => {
    await cutOnce()
    const change = { entity_id: primary(), entity_type: 'circuit', region_id: test.regions.get('130123')!, evidence: '[]' } // prettier-ignore
    await test.context.db
      .insertInto('state_changes')
      .values([
        { id: newId('stateChange'), ...change, from_state: 'up', to_state: 'down', at: back + hour },
        { id: newId('stateChange'), ...change, from_state: 'down', to_state: 'up', at: back + 2 * hour },
      ])
      .execute()
    expect(await month()).toMatchObject({ outages: 2, down: { carrier: 3 * hour } })
  })
})

describe('a decision', () => {
  const decide = (body: object, at = down + min, by = ask) =>
    by({ method: 'PUT', url: `/circuits/${primary()}/outages/${at}/cause`, body })

  it('overrules the rule, is recorded with its reason, and can be withdrawn', async () => {
    await cutOnce()
    const answer = await decide({ cause: 'own', note: '我方施工挖断' })
    expect(answer.json()).toMatchObject({ cause: 'own', sign: 'person', note: '我方施工挖断', decidedBy: { name: 'network-admin' } }) // prettier-ignore
    await decide({ cause: 'mains', note: '供电局停电' })
    expect(await month()).toMatchObject({ down: { carrier: 0, own: 0, mains: 2 * hour } })
    const rows = await test.context.db.selectFrom('outage_causes').selectAll().execute()
    expect(rows).toMatchObject([{ cause: 'mains', from_at: down, until_at: back }])
    const records = await test.context.db.selectFrom('audit_records').select(['action', 'reason', 'before']).where('action', 'like', 'availability.%').execute() // prettier-ignore
    expect(records).toMatchObject([{ reason: '我方施工挖断' }, { reason: '供电局停电', before: expect.stringContaining('own') }]) // prettier-ignore
    const withdrawn = await ask({ method: 'DELETE', url: `/circuits/${primary()}/outages/${down}/cause` })
    expect(withdrawn.json()).toMatchObject({ cause: 'carrier', sign: 'else', decidedBy: null })
    const again = await ask({ method: 'DELETE', url: `/circuits/${primary()}/outages/${down}/cause` })
    expect(again.statusCode).toBe(404)
  })

  it('stays with an outage that late evidence makes longer', async () => {
    await cutOnce()
    await decide({ cause: 'own', note: '我方' })
    await test.context.db
      .updateTable('state_changes')
      .set({ at: back + hour })
      .where('at', '=', back)
      .execute()
    expect(await outages()).toMatchObject([{ cause: 'own', downMs: 3 * hour }])
  })

  it('of planned takes the outage out of the reckoning', async () => {
    await cutOnce()
    await decide({ cause: 'planned', note: '电信事先来函' })
    expect(await month()).toMatchObject({ plannedMs: 2 * hour, downMs: 0, outages: 0, percent: 100, verdict: 'kept' }) // prettier-ignore
  })

  it('needs an outage, a reason, the right and the region', async () => {
    await cutOnce()
    expect((await decide({ cause: 'own', note: '我方' }, down - min)).statusCode).toBe(404)
    expect((await decide({ cause: 'own', note: ' ' })).statusCode).toBe(400)
    const body = { cause: 'own', note: '我方' }
    expect((await decide(body, down, (await test.as('agent')).inject)).statusCode).toBe(403)
    expect((await decide(body, down, (await test.as('engineer', '130200')).inject)).statusCode).toBe(404)
    expect((await decide(body, down, (await test.as('engineer', '130123')).inject)).statusCode).toBe(200)
  })
})

describe('scope and files', () => {
  it('shows each only what is theirs', async () => {
    await cutOnce()
    ask = (await test.as('viewer', '130200')).inject
    expect(await get<Statement>('/availability/statement')).toMatchObject({
      total: { circuits: 0 },
      carriers: [],
    })
    expect([await circuits(), await outages()]).toEqual([[], []])
    ask = (await test.as('viewer', '130123')).inject
    expect(await circuits()).toHaveLength(2)
    expect(await circuits(`&regionId=${test.regions.get('130200')}`)).toEqual([])
    expect(await circuits(`&linkId=${county.link}&limit=1`)).toHaveLength(1)
  })

  it('writes the same as CSV and as a workbook', async () => {
    await cutOnce()
    await ask({ method: 'PUT', url: `/circuits/${primary()}/outages/${down}/cause`, body: { cause: 'own', note: '=1+1' } }) // prettier-ignore
    const file = await ask({ url: '/availability/circuits.csv?month=2026-11' })
    const [head, first] = file.body.split('\r\n')
    expect(head).toMatch(/^\ufeff"运营商","线路编号"/)
    expect(first).toContain('"中国电信","SJZ-ZD-0","石家庄市–正定县"')
    expect(first).toContain(',120,')
    const rows = (await ask({ url: '/availability/outages.csv', headers: { 'accept-language': 'en' } })).body
    expect(rows).toContain('"Own"')
    expect(rows).toContain(`"'=1+1"`)
    const { statusCode, headers, body } = await ask({ url: '/availability/statement.xlsx' })
    expect([statusCode, String(headers['content-type']).includes('spreadsheetml'), body.startsWith('PK')]).toEqual([200, true, true]) // prettier-ignore
  })
})

async function ticketFor(alarmId: string): Promise<{ ticketId: string }> {
  const answer = await ask({ method: 'POST', url: '/tickets', body: { title: '断网', description: '' } })
  const ticketId = answer.json<{ id: string }>().id
  await test.context.db.updateTable('tickets').set({ alarm_id: alarmId }).where('id', '=', ticketId).execute()
  return { ticketId }
}
