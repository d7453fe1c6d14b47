/** One installation with the same things at each of five places, seen from 石家庄市: what tenancy is tested against. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId, type EntityKind } from '@zongheng/inventory/id.ts'
import type { Insertable } from 'kysely'
import { newRecord } from '../drills/watch.ts'
import type { Tables } from '../db/tables.ts'
import { noDraft, type EstateDraft } from '../estate/draft.ts'
import { deviceFact, interfaceFacts, sensorFacts } from '../estate/testing.ts'
import { goodPassword } from '../identity/account/account-testing.ts'
import { hashPassword } from '../identity/passwords/password.ts'
import { settingsOf } from '../identity/providers/settings-check.ts'
import type { Role } from '../identity/roles.ts'
import { answerIdentify, testApp, type TestApp } from '../testing.ts'

/** Where a record is, for somebody of 石家庄市. */
export const places = {
  own: '130100',
  parent: '130000',
  child: '130123',
  sibling: '130200',
  other: '130224',
} as const
export type Place = keyof typeof places
export const placeNames = Object.keys(places) as Place[]

export type Ask = { url: string; body?: unknown; headers?: Record<string, string> }
export interface Person {
  userId: string
  username: string
  cookie: string
  ask: (method: string, ask: Ask) => ReturnType<TestApp['anyone']>
}
export type Thing =
  | 'site' | 'annex' | 'router' | 'gateway' | 'link' | 'circuit' | 'interface' | 'farInterface' | 'sensor' | 'collector'
  | 'answer' | 'service' | 'room' | 'rack' | 'point' | 'relation' | 'call'
  | 'booking' | 'item' | 'request' | 'freeze' | 'target' | 'serviceCalendar' | 'escalationRule' | 'changeModel' | 'plannedChange' | 'problem' | 'article'
  | 'discovery'
  | 'logRecord' | 'logRule' | 'check' | 'checkPoint' | 'alarm' | 'window' | 'drill' | 'policy' | 'ticket' | 'job' | 'user' | 'team' | 'grant' | 'change' | 'region' | 'rule' | 'channel' | 'mailbox' | 'route' | 'roster' | 'notice' // prettier-ignore

export interface World extends TestApp {
  /** The standing record of a kind at a place. */
  at: Record<Place, Record<Thing, string>>
  /** A record of the trail that is about a place. */
  auditSeq: Record<Place, number>
  person: (role: Role, regionCode?: string) => Promise<Person>
  nobody: Person['ask']
  make: Makers
  close: () => Promise<void>
}

/** Fresh records, to be changed or deleted; each answers its id. */
type Makers = ReturnType<typeof makers>

export async function accessWorld(): Promise<World> {
  const simulator = simulated()
  await once(simulator.listen(0, '127.0.0.1'), 'listening')
  const { port } = simulator.address() as AddressInfo
  const t = await testApp({ demo: true, simulatorUrl: `http://127.0.0.1:${port}` })
  await t.app.ready()
  answerIdentify(t)
  const make = makers(t, await hashPassword(goodPassword))
  const ids = await estate(t, make)
  await measure(t, placeNames.map((place) => ids.get(`router-${place}`)!)) // prettier-ignore
  const at = {} as World['at']
  const auditSeq = {} as World['auditSeq']
  for (const place of placeNames) {
    const pick = (key: string) => ids.get(`${key}-${place}`)!
    const [interfaces, sensor] = await Promise.all([
      freeInterfaces(t, [pick('router'), pick('gateway')]),
      t.context.db.selectFrom('sensors').select('id').where('device_id', '=', pick('router')).executeTakeFirstOrThrow(),
    ]) // prettier-ignore
    const user = await make.user(place)
    at[place] = {
      ...(Object.fromEntries(['site', 'annex', 'router', 'gateway', 'link', 'circuit', 'collector', 'check', 'checkPoint'].map((key) => [key, pick(key)])) as Record<Thing, string>),
      interface: interfaces[0]!, farInterface: interfaces[1]!, sensor: sensor.id, region: make.regionId(place),
      alarm: await make.alarm(place, pick('router')), job: await make.job(place, pick('router')),
      ticket: await make.ticket(place), window: await make.window(place, pick('router')), drill: await make.drill(place, pick('link'), pick('circuit')), policy: await make.policy(place), team: await make.team(place), user, grant: await make.grant(place, user),
      change: await make.stateChange(place, pick('router')), rule: await make.rule(place),
      channel: await make.channel(place), mailbox: await make.mailbox(place), route: await make.route(place), roster: await make.roster(place), notice: await make.notice(place),
      ...(await make.served(place, pick('site'), pick('router'))),
      item: await make.item(place), request: await make.request(place),
      booking: await make.booking(place, pick('site')), freeze: await make.freeze(place), target: await make.target(place), serviceCalendar: await make.serviceCalendar(place), escalationRule: await make.escalationRule(place), changeModel: await make.changeModel(place),
      plannedChange: await make.plannedChange(place, pick('router')), problem: await make.problem(place),
      answer: await make.answer(place), article: await make.article(place, 'published'), call: await make.call(place),
      discovery: await make.discovery(place, 'cancelled'),
      logRecord: await make.logRecord(place), logRule: await make.logRule(place),
    } // prettier-ignore
    await t.context.db.insertInto('team_members').values({ team_id: at[place].team, user_id: user }).execute() // prettier-ignore
    await t.context.db
      .insertInto('demo_keys')
      .values({ entity_id: pick('circuit'), key: place })
      .execute()
    auditSeq[place] = await make.record(place, pick('router'))
  }
  return {
    ...t,
    at,
    auditSeq,
    make,
    nobody: askWith(t, ''),
    person: async (role, regionCode = places.own) => make.person(role, regionCode),
    close: async () => {
      await t.close()
      simulator.close()
    },
  }
}

export const changeTemplate = { title: '升级软件', reason: '', plan: '', testPlan: '', backout: '', durationMinutes: 60, tasks: [] } // prettier-ignore

/** Each call from an address of its own: how often one may ask is tested elsewhere. */
const askWith =
  ({ app }: TestApp, cookie: string): Person['ask'] =>
  async (method, { url, body, headers }) =>
    app.inject({
      method: method as 'GET',
      url: `/api/v1${url}`,
      remoteAddress: newAddress(),
      headers: { ...(cookie && { cookie }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    })

let addresses = 0
const newAddress = () => `10.${(++addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`

async function estate(t: TestApp, { regionId, collector, check }: Makers): Promise<Map<string, string>> {
  const draft: EstateDraft = noDraft(t.regions.get('130000')!)
  const collectors = new Map<string, string>()
  draft.carriers = [{ key: 'carrier', name: '中国电信', hotline: '10000' }]
  for (const [i, place] of placeNames.entries()) {
    const collectorId = await collector(place)
    collectors.set(`collector-${place}`, collectorId)
    const site = (key: string) => ({
      key: `${key}-${place}`, regionId: regionId(place), name: `${key} ${place}`, kind: 'machine-room' as const,
      address: null, contact: null, contactPhone: null,
    }) // prettier-ignore
    const device = (key: string, siteKey: string, host: number) => ({
      key: `${key}-${place}`, siteKey: `${siteKey}-${place}`, name: `${key} ${place}`, role: 'core-router' as const,
      address: `127.2.${i}.${host}`, port: 161, credentialKey: `snmp-${place}`, collectorId,
    }) // prettier-ignore
    draft.sites.push(site('site'), site('annex'))
    draft.credentials.push({ key: `snmp-${place}`, name: place, regionId: regionId(place), snmp: { version: '2c', community: 'public' } }) // prettier-ignore
    draft.devices.push(device('router', 'site', 1), device('gateway', 'annex', 2))
    draft.links.push({
      key: `link-${place}`, upperSiteKey: `site-${place}`, lowerSiteKey: `annex-${place}`, name: `link ${place}`,
      circuits: [{
        key: `circuit-${place}`, role: 'primary', number: `NO-${place}`, carrierKey: 'carrier', access: 'mstp', bandwidthBps: 1e7,
        promisedPercent: 99.9, monthlyFeeYuan: 1200, contractUntil: null, leg: null,
        a: { deviceKey: `router-${place}`, ifName: 'GE1' }, z: { deviceKey: `gateway-${place}`, ifName: 'GE1' },
      }],
    }) // prettier-ignore
  }
  const ids = await t.context.db.transaction().execute((tx) => t.services.estate.create(tx, draft))
  const facts = { interfaces: [interfaceFacts('GE9', { ifIndex: 9 })], sensors: [sensorFacts('inlet')] }
  for (const [key, id] of ids)
    if (/^(router|gateway)-/.test(key)) await t.services.estate.applyFact(t.context.db, deviceFact(id, facts))
  const checks = new Map<string, string>()
  for (const place of placeNames) {
    const made = await check(place, ids.get(`site-${place}`)!, collectors.get(`collector-${place}`)!)
    checks.set(`check-${place}`, made.id).set(`checkPoint-${place}`, made.pointId)
  }
  const reloaded = once(t.context.bus, 'estate.reloaded')
  t.services.estate.changed(ids.values())
  await reloaded
  return new Map([...ids, ...collectors, ...checks])
}

/** A response time of each, within the period that requests ask for. */
const measure = ({ context }: TestApp, ids: string[]) =>
  context.series.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq: 1 }, [
    { metric: 'responseMs', ids, entities: ids.map((_, i) => i), atMs: ids.map(() => 1_795_000_030_000), values: ids.map(() => 7) }, // prettier-ignore
  ])

const freeInterfaces = async ({ context }: TestApp, deviceIds: string[]) =>
  Promise.all(
    deviceIds.map(async (deviceId) => {
      const query = context.db.selectFrom('interfaces').select('id').where('device_id', '=', deviceId)
      return (await query.where('if_name', '=', 'GE9').executeTakeFirstOrThrow()).id
    }),
  )

function makers(t: TestApp, passwordHash: string) {
  const { app, context, services, regions } = t
  const { db } = context
  const regionId = (place: Place) => regions.get(places[place])!
  const stamps = () => ({ created_at: context.now, updated_at: context.now })
  let count = 0
  const insert = async <T extends keyof Tables>(
    table: T,
    kind: EntityKind,
    row: Omit<Insertable<Tables[T]>, 'id'>,
  ) => {
    const id = newId(kind)
    await db.insertInto(table).values({ ...row, id } as unknown as Insertable<Tables[T]>).execute() // prettier-ignore
    return id
  }
  const userAt = (at: string, roles: Role[] = []) => {
    const username = `user-${++count}`
    const grants = roles.map((role) => ({ role, regionId: at }))
    return { username, displayName: username, passwordHash, regionId: at, grants }
  }
  const insertTicket = (place: Place, of: { kind: string; state: string }) =>
    insert('tickets', 'ticket', {
      number: `${of.kind}-${++count}`, ...of, pending_reason: null, priority: 'P3', impact: 2, urgency: 2,
      title: `ticket ${place}`, description: '', channel: 'portal', region_id: regionId(place), site_id: null, team_id: null,
      assignee_id: null, requester_id: null, alarm_id: null, condition: null, resolved_at: null, closed_at: null, ...stamps(),
    }) // prettier-ignore
  /** Fulfilled: to be signed for. */
  const request = async (place: Place, state = 'fulfilled') => {
    const id = await insert('tickets', 'ticket', {
      number: `REQ-${++count}`, kind: 'request', state, pending_reason: null, priority: 'P4', impact: 3, urgency: 3,
      title: `request ${place}`, description: '', channel: 'portal', region_id: regionId(place), site_id: null, team_id: null,
      assignee_id: null, requester_id: null, alarm_id: null, condition: null, resolved_at: null, closed_at: null, ...stamps(),
    }) // prettier-ignore
    const item = JSON.stringify({ id: 'x', name: 'item', version: 1, icon: '', receipt: true, tasks: [] })
    await db.insertInto('requests').values({ ticket_id: id, item_id: 'x', item, answers: JSON.stringify({ answers: {}, facts: [] }), receipt: null, received_by: null, received_at: null }).execute() // prettier-ignore
    return id
  }
  return {
    regionId,
    user: (place: Place, roles: Role[] = []) => services.identity.createUser(userAt(regionId(place), roles)),
    grant: (place: Place, userId: string) =>
      insert('grants', 'grant', { user_id: userId, team_id: null, role: 'viewer', region_id: regionId(place), provider_id: null, expires_at: null, ...stamps() }), // prettier-ignore
    team: (place: Place) =>
      insert('teams', 'team', { name: `team ${++count}`, region_id: regionId(place), ...stamps() }),
    device: async (place: Place, siteId: string) => {
      const draft = noDraft(regionId('parent'))
      draft.credentials = [{ key: 'snmp', name: 'snmp', regionId: regionId(place), snmp: { version: '2c', community: 'public' } }] // prettier-ignore
      draft.devices = [{ key: 'device', siteKey: siteId, name: `device ${++count}`, role: 'ups', address: `127.3.0.${count}`, port: 161, credentialKey: 'snmp', collectorId: null }] // prettier-ignore
      const ids = await db.transaction().execute((tx) => services.estate.create(tx, draft))
      return ids.get('device')!
    },
    /** One more between the same two sites. */
    link: async (place: Place) => {
      const site = async (name: string) => (await db.selectFrom('sites').select('id').where('name', '=', `${name} ${place}`).executeTakeFirstOrThrow()).id // prettier-ignore
      const draft = noDraft(regionId(place))
      draft.carriers = [{ key: 'carrier', name: '中国电信', hotline: null }]
      const router = async (name: string) => (await db.selectFrom('devices').select('id').where('name', '=', `${name} ${place}`).executeTakeFirstOrThrow()).id // prettier-ignore
      draft.links = [{
        key: 'link', upperSiteKey: await site('site'), lowerSiteKey: await site('annex'), name: `link ${++count}`,
        circuits: [{
          key: 'circuit', role: 'primary', number: `NO-${count}`, carrierKey: 'carrier', access: 'mstp', bandwidthBps: 1e7, promisedPercent: 99.9, monthlyFeeYuan: null, contractUntil: null, leg: null,
          a: { deviceKey: await router('router'), ifName: 'GE9' }, z: { deviceKey: await router('gateway'), ifName: 'GE9' },
        }],
      }] // prettier-ignore
      return (await db.transaction().execute((tx) => services.estate.create(tx, draft))).get('link')!
    },
    /** What a port says of its circuit, and nobody recorded. */
    difference: async (place: Place) => {
      const circuit = [...(await services.estate.model()).circuits.values()].find(({ number }) => number === `NO-${place}`)! // prettier-ignore
      await db.updateTable('interfaces').set({ if_alias: `${++count}M` }).where('id', '=', circuit.a.interfaceId).execute() // prettier-ignore
      const { differences } = await services.topology.draw({ regionPaths: ['/'] })
      return differences.find((one) => one.kind === 'words' && one.circuit.id === circuit.id)!.key
    },
    dismissal: (place: Place) =>
      insert('topology_dismissals', 'dismissal', {
        key: `key ${++count}`, region_id: regionId(place), reason: '临时', dismissed_by: 'usr_1', at: context.now,
      }), // prettier-ignore
    collector: (place: Place) =>
      insert('collectors', 'collector', {
        name: `collector ${++count}`, site_id: null, region_id: regionId(place), token_hash: null, token_expires_at: null,
        token_used_at: null, key_hash: 'x', public_key: null, enrolled_at: 1, seen_at: null, revoked_at: null, ...stamps(),
      }), // prettier-ignore
    logRecord: (place: Place) =>
      insert('log_records', 'logRecord', {
        at: context.now, received_at: context.now, collector_id: 'col', device_id: null, region_id: regionId(place), address: '127.0.0.1',
        kind: 'trap', name: 'linkDown', severity: 3, facility: null, host: null, text: place, details: '{"values":{},"repeated":0}',
      }), // prettier-ignore
    logRule: (place: Place) =>
      insert('log_rules', 'logRule', {
        region_id: regionId(place), position: 0, name: `log rule ${++count}`, match: '{}', action: '{"kind":"ignore"}', enabled: 1,
        archived_at: null, ...stamps(),
      }), // prettier-ignore
    booking: (place: Place, siteId: string) =>
      insert('bookings', 'booking', {
        region_id: regionId(place), title: `booking ${++count}`, kind: 'video', starts_at: context.now, ends_at: context.now + 3_600_000, site_ids: JSON.stringify([siteId]), device_ids: '[]',
        bandwidth_bps: null, organiser: null, phone: null, ticket_id: null, booked_by: null, note: null, cancelled_at: null, ...stamps(),
      }), // prettier-ignore
    target: (place: Place) =>
      insert('sla_targets', 'target', {
        region_id: regionId(place),
        name: `target ${++count}`,
        position: 1,
        kind: 'sla',
        match: '{}',
        response_ms: null,
        resolution_ms: 3_600_000,
        calendar_id: null,
        pauses: '[]',
        enabled: 0,
        archived_at: null,
        ...stamps(),
      }),
    serviceCalendar: (place: Place) =>
      insert('calendars', 'calendar', {
        region_id: regionId(place),
        name: `calendar ${++count}`,
        week: '[[],[[540,1020]],[],[],[],[],[]]',
        off: '[]',
        worked: '[]',
        statutory: 1,
        archived_at: null,
        ...stamps(),
      }),
    escalationRule: (place: Place) =>
      insert('escalation_rules', 'escalationRule', {
        region_id: regionId(place),
        name: `escalation ${++count}`,
        position: 1,
        match: '{}',
        steps: '[]',
        enabled: 0,
        archived_at: null,
        ...stamps(),
      }),
    freeze: (place: Place) =>
      insert('freezes', 'freeze', {
        region_id: regionId(place), name: `freeze ${++count}`, starts_at: context.now, ends_at: context.now + 3_600_000, note: null, created_by: null, archived_at: null, ...stamps(),
      }), // prettier-ignore
    changeModel: (place: Place) =>
      insert('change_models', 'changeModel', {
        region_id: regionId(place), name: `model ${++count}`, template: JSON.stringify(changeTemplate), approved_by: null, approved_at: null, enabled: 1, archived_at: null, ...stamps(),
      }), // prettier-ignore
    article: async (place: Place, state: 'draft' | 'review' | 'published') => {
      const id = await insert('articles', 'article', {
        number: `KB-${++count}`, region_id: regionId(place), category: 'line', title: `article ${count}`, state, version: state === 'published' ? 1 : 0, tags: '[]', families: '[]', service_ids: '[]', must_read: 0,
        views: 0, helpful: 0, unhelpful: 0, used: 0, author_id: null, published_at: null, review_due_at: null, origin: null, archived_at: null, ...stamps(),
      }) // prettier-ignore
      await insert('article_versions', 'articleVersion', {
        article_id: id, version: 1, title: `article ${count}`, summary: '', body: 'text', state, note: null, author_id: null, reviewer_id: null, published_at: null, ...stamps(),
      }) // prettier-ignore
      await services.search.put(db, {
        kind: 'article',
        id,
        regionId: regionId(place),
        title: 'article',
        body: '',
        updatedAt: 0,
      })
      return id
    },
    item: (place: Place) =>
      insert('catalogue_items', 'catalogueItem', {
        region_id: regionId(place), position: 0, key: `item-${++count}`, name: `item ${count}`, category: 'other', description: '', icon: 'desk', form: '[]', approvals: '[]', tasks: '[]',
        team_id: null, priority: 'P4', receipt: 1, version: 1, enabled: 1, origin: null, archived_at: null, ...stamps(),
      }), // prettier-ignore
    request,
    task: async (place: Place) => {
      const ticket_id = await request(place, 'in_progress')
      return insert('tasks', 'task', { ticket_id, position: 1, name: 'task', team_id: null, assignee_id: null, state: 'open', follows: '[]', due_at: null, done_by: null, done_at: null, note: null, ...stamps() }) // prettier-ignore
    },
    /** Asked of this person, about a request at the place. */
    approval: async (place: Place, approverId: string) => {
      const ticket_id = await request(place, 'approval')
      const step_id = await insert('approval_steps', 'approvalStep', { ticket_id, round: 1, position: 1, name: 'step', rule: '{"need":"any"}', state: 'open', opened_at: context.now, decided_at: null, reminded_at: null, ...stamps() }) // prettier-ignore
      return insert('approvals', 'approval', { step_id, ticket_id, approver_id: approverId, state: 'waiting', decided_by: null, decided_at: null, text: null, ...stamps() }) // prettier-ignore
    },
    /** A service that needs a device, and a room with a rack and an information point. */
    served: async (place: Place, siteId: string, deviceId: string) => {
      const all = { regionPaths: ['/'] }
      const { business, points, relations, rooms } = services
      const { id: service } = await business.create(all, { name: `service ${++count}`, kind: 'mail', criticality: 'vital', regionId: regionId(place) }) // prettier-ignore
      const { id: relation } = await relations.create(all, { kind: 'depends-on', fromId: service, toId: deviceId }) // prettier-ignore
      const { id: room } = await rooms.create(all, { siteId, name: `room ${++count}` })
      const { racksOf } = await rooms.addRack(all, room, { name: 'A01' })
      const { id: point } = await points.add(all, { siteId, code: `point ${++count}`, roomId: room })
      return { service, relation, room, rack: racksOf[0]!.id, point }
    },
    savedView: (userId: string) => insert('saved_views', 'view', { user_id: userId, team_id: null, page: 'tickets', name: `view ${++count}`, query: '{}', position: 0, ...stamps() }), // prettier-ignore
    answer: (place: Place) => insert('canned_answers', 'cannedAnswer', { region_id: regionId(place), team_id: null, title: `answer ${++count}`, body: '已收到', shortcut: null, used: 0, archived_at: null, ...stamps() }), // prettier-ignore
    rule: async (place: Place) => {
      const rule = { regionId: regionId(place), basedOn: 'cpu-high', name: `rule ${++count}`, settings: { above: 95 } } // prettier-ignore
      return (await services.conditions.create({ regionPaths: ['/'] }, rule)).id
    },
    check: async (place: Place, siteId: string, collectorId: string) => {
      const spec = JSON.stringify({ kind: 'tcp', host: '127.0.0.1', port: 80, expect: '' })
      const rhythm = { interval_s: 60, timeout_ms: 5000, enabled: 1, archived_at: null, ...stamps() }
      const about = { region_id: regionId(place), site_id: siteId, device_id: null, credential_id: null }
      const id = await insert('checks', 'check', { name: `check ${++count}`, kind: 'tcp', spec, limits: '[]', ...about, ...rhythm }) // prettier-ignore
      const point = { check_id: id, collector_id: collectorId, outcome: null, outcome_at: null, ...stamps() }
      return { id, pointId: await insert('check_points', 'checkPoint', point) }
    },
    /** Counts once the service has loaded it. */
    window: async (place: Place, deviceId: string) => {
      const times = { starts_at: context.now, ends_at: context.now + 3_600_000, recurrence: null, recurs_until: null, note: null }
      const by = { source: 'manual', reference: null, carrier_id: null, created_by: null, cancelled_at: null, cancelled_by: null } as const
      const id = await insert('windows', 'window', { region_id: regionId(place), title: `window ${++count}`, ...times, ...by, ...stamps() })
      await db.insertInto('window_scopes').values({ window_id: id, entity_type: 'device', entity_id: deviceId }).execute()
      await services.windows.load()
      return id
    }, // prettier-ignore
    drill: (place: Place, linkId: string, circuitId: string) =>
      insert('drills', 'drill', {
        link_id: linkId, region_id: regionId(place), circuit_id: circuitId, window_id: null, planned_at: context.now + 3_600_000, planned_by: null,
        started_at: null, ended_at: null, outcome: null, record: JSON.stringify(newRecord(context.now + 7_200_000, null)), cancelled_at: null, ...stamps(),
      }), // prettier-ignore
    policy: (place: Place) =>
      insert('incident_policies', 'policy', {
        region_id: regionId(place), position: 0, name: `policy ${++count}`, match: '{}', action: '{"open":"never"}', enabled: 0,
        archived_at: null, ...stamps(),
      }), // prettier-ignore
    mailbox: (place: Place) => {
      const nowhere = { host: '127.0.0.1', port: 1, security: 'none', verifyTls: true, username: '' }
      return insert('mailboxes', 'mailbox', {
        region_id: regionId(place), team_id: null, name: `mailbox ${++count}`, address: `m${count}@test.invalid`,
        imap: JSON.stringify({ ...nowhere, folder: 'INBOX' }), smtp: JSON.stringify(nowhere), secret: null, uid_validity: null,
        last_uid: 0, error: null, checked_at: null, enabled: 0, archived_at: null, ...stamps(),
      }) // prettier-ignore
    },
    channel: (place: Place) =>
      insert('notify_channels', 'channel', {
        region_id: regionId(place), kind: 'webhook', name: `channel ${++count}`, settings: '{"kind":"webhook","url":"http://127.0.0.1:1/"}',
        secret: context.secrets.seal({ signKey: 'k' }, 'channel'), enabled: 0, archived_at: null, ...stamps(),
      }), // prettier-ignore
    route: (place: Place) =>
      insert('notify_routes', 'route', {
        region_id: regionId(place), position: 0, name: `route ${++count}`, match: JSON.stringify({ severities: [], classes: [], conditions: [], hours: 'any' }),
        steps: '[{"afterMinutes":0,"to":[{"kind":"scope"}]}]', enabled: 0, archived_at: null, ...stamps(),
      }), // prettier-ignore
    roster: (place: Place) =>
      insert('duty_rosters', 'roster', {
        region_id: regionId(place), team_id: null, name: `roster ${++count}`, archived_at: null, ...stamps(),
        rotation: JSON.stringify({ turn: 'daily', userIds: [], from: '2026-11-01', handoverMinute: 510, handoverWeekday: 1 }),
      }), // prettier-ignore
    shift: (rosterId: string, userId: string) =>
      insert('duty_shifts', 'shift', { roster_id: rosterId, user_id: userId, starts_at: context.now, ends_at: context.now + 1, note: null, ...stamps() }), // prettier-ignore
    /** On the console of all who see the place. */
    notice: (place: Place, state: 'sent' | 'failed' = 'sent') =>
      insert('notify_deliveries', 'delivery', {
        thread_id: null, region_id: regionId(place), channel_id: null, user_id: null, address: '', event: 'opened', state, attempts: 1,
        message: JSON.stringify({ event: 'opened', severity: 'major', title: `notice ${place}`, region: place, sinceMs: 1, untilMs: null, cause: '', cutOff: { count: 0, names: [] }, nextStep: '', carriers: [], alarmId: null, ticket: null }),
        next_at: null, sent_at: context.now, error: null, remote_id: null, ...stamps(),
      }), // prettier-ignore
    alarm: (place: Place, deviceId: string) =>
      insert('alarms', 'alarm', {
        entity_type: 'device', entity_id: deviceId, entity_name: `device ${place}`, region_id: regionId(place),
        condition: 'device-down', ...severityAt[place], state: 'firing', flapping: 0,
        details: JSON.stringify({ values: {} }), evidence: '[]', started_at: context.now, fired_at: context.now, cleared_at: null,
        acknowledged_by: null, acknowledged_at: null, ...stamps(),
      }), // prettier-ignore
    plannedChange: async (place: Place, deviceId: string) => {
      const id = await insertTicket(place, { kind: 'change', state: 'draft' })
      await db.insertInto('ticket_entities').values({ ticket_id: id, entity_type: 'device', entity_id: deviceId, name: place, role: 'affected' }).execute()
      await db.insertInto('changes').values({
        ticket_id: id, type: 'normal', model_id: null, risk: 1, assessment: '{}', reason: '', plan: '', test_plan: '', backout: '', tasks: '[]', starts_at: context.now, ends_at: context.now + 3_600_000,
        window_id: null, started_at: null, ended_at: null, outcome: null, review: null, review_due_at: null, reviewed_by: null,
      }).execute()
      return id
    }, // prettier-ignore
    problem: async (place: Place) => {
      const id = await insertTicket(place, { kind: 'problem', state: 'new' })
      const blank = { root_cause: null, workaround: null, article_id: null, known_error_at: null }
      await db
        .insertInto('problems')
        .values({ ticket_id: id, ...blank })
        .execute()
      return id
    },
    /** Beside the number that the region's people call. */
    call: async (place: Place) => {
      await db.insertInto('hotlines').values({ region_id: regionId(place), phone: `0311-${place}`, updated_at: 1 }).onConflict((on) => on.doNothing()).execute() // prettier-ignore
      return insert('calls', 'call', {
        region_id: regionId(place), number: '13800000000', digits: '13800000000', direction: 'in', line: null, call_id: null, user_id: null, name: null, site_id: null,
        rung_for: null, answered_by: null, answered_at: null, ticket_id: null, started_at: context.now, ended_at: null, note: null, ...stamps(),
      }) // prettier-ignore
    },
    ticket: (place: Place) => insertTicket(place, { kind: 'incident', state: 'new' }),
    job: (place: Place, deviceId: string) =>
      insert('jobs', 'job', {
        kind: 'poll', state: 'waiting', device_id: deviceId, collector_id: null, playbook: null,
        params: JSON.stringify({ about: { name: place, regionId: regionId(place) } }), result: null, error: null,
        alarm_id: null, ticket_id: null, started_by: null, created_at: context.now, ended_at: null,
      }), // prettier-ignore
    discovery: async (place: Place, state: string) => {
      const jobId = await insert('jobs', 'job', {
        kind: 'sweep', state, device_id: null, collector_id: null, playbook: null,
        params: JSON.stringify({ about: { name: place, regionId: regionId(place) } }), result: null, error: null,
        alarm_id: null, ticket_id: null, started_by: null, created_at: context.now, ended_at: null,
      }) // prettier-ignore
      const scope = { ranges: ['10.66.0.0/30'], seeds: [], within: [], without: [], mostSteps: 0, port: 161, perSecond: 10, isSilentAsked: false } // prettier-ignore
      return insert('discoveries', 'discovery', {
        region_id: regionId(place), collector_id: 'col_x', name: place, scope: JSON.stringify(scope), credential_ids: '[]',
        job_id: jobId, asked_before: 0, asked: 0, created_by: null, ...stamps(),
      }) // prettier-ignore
    },
    stateChange: (place: Place, deviceId: string) =>
      insert('state_changes', 'stateChange', {
        entity_id: deviceId, entity_type: 'device', region_id: regionId(place), from_state: 'up', to_state: 'down',
        at: context.now, evidence: '[]',
      }), // prettier-ignore
    token: (userId: string, place: Place) =>
      insert('api_tokens', 'token', {
        user_id: userId, name: `token ${++count}`, secret_hash: `hash ${count}`, permissions: '["estate.read"]', region_id: regionId(place),
        expires_at: context.now + 86_400_000, used_at: null, used_address: null, revoked_at: null, ...stamps(),
      }), // prettier-ignore
    provider: () =>
      insert('identity_providers', 'provider', {
        kind: 'ldap', name: `provider ${++count}`, enabled: 0, secret: null,
        settings: JSON.stringify(settingsOf('ldap', directory(regionId('parent')))), ...stamps(),
      }), // prettier-ignore
    /** A record of the trail about a device here; its number. */
    record: async (place: Place, deviceId: string): Promise<number> => {
      const entity = { type: 'device', id: deviceId, name: place }
      await services.audit.tell({ action: 'estate.device-changed', entity, regionId: regionId(place) })
      return (await db.selectFrom('audit_head').select('seq').executeTakeFirstOrThrow()).seq
    },
    /** Signed in: with the password `goodPassword`, should it be asked for again. */
    person: async (role: Role, regionCode: string): Promise<Person> => {
      const user = userAt(regions.get(regionCode)!, [role])
      const userId = await services.identity.createUser(user)
      return { userId, username: user.username, ...(await signedIn(userId)) }
    },
    signedIn,
  }

  async function signedIn(userId: string): Promise<Pick<Person, 'cookie' | 'ask'>> {
    const id = await services.sessions.open(userId, { address: '127.0.0.1', userAgent: 'test' })
    const cookie = `zongheng=${encodeURIComponent(app.encodeSecureSession(app.createSecureSession({ id })))}`
    return { cookie, ask: askWith(t, cookie) }
  }
}

/** One a place, so that counts tell whose they are. */
const severityAt = {
  own: { severity: 'major', cause_id: null },
  parent: { severity: 'critical', cause_id: null },
  child: { severity: 'minor', cause_id: null },
  sibling: { severity: 'warning', cause_id: null },
  other: { severity: 'warning', cause_id: 'alm_explains' },
} as const

export const directory = (defaultRegionId: string) => ({
  url: 'ldap://127.0.0.1:1',
  baseDn: 'dc=example',
  userFilter: '(uid={username})',
  attributes: {},
  defaultRegionId,
  groups: [],
})

/** The simulator's control: a cut circuit at each place. */
const simulated = (): Server =>
  createServer((request, response) => {
    const fault = (place: string) => ({
      id: `flt_${place}`,
      kind: 'circuit-cut',
      target: place,
      startedAt: 1,
    })
    if (request.method === 'DELETE') return void response.writeHead(204).end()
    response.setHeader('content-type', 'application/json')
    if (request.method === 'GET') return void response.end(JSON.stringify({ items: placeNames.map(fault) }))
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => response.end(JSON.stringify(fault(JSON.parse(body).target))))
  })
