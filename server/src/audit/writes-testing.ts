/** Every route that writes, with a request that succeeds: what the completeness of the trail is tested against. */
import type { Fact } from '@zongheng/collector/contract.ts'
import { attachmentPost } from '../files/files-testing.ts'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newId } from '@zongheng/inventory/id.ts'
import { generateSync } from 'otplib'
import writeXlsxFile from 'write-excel-file/node'
import { circuitColumns, deviceColumns } from '../estate/import/columns.ts'
import type { Ask, Someone, World } from './writing-testing.ts'

export interface Written {
  who: Someone
  ask: Ask
}

const region = (w: World, code = '130100') => w.regions.get(code)!
const snmp = { version: '2c', community: 'Community-9' }
const newUser = (w: World) => ({ username: newId('user').replace('_', '-'), displayName: '王芳', regionId: region(w) }) // prettier-ignore
const heldRelease = async ({ context }: World) => {
  const folder = join(context.config.dataDir, 'releases')
  mkdirSync(folder, { recursive: true })
  const held = {
    release: '2.0.0-b',
    version: '2.0.0',
    platform: 'linux-x64',
    bytes: 1,
    sha256: '0'.repeat(64),
    addedAt: 0,
  }
  writeFileSync(join(folder, '2.0.0-b.json'), JSON.stringify(held))
  return held.release
}
const user = async (w: World) => (await w.done(w.system, 'POST', { url: '/users', body: newUser(w) })).json().user.id as string // prettier-ignore
const team = async (w: World) => (await w.done(w.system, 'POST', { url: '/teams', body: { name: newId('team'), regionId: region(w) } })).json().id as string // prettier-ignore
const savedView = { name: '专线', page: 'tickets', query: { category: 'line' } }
const cannedAnswer = (w: World) => ({
  regionId: w.regions.get('130000')!,
  title: '已收到',
  body: '{ticket.number} 已收到',
})
const made = async (w: World, url: string, body: object) =>
  (await w.done(w.network, 'POST', { url, body })).json().id as string
const ticket = async (w: World) => (await w.done(w.network, 'POST', { url: '/tickets', body: { title: '断网', description: '' } })).json().id as string // prettier-ignore
/** Of the region that the tickets are of. */
const specialists = async (w: World) => (await w.done(w.system, 'POST', { url: '/teams', body: { name: newId('team'), regionId: region(w, '130000') } })).json().id as string // prettier-ignore
const majorTicket = async (w: World) => {
  const id = await ticket(w)
  await w.done(w.network, 'POST', { url: `/tickets/${id}/major`, body: { major: true } })
  return id
}
/** Of a ticket that somebody without an account wrote about, and that is done. */
const ratingToken = async (w: World) => {
  const id = await ticket(w)
  const set = {
    requester_id: null,
    contact_email: 'a@test.invalid',
    state: 'resolved',
    resolved_at: w.context.now,
  }
  const row = await w.context.db.updateTable('tickets').set(set).where('id', '=', id).returningAll().executeTakeFirstOrThrow() // prettier-ignore
  return w.services.mail.ratingLinks.tokenOf(row)!
}
const anothersTicket = async (w: World) => {
  const id = await ticket(w)
  await w.context.db.updateTable('tickets').set({ requester_id: null }).where('id', '=', id).execute()
  return id
}
const anothersTicketOfYesterday = async (w: World) => {
  const id = await ticket(w)
  await w.context.db
    .updateTable('tickets')
    .set({ created_at: w.context.now - 3000 })
    .where('id', '=', id)
    .execute()
  return id
}
const newTarget = (w: World) => ({ regionId: region(w), name: newId('target'), kind: 'sla', position: 1, match: { priorities: ['P4'] }, responseMs: null, resolutionMs: 3_600_000, calendarId: null, pauses: [], enabled: false }) // prettier-ignore
const newCalendar = (w: World) => ({ regionId: region(w), name: newId('calendar'), week: [[], [[540, 1020]], [], [], [], [], []], off: [], worked: [], statutory: true }) // prettier-ignore
const newEscalation = (w: World) => ({ regionId: region(w), name: newId('escalationRule'), position: 1, match: {}, steps: [{ percent: 100, tell: ['team'], moveTo: null }], enabled: false }) // prettier-ignore
const deskRule = async (w: World, kind: string, body: object) => `/desk-rules/${kind}/${(await w.done(w.network, 'POST', { url: `/desk-rules/${kind}`, body })).json().id}` // prettier-ignore
const ssh = async (w: World) => w.done(w.network, 'PUT', { url: `/devices/${w.ids.get('市-RT')}/ssh-credential`, body: { username: 'a', password: 'b' } }) // prettier-ignore
const newItem = (w: World) => ({ regionId: region(w, '130000'), key: newId('catalogueItem').replaceAll('_', '-'), name: '耗材', category: 'other', description: '', icon: 'desk', form: [], approvals: [], tasks: [{ name: '备货' }], teamId: null, priority: 'P4', receipt: true }) // prettier-ignore
const item = async (w: World, more: object = {}) => (await w.done(w.network, 'POST', { url: '/catalogue/items', body: { ...newItem(w), ...more } })).json().id as string // prettier-ignore
const request = async (w: World, more: object = {}) => (await w.done(w.network, 'POST', { url: '/requests', body: { itemId: await item(w, more), answers: {} } })).json().ticketId as string // prettier-ignore
const task = async (w: World, ticketId: string) => (await w.done(w.network, 'GET', { url: `/tickets/${ticketId}/tasks` })).json().items[0].id as string // prettier-ignore
const newDeputy = async (w: World) => ({ deputyId: await user(w), startsAt: w.context.now, endsAt: w.context.now + 1000 }) // prettier-ignore
const run = (w: World) => ({ playbook: 'collect-diagnostics', deviceId: w.ids.get('市-RT') })
const collector = async (w: World) => (await w.done(w.system, 'POST', { url: '/collectors', body: { name: newId('collector') } })).json() as { collectorId: string; token: string } // prettier-ignore
const newChannel = (w: World) => ({ name: newId('channel'), regionId: region(w), settings: { kind: 'webhook', url: 'http://127.0.0.1:1/' }, secret: { signKey: 'k' } }) // prettier-ignore
const channel = async (w: World) => (await w.done(w.network, 'POST', { url: '/notify/channels', body: newChannel(w) })).json().id as string // prettier-ignore
const mailServer = { host: '127.0.0.1', port: 1, security: 'none', verifyTls: true, username: '' }
const newMailbox = (w: World) => ({ name: newId('mailbox'), address: 'desk@test.invalid', regionId: region(w), imap: { ...mailServer, folder: 'INBOX' }, smtp: mailServer, enabled: false }) // prettier-ignore
const mailbox = async (w: World) => (await w.done(w.network, 'POST', { url: '/mailboxes', body: newMailbox(w) })).json().id as string // prettier-ignore
const newRoute = (w: World) => ({ name: newId('route'), regionId: region(w), match: { severities: [], classes: [], conditions: [], hours: 'any' }, steps: [{ afterMinutes: 0, to: [{ kind: 'scope' }] }] }) // prettier-ignore
const route = async (w: World) => (await w.done(w.network, 'POST', { url: '/notify/routes', body: newRoute(w) })).json().id as string // prettier-ignore
const newRoster = (w: World) => ({ name: newId('roster'), regionId: region(w), rotation: { turn: 'daily', userIds: [], from: '2026-11-01', handoverMinute: 510, handoverWeekday: 1 } }) // prettier-ignore
const roster = async (w: World) => (await w.done(w.network, 'POST', { url: '/notify/rosters', body: newRoster(w) })).json().id as string // prettier-ignore
const newShift = async (w: World) => ({ userId: await user(w), startsAt: w.context.now, endsAt: w.context.now + 60_000 }) // prettier-ignore
const failedDelivery = async (w: World) => {
  const id = newId('delivery')
  const message = JSON.stringify({ title: '断网' })
  const stamps = { created_at: 1, updated_at: 1 }
  await w.context.db
    .insertInto('notify_deliveries')
    .values({
      id,
      thread_id: null,
      region_id: region(w),
      channel_id: null,
      user_id: null,
      address: '',
      event: 'opened',
      message,
      state: 'failed',
      attempts: 1,
      next_at: null,
      sent_at: null,
      error: 'timeout',
      remote_id: null,
      ...stamps,
    }) // prettier-ignore
    .execute()
  return id
}
const newCheck = async (w: World) => {
  const row = await w.context.db.selectFrom('collectors').select('id').where('key_hash', '=', 'x').executeTakeFirstOrThrow()
  w.services.uplink.presence.arrived(row.id)
  return { name: newId('check'), spec: { kind: 'tcp', host: '127.0.0.1', port: 80, expect: '' }, regionId: region(w), collectorIds: [row.id] }
} // prettier-ignore
const newDiscovery = async (w: World) => ({ name: newId('discovery'), regionId: region(w), collectorId: (await collector(w)).collectorId, ranges: ['10.66.0.0/30'], snmp: [{ version: '2c', community: 'c' }] }) // prettier-ignore
const discovery = async (w: World) => (await w.done(w.network, 'POST', { url: '/discoveries', body: await newDiscovery(w) })).json().id as string // prettier-ignore
const stoppedDiscovery = async (w: World) => (await w.done(w.network, 'POST', { url: `/discoveries/${await discovery(w)}/stop` })).json().id as string // prettier-ignore
let finds = 0
async function foundBy(w: World, ask: (discoveryId: string, findId: string) => Ask): Promise<Ask> {
  const id = await discovery(w)
  const { job_id: jobId, credential_ids: credentials } = await w.context.db.selectFrom('discoveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow() // prettier-ignore
  const identity = { vendor: '', os: '', category: 'ups', sysObjectID: '', sysName: '', sysDescr: '', hardware: '', version: '', serial: '' } // prettier-ignore
  const fact: Extract<Fact, { kind: 'found' }> = { kind: 'found', jobId, atMs: w.context.now, address: `10.66.0.${++finds}`, rttMs: null, from: null, credentialId: JSON.parse(credentials)[0], device: { identity, interfaces: [], sensors: [], addresses: [] }, beside: [] } // prettier-ignore
  await w.services.discoveries.take(w.context.db, fact)
  const find = await w.context.db.selectFrom('discovery_finds').select('id').where('discovery_id', '=', id).executeTakeFirstOrThrow() // prettier-ignore
  return ask(id, find.id)
}
const check = async (w: World) => (await w.done(w.network, 'POST', { url: '/checks', body: await newCheck(w) })).json().id as string // prettier-ignore
const newService = (w: World) => ({ name: newId('service'), kind: 'portal', criticality: 'normal', regionId: region(w) }) // prettier-ignore
const service = async (w: World) => (await w.done(w.network, 'POST', { url: '/services', body: newService(w) })).json().id as string // prettier-ignore
const newRelation = async (w: World) => ({ kind: 'depends-on', fromId: await service(w), toId: w.ids.get('市-RT') }) // prettier-ignore
const newRoom = async (w: World) => {
  const deviceId = w.ids.get('市-RT')!
  return { name: newId('room'), siteId: (await w.services.estate.model()).devices.get(deviceId)!.siteId, deviceId } // prettier-ignore
}
const room = async (w: World) => {
  const { deviceId, ...body } = await newRoom(w)
  return { id: (await w.done(w.network, 'POST', { url: '/rooms', body })).json().id as string, deviceId }
}
const newPoint = async (w: World) => ({ siteId: (await newRoom(w)).siteId, code: newId('point') })
const point = async (w: World) => (await w.done(w.network, 'POST', { url: '/points', body: await newPoint(w) })).json().id as string // prettier-ignore
const rack = async (w: World) => {
  const { id, deviceId } = await room(w)
  const made = await w.done(w.network, 'POST', { url: `/rooms/${id}/racks`, body: { name: 'A01' } })
  return { id: made.json().racksOf[0].id as string, roomId: id, deviceId }
}
const newLogRule = (w: World) => ({ regionId: region(w), name: newId('logRule'), match: { names: ['linkDown'] }, action: { kind: 'ignore' }, enabled: true }) // prettier-ignore
const logRule = async (w: World) => (await w.done(w.network, 'POST', { url: '/log-rules', body: newLogRule(w) })).json().id as string // prettier-ignore
const newRule = (w: World) => ({ regionId: region(w), basedOn: 'cpu-high', name: newId('rule'), settings: { above: 95 } }) // prettier-ignore
const rule = async (w: World) => (await w.done(w.network, 'POST', { url: '/conditions/rules', body: newRule(w) })).json().id as string // prettier-ignore
const apiToken = (w: World) => ({ name: newId('token'), permissions: ['estate.read'], regionId: region(w, '130000'), expiresAt: w.context.now + 86_400_000 }) // prettier-ignore
const deviceNamed = (w: World, address: string) => ({ regionId: region(w), name: address, role: 'access-switch', address, snmp }) // prettier-ignore
const directory = (w: World) => ({
  kind: 'ldap',
  name: newId('provider'),
  enabled: false,
  settings: {
    url: 'ldap://127.0.0.1:1',
    baseDn: 'dc=example',
    userFilter: '(uid={username})',
    attributes: {},
    defaultRegionId: region(w),
    groups: [],
  },
})
const provider = async (w: World) => (await w.done(w.security, 'POST', { url: '/identity-providers', body: directory(w) })).json().id as string // prettier-ignore
const granted = async (w: World) => (await w.done(w.security, 'POST', { url: '/grants', body: { userId: await user(w), role: 'viewer', regionId: region(w) } })).json().id as string // prettier-ignore

const newWindow = (w: World) => ({ title: '割接', source: 'manual', scopes: [{ type: 'device', id: w.ids.get('市-RT')! }], startsAt: w.context.now, endsAt: w.context.now + 3_600_000 }) // prettier-ignore
const siteOf = (w: World) => w.services.state.model.devices.get(w.ids.get('市-RT')!)!.siteId
const newBooking = (w: World) => ({ title: '视频会议', kind: 'video', siteIds: [siteOf(w)], startsAt: w.context.now, endsAt: w.context.now + 3_600_000 }) // prettier-ignore
const someSite = (w: World) => [...w.services.state.model.sites.keys()][0]!
const call = async (w: World) => (await w.done(w.network, 'POST', { url: '/hotline/calls', body: { callId: newId('call'), number: '13900000001' } })).json().id as string // prettier-ignore
const booking = async (w: World) => (await w.done(w.network, 'POST', { url: '/bookings', body: newBooking(w) })).json().id as string // prettier-ignore
const newArticle = { title: '断网怎么办', summary: '', body: '先看灯', category: 'line' }
const base = { version: 1, revision: 1 }
const article = async (w: World, who: Someone = w.network) => (await w.done(who, 'POST', { url: '/articles', body: { ...newArticle, regionId: region(w) } })).json().id as string // prettier-ignore
const reviewed = async (w: World) => {
  const author = await w.person('manager')
  const id = await article(w, author)
  await w.done(author, 'POST', { url: `/articles/${id}/submit` })
  return id
}
const published = async (w: World) => {
  const id = await reviewed(w)
  await w.done(w.network, 'POST', { url: `/articles/${id}/publish`, body: { base } })
  return id
}
const newFreeze = (w: World) => ({ regionId: region(w), name: '两会保障', startsAt: w.context.now, endsAt: w.context.now + 3_600_000 }) // prettier-ignore
const newModel = (w: World) => ({ regionId: region(w), name: '升级', template: { title: '升级', reason: '', plan: '', testPlan: '', backout: '', durationMinutes: 60, tasks: [] } }) // prettier-ignore
const newChange = (w: World) => ({ type: 'normal', title: '升级', reason: '', plan: '', testPlan: '', backout: '', entityIds: [w.ids.get('市-RT')!], startsAt: w.context.now, endsAt: w.context.now + 3_600_000 }) // prettier-ignore
const newProblem = { title: '反复中断', description: '', incidentIds: [] }
const modelOf = async (w: World, who: Someone) => (await w.done(who, 'POST', { url: '/changes/models', body: newModel(w) })).json() as { id: string; updatedAt: number } // prettier-ignore
const changeModel = async (w: World) => (await modelOf(w, w.network)).id
/** A circuit that has been down for an hour. */
const outage = async ({ context: { db, now }, ids, regions }: World) => {
  const about = { entity_id: ids.get('正定-主')!, entity_type: 'circuit', region_id: regions.get('130123')!, evidence: '[]' }
  const at = now - 3_600_000
  await db.deleteFrom('state_changes').where('entity_id', '=', about.entity_id).execute()
  await db.insertInto('state_changes').values({ ...about, id: newId('stateChange'), from_state: 'up', to_state: 'down', at }).execute()
  await db.insertInto('entity_states').values({ ...about, state: 'down', since: at }).onConflict((on) => on.doNothing()).execute()
  return `/circuits/${about.entity_id}/outages/${at}/cause`
} // prettier-ignore
const window = async (w: World) => (await w.done(w.network, 'POST', { url: '/windows', body: newWindow(w) })).json().id as string // prettier-ignore
let drills = 0
const newDrill = (w: World) => ({ linkId: w.ids.get('市-正定')!, startsAt: w.context.now + ++drills * 3_600_000, minutes: 30 }) // prettier-ignore
const newPolicy = (w: World) => ({
  regionId: region(w),
  name: '不建单',
  match: {},
  action: { open: 'never' },
})
const policy = async (w: World) => (await w.done(w.network, 'POST', { url: '/incident-policies', body: newPolicy(w) })).json().id as string // prettier-ignore

const codeAt = (w: World, secret: string) => generateSync({ secret, epoch: Math.floor(w.context.now / 1000) })

async function totp(w: World, who: Someone): Promise<string> {
  const offer = await w.done(who, 'POST', { url: '/me/totp', body: { password: who.password } })
  const { secret } = offer.json<{ secret: string }>()
  await w.done(who, 'POST', { url: '/me/totp/confirm', body: { code: codeAt(w, secret) } })
  return secret
}

async function alarm({ context, ids, regions }: World): Promise<string> {
  const id = newId('alarm')
  const now = context.now
  await context.db.insertInto('alarms').values({
    id, entity_type: 'device', entity_id: ids.get('市-RT')!, entity_name: '市-RT', region_id: regions.get('130100')!,
    condition: 'device-down', severity: 'major', state: 'firing', cause_id: null, flapping: 0,
    details: JSON.stringify({ values: {} }), evidence: '[]', started_at: now, fired_at: now, cleared_at: null,
    acknowledged_by: null, acknowledged_at: null, created_at: now, updated_at: now,
  }).execute() // prettier-ignore
  return id
}

async function spreadsheet(): Promise<Pick<Ask, 'body' | 'headers'>> {
  const row = { regionCode: '130224', name: '滦南-RT-01', role: '接入路由器', address: '10.2.24.1', community: 'public' } // prettier-ignore
  const heads = (columns: object) => Object.values(columns as Record<string, { zh: string }>).map(({ zh }) => ({ value: zh })) // prettier-ignore
  const cells = Object.keys(deviceColumns).map((key) => {
    const value = (row as Record<string, string>)[key]
    return value === undefined ? null : { value }
  })
  const sheets = [
    { sheet: '设备', data: [heads(deviceColumns), cells] },
    { sheet: '线路', data: [heads(circuitColumns)] },
  ]
  const file = await writeXlsxFile(sheets as never).toBuffer()
  return uploaded(file)
}

function uploaded(file: Buffer): Pick<Ask, 'body' | 'headers'> {
  const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
  const headers = {
    'content-type': 'multipart/form-data; boundary=x',
    origin: 'http://localhost',
    host: 'localhost',
  }
  return { body: Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--x--\r\n')]), headers }
}

/** A port that says another carrier than is recorded. */
async function difference(w: World): Promise<string> {
  const { interfaceId } = (await w.services.estate.model()).circuits.get(w.ids.get('正定-主')!)!.z
  await w.context.db.updateTable('interfaces').set({ if_alias: '联通' }).where('id', '=', interfaceId).execute() // prettier-ignore
  return (await w.services.topology.draw({ regionPaths: ['/'] })).differences.find(({ kind }) => kind === 'words')!.key // prettier-ignore
}

async function dismissed(w: World): Promise<string> {
  const { differences } = await w.services.topology.draw({ regionPaths: ['/'] })
  return differences.find(({ dismissal }) => dismissal)!.dismissal!.id
}

async function newLink(w: World, lower = '唐山') {
  const at = async (key: string) => {
    const { items } = (await w.network.inject({ url: `/interfaces?deviceId=${w.ids.get(key)}` })).json()
    return (items as { id: string; ifName: string }[]).find(({ ifName }) => ifName === 'GE9')!.id
  }
  const circuit = {
    role: 'primary',
    number: `NEW-${lower}`,
    carrier: '中国电信',
    access: 'mstp',
    bandwidthBps: 1e7,
  }
  return {
    upperSiteId: w.ids.get('市'),
    lowerSiteId: w.ids.get(lower),
    circuits: [{ ...circuit, aInterfaceId: await at('市-RT'), zInterfaceId: await at(`${lower}-RT`) }],
  }
}

type Writes = (w: World) => Promise<Written>
const by = (who: keyof Pick<World, 'network' | 'system' | 'security' | 'auditor'>, ask: (w: World) => Ask | Promise<Ask>): Writes => async (w) => ({ who: w[who], ask: await ask(w) }) // prettier-ignore
/** By somebody new, on what is their own. */
const own =
  (ask: (w: World, who: Awaited<ReturnType<World['person']>>) => Ask | Promise<Ask>): Writes =>
  async (w) => {
    // prettier-ignore
    const who = await w.person()
    return { who, ask: await ask(w, who) }
  }
const nobody = (ask: (w: World) => Ask | Promise<Ask>): Writes => async (w) => ({ who: { inject: w.anyone, userId: '' }, ask: await ask(w) }) // prettier-ignore

/** Routes that change nothing worth a record, and why. */
export const unrecorded: Record<string, string> = {
  'POST /notices/seen': "how far one has looked is nobody else's business",
  'POST /me/totp': 'an offer: nothing counts before it is confirmed',
  'POST /conditions/try': 'nothing is changed: what was measured is read',
  'POST /windows/preview': 'nothing is kept',
  'POST /bookings/preview': 'nothing is kept',
  'POST /changes/preview': 'nothing is kept',
  'POST /rating-links': 'a look: a POST keeps the token out of the address',
}

// prettier-ignore
export const writes: Record<string, Writes> = {
  'POST /session': nobody(async (w) => { const { username, password } = await w.person(); return { url: '/session', body: { username, password } } }),
  'POST /session/totp': async (w) => {
    const who = await w.person()
    const secret = await totp(w, who)
    w.context.now += 60_000
    const body = { username: who.username, password: who.password }
    const cookie = String((await w.anyone({ method: 'POST', url: '/session', body })).headers['set-cookie']).split(';')[0]!
    return { who: { userId: who.userId, inject: (request) => w.anyone({ ...request, headers: { cookie, ...request.headers } }) }, ask: { url: '/session/totp', body: { code: codeAt(w, secret) } } }
  },
  'DELETE /session': own(() => ({ url: '/session' })),
  'POST /session/view-as': async (w) => ({ who: await w.person('security-admin'), ask: { url: '/session/view-as', body: { userId: (await w.person('viewer')).userId, reason: '核对权限' } } }),
  'DELETE /session/view-as': async (w) => {
    const who = await w.person('security-admin')
    await w.done(who, 'POST', { url: '/session/view-as', body: { userId: (await w.person('viewer')).userId, reason: '核对权限' } })
    return { who, ask: { url: '/session/view-as' } }
  },
  'PATCH /me': own(() => ({ url: '/me', body: { phone: '13900000000' } })),
  'PUT /me/password': own((_w, { password }) => ({ url: '/me/password', body: { current: password, next: 'Another-horse-8' } })),
  'POST /me/totp': own((_w, { password }) => ({ url: '/me/totp', body: { password } })),
  'POST /me/totp/confirm': own(async (w, who) => {
    const { secret } = (await w.done(who, 'POST', { url: '/me/totp', body: { password: who.password } })).json<{ secret: string }>()
    return { url: '/me/totp/confirm', body: { code: codeAt(w, secret) } }
  }),
  'POST /me/totp/remove': own(async (w, who) => (await totp(w, who), { url: '/me/totp/remove', body: { password: who.password } })),
  'POST /me/recovery-codes': own(async (w, who) => (await totp(w, who), { url: '/me/recovery-codes', body: { password: who.password } })),
  'DELETE /me/sessions': own(async (w, { username, password }) => (await w.anyone({ method: 'POST', url: '/session', body: { username, password } }), { url: '/me/sessions' })),
  'DELETE /me/sessions/:id': own(async (w, who) => {
    await w.anyone({ method: 'POST', url: '/session', body: { username: who.username, password: who.password } })
    const { items } = (await who.inject({ url: '/me/sessions' })).json<{ items: { id: string; isCurrent: boolean }[] }>()
    return { url: `/me/sessions/${items.find(({ isCurrent }) => !isCurrent)!.id}` }
  }),
  'POST /me/tokens': own((w) => ({ url: '/me/tokens', body: apiToken(w) })),
  'DELETE /me/tokens/:id': own(async (w, who) => ({ url: `/me/tokens/${(await w.done(who, 'POST', { url: '/me/tokens', body: apiToken(w) })).json().id}` })),
  'PUT /policy': by('security', async (w) => ({ url: '/policy', body: { ...(await w.security.inject({ url: '/policy' })).json<object>(), tokenMaxDays: 30 } })),
  'DELETE /users/:id/sessions': by('security', async (w) => ({ url: `/users/${(await w.person()).userId}/sessions` })),
  'DELETE /users/:id/totp': by('security', async (w) => { const who = await w.person(); await totp(w, who); return { url: `/users/${who.userId}/totp` } }),
  'DELETE /users/:id/tokens/:tokenId': by('security', async (w) => {
    const who = await w.person()
    return { url: `/users/${who.userId}/tokens/${(await w.done(who, 'POST', { url: '/me/tokens', body: apiToken(w) })).json().id}` }
  }),
  'POST /identity-providers': by('security', (w) => ({ url: '/identity-providers', body: directory(w) })),
  'PATCH /identity-providers/:id': by('security', async (w) => ({ url: `/identity-providers/${await provider(w)}`, body: { name: '目录服务' } })),
  'DELETE /identity-providers/:id': by('security', async (w) => ({ url: `/identity-providers/${await provider(w)}` })),
  'POST /identity-providers/:id/test': by('security', async (w) => ({ url: `/identity-providers/${await provider(w)}/test`, body: {} })),
  'POST /users': by('system', (w) => ({ url: '/users', body: newUser(w) })),
  'PATCH /users/:id': by('system', async (w) => ({ url: `/users/${await user(w)}`, body: { post: '科长' } })),
  'POST /users/:id/password': by('system', async (w) => ({ url: `/users/${await user(w)}/password` })),
  'POST /users/:id/disable': by('system', async (w) => ({ url: `/users/${await user(w)}/disable` })),
  'POST /users/:id/enable': by('system', async (w) => { const id = await user(w); await w.done(w.system, 'POST', { url: `/users/${id}/disable` }); return { url: `/users/${id}/enable` } }),
  'POST /users/:id/unlock': by('system', async (w) => {
    const id = await user(w)
    await w.context.db.updateTable('users').set({ failed_count: 9, locked_until: w.context.now + 60_000 }).where('id', '=', id).execute()
    return { url: `/users/${id}/unlock` }
  }),
  'POST /grants': by('security', async (w) => ({ url: '/grants', body: { userId: await user(w), role: 'viewer', regionId: region(w) } })),
  'DELETE /grants/:id': by('security', async (w) => ({ url: `/grants/${await granted(w)}` })),
  'POST /teams': by('system', (w) => ({ url: '/teams', body: { name: '机动组', regionId: region(w) } })),
  'PATCH /teams/:id': by('system', async (w) => ({ url: `/teams/${await team(w)}`, body: { name: '值守组' } })),
  'DELETE /teams/:id': by('system', async (w) => ({ url: `/teams/${await team(w)}` })),
  'PUT /teams/:id/members/:userId': by('system', async (w) => ({ url: `/teams/${await team(w)}/members/${await user(w)}` })),
  'DELETE /teams/:id/members/:userId': by('system', async (w) => {
    const url = `/teams/${await team(w)}/members/${await user(w)}`
    await w.done(w.system, 'PUT', { url })
    return { url }
  }),
  'PATCH /regions/:id': by('system', (w) => ({ url: `/regions/${region(w, '130123')}`, body: { managingParentId: region(w, '130000') } })),
  'POST /setup': nobody((w) => {
    const account = (username: string) => ({ username, displayName: username, password: 'Correct-horse-7' })
    return { url: '/setup', body: { setupCode: w.services.setup.code, provinceCode: '640000', organisation: '信息中心',
      systemAdmin: account('sys'), securityAdmin: account('sec'), auditAdmin: account('aud'), networkAdmin: account('net') } }
  }),
  'POST /devices': by('network', (w) => ({ url: '/devices?force=true', body: { ...deviceNamed(w, '10.9.9.9'), collectorId: undefined } })),
  'PATCH /devices/:id': by('network', async (w) => ({ url: `/devices/${w.ids.get('市-RT')}`, body: { name: '市-RT-1', snmp } })),
  'DELETE /devices/:id': by('network', (w) => ({ url: `/devices/${w.ids.get('市-UPS')}` })),
  'POST /devices/:id/poll': by('network', (w) => ({ url: `/devices/${w.ids.get('市-RT')}/poll` })),
  'POST /devices/:id/discover': by('network', (w) => ({ url: `/devices/${w.ids.get('市-RT')}/discover` })),
  'POST /links': by('network', async (w) => ({ url: '/links', body: await newLink(w) })),
  'POST /links/:id/circuits': by('network', async (w) => ({ url: `/links/${w.ids.get('市-正定')}/circuits`, body: { ...(await newLink(w, '正定')).circuits[0], role: 'backup' } })),
  'PATCH /circuits/:id': by('network', (w) => ({ url: `/circuits/${w.ids.get('正定-主')}`, body: { bandwidthBps: 2e7 } })),
  'POST /topology/dismissals': by('network', async (w) => ({ url: '/topology/dismissals', body: { key: await difference(w), reason: '临时' } })),
  'DELETE /topology/dismissals/:id': by('network', async (w) => {
    await w.done(w.network, 'POST', { url: '/topology/dismissals', body: { key: await difference(w), reason: '临时' } })
    return { url: `/topology/dismissals/${await dismissed(w)}` }
  }),
  'POST /devices/import': by('network', async () => ({ url: '/devices/import', ...(await spreadsheet()) })),
  'POST /demo/faults': by('network', (w) => ({ url: '/demo/faults', body: { kind: 'circuit-cut', target: w.ids.get('正定-主') } })),
  'DELETE /demo/faults/:id': by('network', () => ({ url: '/demo/faults/flt_1' })),
  'POST /alarms/:id/acknowledgement': by('network', async (w) => ({ url: `/alarms/${await alarm(w)}/acknowledgement` })),
  'DELETE /alarms/:id/acknowledgement': by('network', async (w) => {
    const url = `/alarms/${await alarm(w)}/acknowledgement`
    await w.done(w.network, 'POST', { url })
    return { url }
  }),
  'POST /alarms/acknowledgements': by('network', async (w) => ({ url: '/alarms/acknowledgements', body: { ids: [await alarm(w)] } })),
  'PUT /alarms/:id/suppression': by('network', async (w) => ({ url: `/alarms/${await alarm(w)}/suppression`, body: { until: w.context.now + 60_000, reason: '施工' } })),
  'POST /alarms/suppressions': by('network', async (w) => ({ url: '/alarms/suppressions', body: { ids: [await alarm(w)], until: w.context.now + 60_000, reason: '施工' } })),
  'DELETE /alarms/:id/suppression': by('network', async (w) => {
    const url = `/alarms/${await alarm(w)}/suppression`
    await w.done(w.network, 'PUT', { url, body: { until: w.context.now + 60_000, reason: '施工' } })
    return { url }
  }),
  'PUT /circuits/:id/outages/:at/cause': by('network', async (w) => ({ url: await outage(w), body: { cause: 'own', note: '施工' } })),
  'DELETE /circuits/:id/outages/:at/cause': by('network', async (w) => { const url = await outage(w); await w.done(w.network, 'PUT', { url, body: { cause: 'own', note: '施工' } }); return { url } }),
  'PUT /portal/site': by('network', (w) => ({ url: '/portal/site', body: { siteId: someSite(w) } })),
  'POST /portal/reports': by('network', () => ({ url: '/portal/reports', body: { key: newId('ticket').replaceAll('_', '-'), category: 'printer', text: '卡纸' } })),
  'POST /portal/outages/:id/me-too': by('network', async (w) => {
    const id = await anothersTicket(w)
    await w.context.db.updateTable('tickets').set({ major: 1, site_id: someSite(w) }).where('id', '=', id).execute()
    return { url: `/portal/outages/${id}/me-too`, body: { siteId: someSite(w) } }
  }),
  'POST /hotline/calls': by('network', () => ({ url: '/hotline/calls', body: { callId: newId('call'), number: '13900000001' } })),
  'PATCH /hotline/calls/:id': by('network', async (w) => ({ url: `/hotline/calls/${await call(w)}`, body: { note: '回电' } })),
  'POST /hotline/calls/:id/me-too': by('network', async (w) => ({ url: `/hotline/calls/${await call(w)}/me-too`, body: { ticketId: await anothersTicket(w) } })),
  'POST /hotline/tickets': by('network', (w) => ({ url: '/hotline/tickets', body: { siteId: someSite(w), category: 'network', title: '断网' } })),
  'PUT /hotline/line': by('network', () => ({ url: '/hotline/line', body: { line: '8012' } })),
  'PUT /hotline/numbers': by('network', (w) => ({ url: '/hotline/numbers', body: { regionId: region(w), phone: '0311-86681200' } })),
  'POST /bookings': by('network', (w) => ({ url: '/bookings', body: newBooking(w) })),
  'POST /bookings/preview': by('network', (w) => ({ url: '/bookings/preview', body: newBooking(w) })),
  'PATCH /bookings/:id': by('network', async (w) => ({ url: `/bookings/${await booking(w)}`, body: { note: '改期' } })),
  'POST /bookings/:id/cancel': by('network', async (w) => ({ url: `/bookings/${await booking(w)}/cancel` })),
  'POST /changes/preview': by('network', (w) => ({ url: '/changes/preview', body: { type: 'normal', entityIds: [w.ids.get('市-RT')!], startsAt: w.context.now, endsAt: w.context.now + 3_600_000, hasBackout: true, hasTest: true } })),
  'POST /changes': by('network', (w) => ({ url: '/changes', body: newChange(w) })),
  'PATCH /changes/:id': by('network', async (w) => ({ url: `/changes/${(await w.done(w.network, 'POST', { url: '/changes', body: newChange(w) })).json().ticket.id}`, body: { reason: '老化' } })),
  'POST /problems': by('network', () => ({ url: '/problems', body: newProblem })),
  'PATCH /problems/:id': by('network', async (w) => ({ url: `/problems/${(await w.done(w.network, 'POST', { url: '/problems', body: newProblem })).json().ticket.id}`, body: { rootCause: '老化' } })),
  'POST /tickets/:id/pauses': by('network', async (w) => ({ url: `/tickets/${await anothersTicketOfYesterday(w)}/pauses`, body: { from: w.context.now - 2000, until: w.context.now - 1000, reason: '停电' } })),
  'POST /desk-rules/targets': by('network', (w) => ({ url: '/desk-rules/targets', body: newTarget(w) })),
  'PATCH /desk-rules/targets/:id': by('network', async (w) => ({ url: await deskRule(w, 'targets', newTarget(w)), body: { name: '二级' } })),
  'DELETE /desk-rules/targets/:id': by('network', async (w) => ({ url: await deskRule(w, 'targets', newTarget(w)) })),
  'POST /desk-rules/calendars': by('network', (w) => ({ url: '/desk-rules/calendars', body: newCalendar(w) })),
  'PATCH /desk-rules/calendars/:id': by('network', async (w) => ({ url: await deskRule(w, 'calendars', newCalendar(w)), body: { off: ['2026-11-24'] } })),
  'DELETE /desk-rules/calendars/:id': by('network', async (w) => ({ url: await deskRule(w, 'calendars', newCalendar(w)) })),
  'POST /desk-rules/escalations': by('network', (w) => ({ url: '/desk-rules/escalations', body: newEscalation(w) })),
  'PATCH /desk-rules/escalations/:id': by('network', async (w) => ({ url: await deskRule(w, 'escalations', newEscalation(w)), body: { name: '通知' } })),
  'DELETE /desk-rules/escalations/:id': by('network', async (w) => ({ url: await deskRule(w, 'escalations', newEscalation(w)) })),
  'POST /changes/freezes': by('network', (w) => ({ url: '/changes/freezes', body: newFreeze(w) })),
  'DELETE /changes/freezes/:id': by('network', async (w) => ({ url: `/changes/freezes/${(await w.done(w.network, 'POST', { url: '/changes/freezes', body: newFreeze(w) })).json().id}` })),
  'POST /changes/models': by('network', (w) => ({ url: '/changes/models', body: newModel(w) })),
  'PATCH /changes/models/:id': by('network', async (w) => ({ url: `/changes/models/${await changeModel(w)}`, body: { name: '换件' } })),
  'POST /changes/models/:id/approve': by('network', async (w) => {
    const { id, updatedAt } = await modelOf(w, await w.person('manager'))
    return { url: `/changes/models/${id}/approve`, body: { updatedAt } }
  }),
  'DELETE /changes/models/:id': by('network', async (w) => ({ url: `/changes/models/${await changeModel(w)}` })),
  'POST /windows': by('network', (w) => ({ url: '/windows', body: newWindow(w) })),
  'PATCH /windows/:id': by('network', async (w) => ({ url: `/windows/${await window(w)}`, body: { note: '改期' } })),
  'POST /windows/preview': by('network', (w) => ({ url: '/windows/preview', body: newWindow(w) })),
  'POST /windows/:id/cancel': by('network', async (w) => ({ url: `/windows/${await window(w)}/cancel` })),
  'POST /discoveries': by('network', async (w) => ({ url: '/discoveries', body: await newDiscovery(w) })),
  'POST /discoveries/:id/stop': by('network', async (w) => ({ url: `/discoveries/${await discovery(w)}/stop` })),
  'POST /discoveries/:id/resume': by('network', async (w) => ({ url: `/discoveries/${await stoppedDiscovery(w)}/resume` })),
  'DELETE /discoveries/:id': by('network', async (w) => ({ url: `/discoveries/${await stoppedDiscovery(w)}` })),
  'POST /discoveries/:id/accept': by('network', async (w) => foundBy(w, (id, find) => ({ url: `/discoveries/${id}/accept`, body: { finds: [{ id: find }] } }))),
  'POST /discoveries/:id/ignore': by('network', async (w) => foundBy(w, (id, find) => ({ url: `/discoveries/${id}/ignore`, body: { finds: [find], ignored: true } }))),
  'POST /drills': by('network', async (w) => ({ url: '/drills', body: newDrill(w) })),
  'POST /drills/:id/cancel': by('network', async (w) => ({ url: `/drills/${(await w.done(w.network, 'POST', { url: '/drills', body: newDrill(w) })).json().id}/cancel` })),
  'POST /incident-policies': by('network', (w) => ({ url: '/incident-policies', body: newPolicy(w) })),
  'PATCH /incident-policies/:id': by('network', async (w) => ({ url: `/incident-policies/${await policy(w)}`, body: { name: '不建单' } })),
  'DELETE /incident-policies/:id': by('network', async (w) => ({ url: `/incident-policies/${await policy(w)}` })),
  'POST /tickets': by('network', () => ({ url: '/tickets', body: { title: '断网', description: '' } })),
  'POST /catalogue/items': by('network', (w) => ({ url: '/catalogue/items', body: newItem(w) })),
  'PATCH /catalogue/items/:id': by('network', async (w) => ({ url: `/catalogue/items/${await item(w)}`, body: { version: 1, enabled: false } })),
  'DELETE /catalogue/items/:id': by('network', async (w) => ({ url: `/catalogue/items/${await item(w)}` })),
  'POST /requests': by('network', async (w) => ({ url: '/requests', body: { itemId: await item(w), answers: {} } })),
  'PATCH /tasks/:id': by('network', async (w) => ({ url: `/tasks/${await task(w, await request(w))}`, body: { state: 'done' } })),
  'POST /tickets/:id/receipt': by('network', async (w) => {
    const ticketId = await request(w)
    await w.done(w.network, 'PATCH', { url: `/tasks/${await task(w, ticketId)}`, body: { state: 'done' } })
    return { url: `/tickets/${ticketId}/receipt`, body: { name: '李明', strokes: [[1, 1, 9, 9]] } }
  }),
  'POST /approvals/:id/decision': by('system', async (w) => {
    const approvals = [{ name: '审批', rule: { need: 'any' }, by: [{ kind: 'person', id: w.system.userId }] }]
    await request(w, { approvals })
    const asked = await w.done(w.system, 'GET', { url: '/approvals' })
    return { url: `/approvals/${asked.json().items[0].id}/decision`, body: { approved: true } }
  }),
  'POST /deputies': by('network', async (w) => ({ url: '/deputies', body: await newDeputy(w) })),
  'DELETE /deputies/:id': by('network', async (w) => {
    await w.done(w.network, 'POST', { url: '/deputies', body: await newDeputy(w) })
    return { url: `/deputies/${(await w.done(w.network, 'GET', { url: '/deputies' })).json().items[0].id}` }
  }),
  'POST /articles': by('network', (w) => ({ url: '/articles', body: { ...newArticle, regionId: region(w) } })),
  'PUT /articles/:id/draft': by('network', async (w) => ({ url: `/articles/${await article(w)}/draft`, body: { ...newArticle, base } })),
  'POST /articles/:id/submit': by('network', async (w) => ({ url: `/articles/${await article(w)}/submit` })),
  'POST /articles/:id/publish': by('network', async (w) => ({ url: `/articles/${await reviewed(w)}/publish`, body: { base } })),
  'POST /articles/:id/return': by('network', async (w) => ({ url: `/articles/${await reviewed(w)}/return`, body: { note: '缺步骤' } })),
  'POST /articles/:id/reviewed': by('network', async (w) => ({ url: `/articles/${await published(w)}/reviewed` })),
  'POST /knowledge/from-ticket/:id': by('network', async (w) => ({ url: `/knowledge/from-ticket/${await ticket(w)}` })),
  'POST /articles/:id/retire': by('network', async (w) => ({ url: `/articles/${await published(w)}/retire` })),
  'PUT /articles/:id/vote': by('network', async (w) => ({ url: `/articles/${await published(w)}/vote`, body: { helpful: true } })),
  'POST /articles/:id/confirm': by('network', async (w) => ({ url: `/articles/${await published(w)}/confirm` })),
  'POST /articles/:id/uses': by('network', async (w) => ({ url: `/articles/${await published(w)}/uses`, body: { ticketId: await ticket(w), how: 'solved' } })),
  'POST /files': by('network', async (w) => ({ url: `/files?ownerType=ticket&ownerId=${await ticket(w)}`, ...attachmentPost })),
  'DELETE /files/:id': by('network', async (w) => {
    const posted = await w.done(w.network, 'POST', { url: `/files?ownerType=ticket&ownerId=${await ticket(w)}`, ...attachmentPost })
    return { url: `/files/${posted.json().items[0].id}` }
  }),
  'PATCH /tickets/:id': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}`, body: { title: '全县断网' } })),
  'PUT /tickets/:id/tags': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/tags`, body: { tags: ['反复'] } })),
  'PUT /tickets/:id/watchers/:userId': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/watchers/me` })),
  'DELETE /tickets/:id/watchers/:userId': by('network', async (w) => {
    const id = await ticket(w)
    await w.done(w.network, 'PUT', { url: `/tickets/${id}/watchers/me` })
    return { url: `/tickets/${id}/watchers/me` }
  }),
  'POST /tickets/bulk': by('network', async (w) => ({ url: '/tickets/bulk', body: { ids: [await ticket(w)], act: { kind: 'tag', add: ['反复'] } } })),
  'POST /desk/canned-answers': by('network', (w) => ({ url: '/desk/canned-answers', body: cannedAnswer(w) })),
  'PATCH /desk/canned-answers/:id': by('network', async (w) => ({ url: `/desk/canned-answers/${await made(w, '/desk/canned-answers', cannedAnswer(w))}`, body: { title: '收到' } })),
  'DELETE /desk/canned-answers/:id': by('network', async (w) => ({ url: `/desk/canned-answers/${await made(w, '/desk/canned-answers', cannedAnswer(w))}` })),
  'POST /desk/views': by('network', () => ({ url: '/desk/views', body: savedView })),
  'PATCH /desk/views/:id': by('network', async (w) => ({ url: `/desk/views/${await made(w, '/desk/views', savedView)}`, body: { name: '我的' } })),
  'DELETE /desk/views/:id': by('network', async (w) => ({ url: `/desk/views/${await made(w, '/desk/views', savedView)}` })),
  'POST /tickets/:id/comments': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/comments`, body: { text: '在查', visibility: 'public' } })),
  'POST /tickets/:id/assign': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/assign`, body: { assigneeId: w.network.userId } })),
  'POST /tickets/:id/escalations': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/escalations`, body: { teamId: await specialists(w), reason: '缺备件' } })),
  'POST /tickets/:id/escalations/:escalationId/decision': by('network', async (w) => {
    const id = await ticket(w)
    const { escalation } = (await w.done(w.network, 'POST', { url: `/tickets/${id}/escalations`, body: { teamId: await specialists(w), reason: '缺备件' } })).json()
    return { url: `/tickets/${id}/escalations/${escalation.id}/decision`, body: { decision: 'withdrawn' } }
  }),
  'POST /tickets/:id/urgings': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/urgings`, body: { text: '请尽快' } })),
  'POST /tickets/:id/major': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/major`, body: { major: true, text: '正在抢修' } })),
  'PUT /tickets/:id/parent': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/parent`, body: { parentId: await majorTicket(w) } })),
  'DELETE /tickets/:id/parent': by('network', async (w) => {
    const id = await ticket(w)
    await w.done(w.network, 'PUT', { url: `/tickets/${id}/parent`, body: { parentId: await majorTicket(w) } })
    return { url: `/tickets/${id}/parent` }
  }),
  'POST /tickets/:id/merge': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/merge`, body: { intoId: await ticket(w) } })),
  'POST /tickets/:id/split': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/split`, body: { title: '打印机', entryIds: [] } })),
  'PUT /tickets/:id/links/:otherId': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/links/${await ticket(w)}`, body: { kind: 'related' } })),
  'DELETE /tickets/:id/links/:otherId': by('network', async (w) => {
    const url = `/tickets/${await ticket(w)}/links/${await ticket(w)}`
    await w.done(w.network, 'PUT', { url, body: { kind: 'related' } })
    return { url }
  }),
  'POST /tickets/:id/me-too': by('network', async (w) => ({ url: `/tickets/${await anothersTicket(w)}/me-too`, body: { text: '我们也断了' } })),
  'POST /tickets/:id/rating': by('network', async (w) => {
    const id = await ticket(w)
    for (const to of ['in_progress', 'resolved']) await w.done(w.network, 'POST', { url: `/tickets/${id}/move`, body: { to } })
    return { url: `/tickets/${id}/rating`, body: { score: 5, text: '很快' } }
  }),
  'PUT /desk/teams/:id/duty': by('network', async (w) => ({ url: `/desk/teams/${await team(w)}/duty`, body: { policy: 'offer' } })),
  'POST /tickets/:id/move': by('network', async (w) => ({ url: `/tickets/${await ticket(w)}/move`, body: { to: 'in_progress' } })),
  'POST /runs': by('network', async (w) => (await ssh(w), { url: '/runs', body: run(w) })),
  'POST /jobs/:id/cancel': by('network', async (w) => { await ssh(w); return { url: `/jobs/${(await w.done(w.network, 'POST', { url: '/runs', body: run(w) })).json().id}/cancel` } }),
  'PUT /devices/:id/ssh-credential': by('network', (w) => ({ url: `/devices/${w.ids.get('市-RT')}/ssh-credential`, body: { username: 'a', password: 'b' } })),
  'POST /relations': by('network', async (w) => ({ url: '/relations', body: await newRelation(w) })),
  'DELETE /relations/:id': by('network', async (w) => {
    const made = await w.done(w.network, 'POST', { url: '/relations', body: await newRelation(w) })
    return { url: `/relations/${made.json().id}` }
  }),
  'POST /services': by('network', async (w) => ({ url: '/services', body: newService(w) })),
  'PATCH /services/:id': by('network', async (w) => ({ url: `/services/${await service(w)}`, body: { name: '门户' } })), // prettier-ignore
  'DELETE /services/:id': by('network', async (w) => ({ url: `/services/${await service(w)}` })),
  'POST /points': by('network', async (w) => ({ url: '/points', body: await newPoint(w) })),
  'PATCH /points/:id': by('network', async (w) => ({ url: `/points/${await point(w)}`, body: { state: 'faulty' } })),
  'DELETE /points/:id': by('network', async (w) => ({ url: `/points/${await point(w)}` })),
  'POST /points/import': by('network', () => ({ url: '/points/import', ...uploaded(Buffer.from(`站点,信息点编号\n正定机房,${newId('point')}\n`)) })),
  'POST /rooms': by('network', async (w) => {
    const { name, siteId } = await newRoom(w)
    return { url: '/rooms', body: { name, siteId } }
  }),
  'PATCH /rooms/:id': by('network', async (w) => ({ url: `/rooms/${(await room(w)).id}`, body: { name: '机房' } })),
  'DELETE /rooms/:id': by('network', async (w) => ({ url: `/rooms/${(await room(w)).id}` })),
  'POST /rooms/:id/racks': by('network', async (w) => ({ url: `/rooms/${(await room(w)).id}/racks`, body: { name: 'A01' } })), // prettier-ignore
  'PATCH /racks/:id': by('network', async (w) => ({ url: `/racks/${(await rack(w)).id}`, body: { name: 'A02' } })),
  'DELETE /racks/:id': by('network', async (w) => ({ url: `/racks/${(await rack(w)).id}` })),
  'PUT /rooms/:id/devices': by('network', async (w) => {
    const { id: rackId, roomId, deviceId } = await rack(w)
    return { url: `/rooms/${roomId}/devices`, body: { deviceId, rackId, unit: 10, height: 2 } }
  }),
  'DELETE /rooms/:id/devices/:deviceId': by('network', async (w) => {
    const { id, deviceId } = await room(w)
    await w.done(w.network, 'PUT', { url: `/rooms/${id}/devices`, body: { deviceId } })
    return { url: `/rooms/${id}/devices/${deviceId}` }
  }),
  'POST /checks': by('network', async (w) => ({ url: '/checks', body: await newCheck(w) })),
  'PATCH /checks/:id': by('network', async (w) => ({ url: `/checks/${await check(w)}`, body: { name: '门户' } })),
  'DELETE /checks/:id': by('network', async (w) => ({ url: `/checks/${await check(w)}` })),
  'POST /checks/:id/run': by('network', async (w) => ({ url: `/checks/${await check(w)}/run` })),
  'POST /checks/try': by('network', async (w) => {
    const { spec, regionId, collectorIds } = await newCheck(w)
    return { url: '/checks/try', body: { spec, regionId, collectorId: collectorIds[0] } }
  }),
  'POST /log-rules': by('network', (w) => ({ url: '/log-rules', body: newLogRule(w) })),
  'PATCH /log-rules/:id': by('network', async (w) => ({ url: `/log-rules/${await logRule(w)}`, body: { enabled: false } })), // prettier-ignore
  'DELETE /log-rules/:id': by('network', async (w) => ({ url: `/log-rules/${await logRule(w)}` })),
  'POST /conditions/rules': by('network', (w) => ({ url: '/conditions/rules', body: newRule(w) })),
  'PATCH /conditions/rules/:id': by('network', async (w) => ({ url: `/conditions/rules/${await rule(w)}`, body: { enabled: false } })), // prettier-ignore
  'DELETE /conditions/rules/:id': by('network', async (w) => ({ url: `/conditions/rules/${await rule(w)}` })),
  'POST /conditions/try': by('network', (w) => ({ url: '/conditions/try', body: { ...newRule(w), days: 1 } })),
  'POST /rating-links': nobody(async (w) => ({ url: '/rating-links', body: { token: await ratingToken(w) } })),
  'POST /rating-links/rating': nobody(async (w) => ({ url: '/rating-links/rating', body: { token: await ratingToken(w), score: 4 } })),
  'POST /mailboxes': by('network', (w) => ({ url: '/mailboxes', body: newMailbox(w) })),
  'PATCH /mailboxes/:id': by('network', async (w) => ({ url: `/mailboxes/${await mailbox(w)}`, body: { name: '邮箱' } })),
  'DELETE /mailboxes/:id': by('network', async (w) => ({ url: `/mailboxes/${await mailbox(w)}` })),
  'POST /mailboxes/:id/test': by('network', async (w) => ({ url: `/mailboxes/${await mailbox(w)}/test` })),
  'POST /notify/channels': by('network', (w) => ({ url: '/notify/channels', body: newChannel(w) })),
  'PATCH /notify/channels/:id': by('network', async (w) => ({ url: `/notify/channels/${await channel(w)}`, body: { name: '通道' } })),
  'DELETE /notify/channels/:id': by('network', async (w) => ({ url: `/notify/channels/${await channel(w)}` })),
  'POST /notify/channels/:id/test': by('network', async (w) => ({ url: `/notify/channels/${await channel(w)}/test`, body: { address: '' } })),
  'POST /notify/routes': by('network', (w) => ({ url: '/notify/routes', body: newRoute(w) })),
  'PATCH /notify/routes/:id': by('network', async (w) => ({ url: `/notify/routes/${await route(w)}`, body: { position: 7 } })),
  'DELETE /notify/routes/:id': by('network', async (w) => ({ url: `/notify/routes/${await route(w)}` })),
  'POST /notify/rosters': by('network', (w) => ({ url: '/notify/rosters', body: newRoster(w) })),
  'PATCH /notify/rosters/:id': by('network', async (w) => ({ url: `/notify/rosters/${await roster(w)}`, body: { name: '值班' } })),
  'DELETE /notify/rosters/:id': by('network', async (w) => ({ url: `/notify/rosters/${await roster(w)}` })),
  'POST /notify/rosters/:id/shifts': by('network', async (w) => ({ url: `/notify/rosters/${await roster(w)}/shifts`, body: await newShift(w) })),
  'DELETE /notify/rosters/:id/shifts/:shiftId': by('network', async (w) => {
    const id = await roster(w)
    const shift = (await w.done(w.network, 'POST', { url: `/notify/rosters/${id}/shifts`, body: await newShift(w) })).json()
    return { url: `/notify/rosters/${id}/shifts/${shift.id}` }
  }),
  'POST /notify/deliveries/:id/retry': by('network', async (w) => ({ url: `/notify/deliveries/${await failedDelivery(w)}/retry` })),
  'POST /notices/seen': by('network', () => ({ url: '/notices/seen' })),
  'PUT /me/notifications': by('network', () => ({ url: '/me/notifications', body: { email: 'major', sms: 'critical', quiet: null, digest: 'off', digestMinute: 510 } })),
  'POST /audit/verify': by('auditor', () => ({ url: '/audit/verify' })),
  'POST /collectors': by('system', () => ({ url: '/collectors', body: { name: '市采集器' } })),
  'PATCH /collectors/:id': by('system', async (w) => ({ url: `/collectors/${(await collector(w)).collectorId}`, body: { name: '县采集器' } })),
  'POST /collectors/:id/revoke': by('system', async (w) => ({ url: `/collectors/${(await collector(w)).collectorId}/revoke` })),
  'POST /collectors/:id/token': by('system', async (w) => ({ url: `/collectors/${(await collector(w)).collectorId}/token` })),
  'POST /collectors/:id/upgrade': by('system', async (w) => {
    const { collectorId } = await collector(w)
    const release = await heldRelease(w)
    w.services.uplink.presence.arrived(collectorId, { version: '1', release: null, platform: 'linux-x64', isUpgradable: true, failedRelease: null })
    return { url: `/collectors/${collectorId}/upgrade`, body: { release } }
  }),
  'POST /collectors/enrol': nobody(async (w) => ({ url: '/collectors/enrol', body: { token: (await collector(w)).token, name: '市', publicKey: Buffer.alloc(32, 7).toString('base64') } })),
}
