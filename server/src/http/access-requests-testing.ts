/** For every route a request that is right in itself, about what belongs to a place. */
import { Readable } from 'node:stream'
import { newId } from '@zongheng/inventory/id.ts'
import { generateSync } from 'otplib'
import writeXlsxFile from 'write-excel-file/node'
import { circuitColumns, deviceColumns } from '../estate/import/columns.ts'
import { attachmentPost } from '../files/files-testing.ts'
import { goodPassword } from '../identity/account/account-testing.ts'
import { changeTemplate, directory, places, type Ask, type Person, type Place, type Thing, type World } from './access-world-testing.ts' // prettier-ignore

type Asked = Ask | Promise<Ask>
/** How a place's record is known in an answer: by the id of a thing, by a text, by a pattern. */
type Mark = Thing | ((w: World, place: Place) => string | RegExp)

/**
 * - list: answers records of several places; `thing` says by whose ids they are known.
 * - place: about a record of one place, or one to be made there. `reached`: refusals that only who got that far is told;
 *   `hidden`: the code by which another refusal says that there is no such place; `alone`: it changes whoever asks, who is new.
 * - whole: about the installation.
 * - self: about one's own account, for anyone who is signed in. The person is new; `as` asks with another session of theirs.
 * - public: for anyone.
 */
export type RouteRequest =
  | { about: 'list'; url: (w: World, place: Place) => string; thing: Mark }
  | {
      about: 'place'
      ask: (w: World, place: Place) => Asked
      reached?: number[]
      hidden?: string
      alone?: true
    }
  | { about: 'whole'; ask: (w: World) => Asked }
  | { about: 'self'; ask: (w: World, who: Person) => Asked | Promise<Ask & { as: Person['ask'] }> }
  | { about: 'public'; ask: (w: World) => Asked }

const logRule = { match: { names: ['linkDown'] }, action: { kind: 'ignore' }, enabled: true }

const catalogueItem = { name: '耗材', category: 'other', description: '', icon: 'desk', form: [], approvals: [], tasks: [], teamId: null, priority: 'P4', receipt: false } // prettier-ignore
const stroke = { name: '李明', strokes: [[1, 1, 9, 9]] }
const mailServer = { host: '127.0.0.1', port: 1, security: 'none', verifyTls: true, username: '' }
const mailbox = { name: '邮箱', address: 'desk@test.invalid', imap: { ...mailServer, folder: 'INBOX' }, smtp: mailServer, enabled: false } // prettier-ignore
const deputy = async (w: World) => ({ deputyId: await w.make.user('own'), startsAt: w.context.now, endsAt: w.context.now + 1000 }) // prettier-ignore

/** What is asked for where they are; of whoever may ask for nothing, none. */
async function offeredTo(who: Person): Promise<string> {
  const answer = await who.ask('GET', { url: '/catalogue/items' })
  return answer.statusCode === 200 ? answer.json<{ items: { id: string }[] }>().items[0]!.id : 'x'
}

const list = (url: string, thing: Mark) => each(() => url, thing)
/** A list that is asked for by place. */
const each = (url: (w: World, place: Place) => string, thing: Mark): RouteRequest => ({
  about: 'list',
  url,
  thing,
})
const at = (ask: (w: World, place: Place) => Asked, reached: number[] = []): RouteRequest => ({
  about: 'place',
  ask,
  reached,
})
const whole = (ask: (w: World) => Asked): RouteRequest => ({ about: 'whole', ask })
const self = (
  ask: (w: World, who: Person) => Asked | Promise<Ask & { as: Person['ask'] }>,
): RouteRequest => ({
  about: 'self',
  ask,
})
const open = (ask: (w: World) => Asked): RouteRequest => ({ about: 'public', ask })

const savedView = { name: '专线', page: 'tickets', query: { category: 'line' } }
const period = 'from=1795000000000&until=1795000060000'
const snmp = { version: '2c', community: 'Community-9' }
const password = goodPassword
const noRotation = { turn: 'daily', userIds: [], from: '2026-11-01', handoverMinute: 510, handoverWeekday: 1 } // prettier-ignore
const one = (url: string, thing: Thing, rest = '') =>
  at((w, place) => ({ url: `${url}/${w.at[place][thing]}${rest}` }))

const newRule = (w: World, place: Place) => ({
  regionId: w.at[place].region,
  basedOn: 'cpu-high',
  name: unique('条件'),
  settings: { above: 95 },
})

/** A link that is none of theirs is not there. */
const ofLink = (url: string) => at((w, place) => ({ url: `${url}?linkId=${w.at[place].link}` }))

/** A ticket that lies before the place's team for its decision. */
async function offered(w: World, place: Place): Promise<{ ticketId: string; escalationId: string }> {
  const [ticketId, escalationId] = [await w.make.ticket(place), newId('escalation')]
  const row = { id: escalationId, ticket_id: ticketId, from_team_id: null, to_team_id: w.at[place].team, state: 'offered', offered_by: null, reason: '', decided_by: null, decided_at: null, answer: null, created_at: 1, updated_at: 1 } as const // prettier-ignore
  await w.context.db.insertInto('escalations').values(row).execute()
  return { ticketId, escalationId }
}

async function major(w: World, place: Place): Promise<string> {
  const id = await w.make.ticket(place)
  await w.context.db.updateTable('tickets').set({ major: 1 }).where('id', '=', id).execute()
  return id
}

/** To the place's standing ticket. */
async function linked(w: World, place: Place): Promise<string> {
  const id = await w.make.ticket(place)
  const row = { from_id: id, to_id: w.at[place].ticket, kind: 'related', created_by: null, created_at: 1 } as const // prettier-ignore
  await w.context.db.insertInto('ticket_links').values(row).execute()
  return id
}

const outageMs = (w: World) => w.context.now - 3_600_000

/** The place's circuit has been down for an hour. */
async function outageCause(w: World, place: Place): Promise<string> {
  const { circuit: entity_id, region: region_id } = w.at[place]
  const about = { entity_id, entity_type: 'circuit', region_id, evidence: '[]' }
  const at = outageMs(w)
  await w.context.db.deleteFrom('state_changes').where('entity_id', '=', entity_id).execute()
  await w.context.db.insertInto('state_changes').values({ ...about, id: newId('stateChange'), from_state: 'up', to_state: 'down', at }).execute() // prettier-ignore
  await w.context.db.insertInto('entity_states').values({ ...about, state: 'down', since: at }).onConflict((on) => on.doNothing()).execute() // prettier-ignore
  return `/circuits/${entity_id}/outages/${at}/cause`
}

let count = 0
const unique = (name: string) => `${name}-${++count}`

const windowAt = ({ at, context }: World, place: Place) => ({
  title: '割接',
  source: 'manual',
  scopes: [{ type: 'device', id: at[place].router }],
  startsAt: context.now,
  endsAt: context.now + 3_600_000,
})

const reportAt = ({ at }: World, place: Place) => ({ key: unique('draft-key'), category: 'network', siteId: at[place].site, text: '断网' }) // prettier-ignore

const bookingAt = ({ at, context }: World, place: Place) => ({
  title: '视频会议',
  kind: 'video',
  siteIds: [at[place].site],
  startsAt: context.now,
  endsAt: context.now + 3_600_000,
})
const planAt = ({ at, context }: World, place: Place) => ({
  type: 'normal',
  entityIds: [at[place].router],
  startsAt: context.now,
  endsAt: context.now + 3_600_000,
  hasBackout: true,
  hasTest: true,
})
const changeAt = ({ at, context }: World, place: Place) => ({
  type: 'normal',
  title: '升级',
  reason: '',
  plan: '',
  testPlan: '',
  backout: '',
  entityIds: [at[place].router],
  startsAt: context.now,
  endsAt: context.now + 3_600_000,
})
const targetAt = ({ at }: World, place: Place) => ({ regionId: at[place].region, name: '一级', kind: 'sla', position: 1, match: {}, responseMs: null, resolutionMs: 3_600_000, calendarId: null, pauses: [], enabled: false }) // prettier-ignore
const calendarAt = ({ at }: World, place: Place) => ({ regionId: at[place].region, name: '县局', week: [[], [[540, 1020]], [], [], [], [], []], off: [], worked: [], statutory: true }) // prettier-ignore
const escalationAt = ({ at }: World, place: Place) => ({ regionId: at[place].region, name: '通知', position: 1, match: {}, steps: [{ percent: 100, tell: ['team'], moveTo: null }], enabled: false }) // prettier-ignore
const freezeAt = ({ at, context }: World, place: Place) => ({
  regionId: at[place].region,
  name: '两会保障',
  startsAt: context.now,
  endsAt: context.now + 3_600_000,
})

const codeOf = (w: World, secret: string) => generateSync({ secret, epoch: Math.floor(w.context.now / 1000) })

/** With a second factor; answers its secret. */
async function enrolled({ context, services }: World, { userId }: Person): Promise<string> {
  const { secret } = await services.totp.offer(userId, password)
  await services.totp.confirm(userId, generateSync({ secret, epoch: Math.floor(context.now / 1000) }))
  return secret
}

async function spreadsheet(place: Place): Promise<Ask> {
  const host = ++count
  const row: Record<string, string> = {
    regionCode: places[place], name: `导入 ${host}`, role: '接入路由器', address: `10.3.${host >> 8}.${host & 255}`, community: 'public',
  } // prettier-ignore
  const heads = (columns: object) => Object.values(columns as Record<string, { zh: string }>).map(({ zh }) => ({ value: zh })) // prettier-ignore
  const cells = Object.keys(deviceColumns).map((key) => (row[key] === undefined ? null : { value: row[key] }))
  const sheets = [
    { sheet: '设备', data: [heads(deviceColumns), cells] },
    { sheet: '线路', data: [heads(circuitColumns)] },
  ]
  const file = await writeXlsxFile(sheets as never).toBuffer()
  return { url: '/devices/import', ...uploaded(file) }
}

function uploaded(file: Buffer) {
  const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
  const headers = { 'content-type': 'multipart/form-data; boundary=x', origin: 'http://localhost', host: 'localhost' } // prettier-ignore
  const body = Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--x--\r\n')])
  return { body, headers }
}

function pointFile(site: string): Ask {
  return { url: '/points/import', ...uploaded(Buffer.from(`站点,信息点编号\n${site},${unique('P')}\n`)) }
}

const attachedTo = async (w: World, place: Place) => {
  const { files, audit } = w.services
  const to = { ownerType: 'ticket', ownerId: w.at[place].ticket, regionId: w.at[place].region, visibility: 'public', uploadedBy: null } as const // prettier-ignore
  const kept = await files.keep('a.txt', Readable.from([Buffer.from('text')]))
  return (await audit.write((tx, note) => files.attach(tx, note, to, [kept])))[0]!.id
}

const article = { title: '断网怎么办', summary: '', body: '先看灯', category: 'line' }
const firstDraft = { version: 1, revision: 1 }

const newDevice = (w: World, place: Place) => {
  const host = ++count
  return { siteId: w.at[place].site, name: `新 ${host}`, role: 'access-switch', address: `10.4.${host >> 8}.${host & 255}`, snmp } // prettier-ignore
}

const newLink = (w: World, place: Place) => ({
  upperSiteId: w.at[place].site,
  lowerSiteId: w.at[place].annex,
  circuits: [{ role: 'primary', number: unique('NO'), carrier: '中国电信', access: 'mstp', bandwidthBps: 1e7, aInterfaceId: w.at[place].interface, zInterfaceId: w.at[place].farInterface }],
}) // prettier-ignore

const ssh = { username: 'a', password: 'b' }
const tcp = { kind: 'tcp', host: '127.0.0.1', port: 80, expect: '' }

const served = (w: World, place: Place) => w.make.served(place, w.at[place].site, w.at[place].router)

async function playable(w: World, place: Place): Promise<string> {
  const deviceId = w.at[place].router
  await w.services.estate.setSshCredential({ regionPaths: ['/'] }, deviceId, ssh, 22)
  return deviceId
}

async function locked(w: World, place: Place): Promise<string> {
  const id = await w.make.user(place)
  const set = { failed_count: 9, locked_until: w.context.now + 60_000 }
  await w.context.db.updateTable('users').set(set).where('id', '=', id).execute()
  return id
}

async function disabled(w: World, place: Place): Promise<string> {
  const id = await w.make.user(place)
  await w.context.db.updateTable('users').set({ disabled_at: 1 }).where('id', '=', id).execute()
  return id
}

async function memberOf(w: World, place: Place): Promise<string> {
  const [team_id, user_id] = [await w.make.team(place), await w.make.user(place)]
  await w.context.db.insertInto('team_members').values({ team_id, user_id }).execute()
  return `/teams/${team_id}/members/${user_id}`
}

const onAlarm = (then?: (w: World, id: string) => Promise<unknown>) =>
  at(async (w, place) => {
    const id = await w.make.alarm(place, w.at[place].router)
    await then?.(w, id)
    return { url: `/alarms/${id}/acknowledgement` }
  })

const permissionsOf = async (who: Person) =>
  (await who.ask('GET', { url: '/session' })).json<{ permissions: string[] }>().permissions

/** Alarms of each place count under a name of their own. */
const countedAs = {
  own: 'major',
  parent: 'critical',
  child: 'minor',
  sibling: 'warning',
  other: 'explained',
} as const

const token = async (w: World, who: Person) => ({ name: unique('token'), permissions: [(await permissionsOf(who)).find((permission) => permission !== 'identity.self')], regionId: w.make.regionId('own'), expiresAt: w.context.now + 86_400_000 }) // prettier-ignore

export const requests: Record<string, RouteRequest> = {
  // ---- for anyone
  'GET /health': open(() => ({ url: '/../health' })),
  'GET /docs/': open(() => ({ url: '/../docs/' })),
  'GET /docs/static/index.html': open(() => ({ url: '/../docs/static/index.html' })),
  'GET /docs/static/swagger-initializer.js': open(() => ({ url: '/../docs/static/swagger-initializer.js' })),
  'GET /docs/json': open(() => ({ url: '/../docs/json' })),
  'GET /docs/yaml': open(() => ({ url: '/../docs/yaml' })),
  'GET /docs/static/*': open(() => ({ url: '/../docs/static/swagger-ui.css' })),
  'GET /openapi.json': open(() => ({ url: '/../openapi.json' })),
  'POST /session': open(async (w) => {
    const { username } = await w.person('viewer')
    return { url: '/session', body: { username, password } }
  }),
  'GET /sign-in': open(() => ({ url: '/sign-in' })),
  'GET /session/oidc/:id': open(() => ({ url: '/session/oidc/idp_none' })),
  'GET /session/oidc/callback': open(() => ({ url: '/session/oidc/callback?state=none&code=none' })),
  'GET /setup': open(() => ({ url: '/setup' })),
  'POST /setup': open(() => {
    const account = (username: string) => ({ username, displayName: username, password: 'Correct-horse-7' })
    const accounts = { systemAdmin: account('sys'), securityAdmin: account('sec'), auditAdmin: account('aud'), networkAdmin: account('net') } // prettier-ignore
    return { url: '/setup', body: { setupCode: 'nobody-knows', provinceCode: '640000', organisation: '信息中心', ...accounts } } // prettier-ignore
  }),
  'POST /collectors/enrol': open(() => ({
    url: '/collectors/enrol',
    body: { token: 'nobody-knows-this-token', name: '市', publicKey: Buffer.alloc(32, 7).toString('base64') },
  })),

  // ---- one's own account
  'GET /session': self(() => ({ url: '/session' })),
  'DELETE /session': self(() => ({ url: '/session' })),
  'POST /session/totp': self(async (w, who) => {
    const secret = await enrolled(w, who)
    w.context.now += 60_000 // a code opens once
    const { ask: as } = await w.make.signedIn(who.userId)
    return { url: '/session/totp', body: { code: codeOf(w, secret) }, as }
  }),
  'DELETE /session/view-as': self(async (w, who) => {
    const viewed = await w.make.user('own')
    await w.context.db.updateTable('sessions').set({ viewing_as: viewed }).where('user_id', '=', who.userId).execute() // prettier-ignore
    return { url: '/session/view-as' }
  }),
  'GET /me': self(() => ({ url: '/me' })),
  'PATCH /me': self(() => ({ url: '/me', body: { phone: '13900000000' } })),
  'PUT /me/password': self(() => ({ url: '/me/password', body: { current: password, next: 'Another-horse-8' } })), // prettier-ignore
  'POST /me/totp': self(() => ({ url: '/me/totp', body: { password } })),
  'POST /me/totp/confirm': self(async (w, { userId }) => {
    const { secret } = await w.services.totp.offer(userId, password)
    return { url: '/me/totp/confirm', body: { code: codeOf(w, secret) } }
  }),
  'POST /me/totp/remove': self(async (w, who) => {
    await enrolled(w, who)
    return { url: '/me/totp/remove', body: { password } }
  }),
  'POST /me/recovery-codes': self(async (w, who) => {
    await enrolled(w, who)
    return { url: '/me/recovery-codes', body: { password } }
  }),
  'GET /me/sessions': self(() => ({ url: '/me/sessions' })),
  'DELETE /me/sessions': self(() => ({ url: '/me/sessions' })),
  'DELETE /me/sessions/:id': self(async (w, { userId }) => {
    await w.make.signedIn(userId)
    const { id } = await w.context.db.selectFrom('sessions').select('id').where('user_id', '=', userId).orderBy('id', 'desc').executeTakeFirstOrThrow() // prettier-ignore
    return { url: `/me/sessions/${id}` }
  }),
  'GET /me/tokens': self(() => ({ url: '/me/tokens' })),
  'POST /me/tokens': self(async (w, who) => ({ url: '/me/tokens', body: await token(w, who) })),
  'DELETE /me/tokens/:id': self(async (w, { userId }) => ({ url: `/me/tokens/${await w.make.token(userId, 'own')}` })), // prettier-ignore

  // ---- the installation
  'GET /policy': whole(() => ({ url: '/policy' })),
  'PUT /policy': whole(async (w) => ({ url: '/policy', body: await w.services.policy.get() })),
  'GET /identity-providers': whole(() => ({ url: '/identity-providers' })),
  'POST /identity-providers': whole((w) => ({ url: '/identity-providers', body: { kind: 'ldap', name: unique('provider'), enabled: false, settings: directory(w.make.regionId('parent')) } })), // prettier-ignore
  'PATCH /identity-providers/:id': whole(async (w) => ({ url: `/identity-providers/${await w.make.provider()}`, body: { name: '目录服务' } })), // prettier-ignore
  'DELETE /identity-providers/:id': whole(async (w) => ({ url: `/identity-providers/${await w.make.provider()}` })), // prettier-ignore
  'POST /identity-providers/:id/test': whole(async (w) => ({ url: `/identity-providers/${await w.make.provider()}/test`, body: {} })), // prettier-ignore
  'GET /roles': whole(() => ({ url: '/roles' })),
  'GET /playbooks': whole(() => ({ url: '/playbooks' })),
  'GET /devices/import/template': whole(() => ({ url: '/devices/import/template' })),
  'GET /audit/archives': whole(() => ({ url: '/audit/archives' })),
  'POST /audit/verify': whole(() => ({ url: '/audit/verify' })),

  // ---- people and rights
  'POST /session/view-as': {
    about: 'place',
    ask: async (w, place) => ({ url: '/session/view-as', body: { userId: await w.make.user(place), reason: '核对' } }),
    alone: true,
  }, // prettier-ignore
  'GET /users': each((w, place) => `/users?teamId=${w.at[place].team}`, 'user'),
  'POST /users': at((w, place) => ({ url: '/users', body: { username: unique('new'), displayName: '王芳', regionId: w.at[place].region } })), // prettier-ignore
  'GET /users/:id': one('/users', 'user'),
  'PATCH /users/:id': at((w, place) => ({ url: `/users/${w.at[place].user}`, body: { post: '科长' } })),
  'POST /users/:id/password': at(async (w, place) => ({ url: `/users/${await w.make.user(place)}/password` })), // prettier-ignore
  'POST /users/:id/disable': at(async (w, place) => ({ url: `/users/${await w.make.user(place)}/disable` })),
  'POST /users/:id/enable': at(async (w, place) => ({ url: `/users/${await disabled(w, place)}/enable` })),
  'POST /users/:id/unlock': at(async (w, place) => ({ url: `/users/${await locked(w, place)}/unlock` })),
  'GET /users/:id/sessions': one('/users', 'user', '/sessions'),
  'DELETE /users/:id/sessions': at(async (w, place) => ({ url: `/users/${await w.make.user(place)}/sessions` })), // prettier-ignore
  'DELETE /users/:id/totp': at(async (w, place) => ({ url: `/users/${await w.make.user(place)}/totp` })),
  'GET /users/:id/tokens': one('/users', 'user', '/tokens'),
  'DELETE /users/:id/tokens/:tokenId': at(async (w, place) => {
    const userId = await w.make.user(place)
    return { url: `/users/${userId}/tokens/${await w.make.token(userId, place)}` }
  }),
  'GET /grants': each((w, place) => `/grants?userId=${w.at[place].user}`, 'grant'),
  'POST /grants': at(async (w, place) => ({ url: '/grants', body: { userId: await w.make.user(place), role: 'viewer', regionId: w.at[place].region } })), // prettier-ignore
  'DELETE /grants/:id': at(async (w, place) => ({ url: `/grants/${await w.make.grant(place, await w.make.user(place))}` })), // prettier-ignore
  'GET /rights': at((w, place) => ({ url: `/rights?regionId=${w.at[place].region}` })),
  'GET /teams': list('/teams?limit=200', 'team'),
  'POST /teams': at((w, place) => ({ url: '/teams', body: { name: unique('队'), regionId: w.at[place].region } })), // prettier-ignore
  'PATCH /teams/:id': at((w, place) => ({ url: `/teams/${w.at[place].team}`, body: { name: unique('队') } })),
  'DELETE /teams/:id': at(async (w, place) => ({ url: `/teams/${await w.make.team(place)}` })),
  'PUT /teams/:id/members/:userId': at(async (w, place) => ({ url: `/teams/${w.at[place].team}/members/${await w.make.user(place)}` })), // prettier-ignore
  'DELETE /teams/:id/members/:userId': at(async (w, place) => ({ url: await memberOf(w, place) })),
  'GET /regions': list('/regions?limit=200', (w, place) => `"id":"${w.at[place].region}"`),
  'GET /regions/:id': one('/regions', 'region'),
  'PATCH /regions/:id': at((w, place) => ({ url: `/regions/${w.at[place].region}`, body: { managingParentId: null } }), [422]), // prettier-ignore
  'GET /summary': at((w, place) => ({ url: `/summary?regionId=${w.at[place].region}` })),

  // ---- the estate
  'GET /sites': list('/sites?limit=200', 'site'),
  'GET /sites/:id': one('/sites', 'site'),
  'GET /devices': list('/devices?limit=200', 'router'),
  'GET /devices/:id': one('/devices', 'router'),
  'POST /devices': at((w, place) => ({ url: '/devices?force=true', body: newDevice(w, place) })),
  'PATCH /devices/:id': at((w, place) => ({ url: `/devices/${w.at[place].router}`, body: { role: 'core-router' } })), // prettier-ignore
  'DELETE /devices/:id': at(async (w, place) => ({ url: `/devices/${await w.make.device(place, w.at[place].site)}` })), // prettier-ignore
  'POST /devices/:id/poll': one('/devices', 'router', '/poll'),
  'POST /devices/:id/discover': one('/devices', 'router', '/discover'),
  'PUT /devices/:id/ssh-credential': at((w, place) => ({ url: `/devices/${w.at[place].router}/ssh-credential`, body: ssh })), // prettier-ignore
  'POST /devices/import': {
    about: 'place',
    ask: (_w, place) => spreadsheet(place),
    hidden: 'unknown-region',
  },
  'GET /devices/:id/surroundings': one('/devices', 'router', '/surroundings'),
  'GET /devices/:id/stations': one('/devices', 'router', '/stations'),
  'GET /interfaces': list('/interfaces?limit=200', 'interface'),
  'GET /sensors': each((w, place) => `/sensors?deviceId=${w.at[place].router}`, 'sensor'),
  'GET /links': list('/links?limit=200', 'link'),
  'GET /links/:id': one('/links', 'link'),
  'POST /links': at((w, place) => ({ url: '/links', body: newLink(w, place) })),
  'POST /links/:id/circuits': at(async (w, place) => ({ url: `/links/${await w.make.link(place)}/circuits`, body: { ...newLink(w, place).circuits[0], role: 'backup' } })), // prettier-ignore
  'PATCH /circuits/:id': at((w, place) => ({ url: `/circuits/${w.at[place].circuit}`, body: { bandwidthBps: 2e7 } })), // prettier-ignore
  'GET /series': at((w, place) => ({ url: `/series?entity=${w.at[place].interface}&metric=ifHCInOctets&${period}` })), // prettier-ignore
  'GET /series.csv': at((w, place) => ({ url: `/series.csv?entity=${w.at[place].interface}&metric=ifHCInOctets&${period}` })), // prettier-ignore
  'GET /series/last': at((w, place) => ({ url: `/series/last?entity=${w.at[place].interface}&metric=ifHCInOctets` })), // prettier-ignore
  'GET /series/volume': at((w, place) => ({ url: `/series/volume?entity=${w.at[place].interface}&${period}` })), // prettier-ignore
  'GET /series/percentile': at((w, place) => ({ url: `/series/percentile?entity=${w.at[place].interface}&month=2026-11` })), // prettier-ignore
  'GET /series/top': list(`/series/top?metric=responseMs&limit=100&${period}`, 'router'),
  'GET /series/status': whole(() => ({ url: '/series/status' })),
  'GET /links/:id/history': one('/links', 'link', `/history?${period}`),
  'GET /circuits/:id/history': one('/circuits', 'circuit', `/history?${period}`),
  'GET /devices/:id/explain': one('/devices', 'router', '/explain'),
  'GET /topology': whole(() => ({ url: '/topology' })),
  'GET /stations': whole(() => ({ url: '/stations?q=000e4c' })),
  'POST /topology/dismissals': at(async (w, place) => ({ url: '/topology/dismissals', body: { key: await w.make.difference(place), reason: '临时' } })), // prettier-ignore
  'DELETE /topology/dismissals/:id': at(async (w, place) => ({ url: `/topology/dismissals/${await w.make.dismissal(place)}` })), // prettier-ignore
  'GET /profiles': whole(() => ({ url: '/profiles' })),
  'GET /devices/:id/history': one('/devices', 'router', `/history?${period}`),
  'GET /sites/:id/history': one('/sites', 'site', `/history?${period}`),
  'GET /links/:id/availability': one('/links', 'link', `/availability?${period}`),
  'GET /circuits/:id/availability': one('/circuits', 'circuit', `/availability?${period}`),
  'GET /devices/:id/availability': one('/devices', 'router', `/availability?${period}`),
  'GET /links/bands': list(`/links/bands?${period}`, 'link'),
  'GET /changes': list('/changes?limit=200', 'change'),
  'GET /availability/statement': ofLink('/availability/statement'),
  'GET /availability/circuits': list('/availability/circuits?limit=200', 'circuit'),
  'GET /availability/outages': ofLink('/availability/outages'),
  'GET /availability/circuits.csv': list('/availability/circuits.csv', (_w, place) => `"NO-${place}"`),
  'GET /availability/outages.csv': ofLink('/availability/outages.csv'),
  'GET /availability/statement.xlsx': ofLink('/availability/statement.xlsx'),
  'PUT /circuits/:id/outages/:at/cause': at(async (w, place) => ({ url: await outageCause(w, place), body: { cause: 'own', note: '施工' } })), // prettier-ignore
  'DELETE /circuits/:id/outages/:at/cause': at(async (w, place) => {
    const url = await outageCause(w, place)
    const { circuit: circuit_id, region: region_id } = w.at[place]
    const [from_at, until_at] = [outageMs(w), w.context.now]
    await w.context.db.insertInto('outage_causes').values({ id: newId('outageCause'), circuit_id, region_id, from_at, until_at, cause: 'own', note: null, decided_by: null, created_at: 1, updated_at: 1 }).execute() // prettier-ignore
    return { url }
  }),
  'GET /impact': at((w, place) => ({ url: `/impact?fail=${w.at[place].circuit}` })),
  'GET /impact/weak-points': list('/impact/weak-points?limit=200', 'gateway'),

  'GET /relations': each((w, place) => `/relations?entityId=${w.at[place].router}`, 'relation'),
  'POST /relations': at((w, place) => ({ url: '/relations', body: { kind: 'depends-on', fromId: w.at[place].service, toId: w.at[place].gateway } }), [409]), // prettier-ignore
  'DELETE /relations/:id': at(async (w, place) => ({ url: `/relations/${(await served(w, place)).relation}` })), // prettier-ignore
  'GET /services': list('/services?limit=200', 'service'),
  'GET /services/hit': at((w, place) => ({ url: `/services/hit?entityId=${w.at[place].router}` })),
  'GET /services/:id': one('/services', 'service'),
  'GET /services/:id/tree': one('/services', 'service', '/tree'),
  'GET /services/:id/history': one('/services', 'service', `/history?${period}`),
  'GET /services/:id/availability': one('/services', 'service', `/availability?${period}`),
  'POST /services': at((w, place) => ({ url: '/services', body: { name: unique('系统'), kind: 'portal', criticality: 'normal', regionId: w.at[place].region } })), // prettier-ignore
  'PATCH /services/:id': at((w, place) => ({ url: `/services/${w.at[place].service}`, body: { note: unique('说明') } })), // prettier-ignore
  'DELETE /services/:id': at(async (w, place) => ({ url: `/services/${(await served(w, place)).service}` })), // prettier-ignore
  'GET /rooms': list('/rooms?limit=200', 'room'),
  'GET /rooms/:id': one('/rooms', 'room'),
  'GET /rooms/:id/history': one('/rooms', 'room', `/history?${period}`),
  'GET /points': list('/points?limit=200', 'point'),
  'GET /points.csv': list('/points.csv', (w, place) => `"site ${place}"`),
  'GET /points/:id': one('/points', 'point'),
  'GET /points/import/template': whole(() => ({ url: '/points/import/template' })),
  'POST /points': at((w, place) => ({
    url: '/points',
    body: { siteId: w.at[place].site, code: unique('P') },
  })),
  'POST /points/import': {
    about: 'place',
    ask: (w, place) => pointFile(`site ${place}`),
    hidden: 'unknown-site',
  },
  'PATCH /points/:id': at((w, place) => ({ url: `/points/${w.at[place].point}`, body: { place: unique('门边') } })), // prettier-ignore
  'DELETE /points/:id': at(async (w, place) => ({ url: `/points/${(await served(w, place)).point}` })),
  'POST /rooms': at((w, place) => ({ url: '/rooms', body: { siteId: w.at[place].site, name: unique('机房') } })), // prettier-ignore
  'PATCH /rooms/:id': at((w, place) => ({ url: `/rooms/${w.at[place].room}`, body: { note: unique('说明') } })), // prettier-ignore
  'DELETE /rooms/:id': at(async (w, place) => ({ url: `/rooms/${(await served(w, place)).room}` })),
  'POST /rooms/:id/racks': at((w, place) => ({ url: `/rooms/${w.at[place].room}/racks`, body: { name: unique('A') } })), // prettier-ignore
  'PATCH /racks/:id': at((w, place) => ({ url: `/racks/${w.at[place].rack}`, body: { name: unique('A') } })),
  'DELETE /racks/:id': at(async (w, place) => ({ url: `/racks/${(await served(w, place)).rack}` })),
  'PUT /rooms/:id/devices': at((w, place) => ({ url: `/rooms/${w.at[place].room}/devices`, body: { deviceId: w.at[place].router } })), // prettier-ignore
  'DELETE /rooms/:id/devices/:deviceId': at(async (w, place) => {
    const { room } = await served(w, place)
    await w.services.rooms.place({ regionPaths: ['/'] }, room, { deviceId: w.at[place].router })
    return { url: `/rooms/${room}/devices/${w.at[place].router}` }
  }),

  'GET /checks': list('/checks?limit=200', 'check'),
  'GET /checks/counts': each(
    (w, place) => `/checks/counts?siteId=${w.at[place].site}`,
    () => /:[1-9]/,
  ),
  'GET /checks/collectors': list('/checks/collectors', 'collector'),
  'GET /checks/:id': one('/checks', 'check'),
  'GET /checks/:id/history': one('/checks', 'check', `/history?${period}`),
  'GET /checks/:id/availability': one('/checks', 'check', `/availability?${period}`),
  'POST /checks': at((w, place) => ({ url: '/checks', body: { name: unique('拨测'), spec: tcp, regionId: w.at[place].region, collectorIds: [w.at[place].collector] } })), // prettier-ignore
  'PATCH /checks/:id': at((w, place) => ({ url: `/checks/${w.at[place].check}`, body: { intervalS: 90 } })),
  'DELETE /checks/:id': at(async (w, place) => {
    const { id } = await w.make.check(place, w.at[place].site, w.at[place].collector)
    return { url: `/checks/${id}` }
  }),
  // away: nobody is there to run it
  'POST /checks/:id/run': at((w, place) => ({ url: `/checks/${w.at[place].check}/run` }), [422]),
  'POST /checks/try': at((w, place) => ({ url: '/checks/try', body: { spec: tcp, regionId: w.at[place].region, collectorId: w.at[place].collector } }), [422]), // prettier-ignore

  'GET /logs': list('/logs?limit=200', 'logRecord'),
  'GET /log-rules': list('/log-rules', 'logRule'),
  'POST /log-rules': at((w, place) => ({ url: '/log-rules', body: { ...logRule, name: unique('规则'), regionId: w.at[place].region } })), // prettier-ignore
  'PATCH /log-rules/:id': at((w, place) => ({
    url: `/log-rules/${w.at[place].logRule}`,
    body: { enabled: false },
  })),
  'DELETE /log-rules/:id': at(async (w, place) => ({ url: `/log-rules/${await w.make.logRule(place)}` })),
  'GET /conditions': whole(() => ({ url: '/conditions' })),
  'GET /conditions/effective': at((w, place) => ({ url: `/conditions/effective?entityId=${w.at[place].router}` })), // prettier-ignore
  // what stands above holds for those below, and they see it
  'GET /conditions/rules': list('/conditions/rules?limit=200', 'rule'),
  'POST /conditions/rules': at((w, place) => ({ url: '/conditions/rules', body: newRule(w, place) })),
  'PATCH /conditions/rules/:id': at((w, place) => ({ url: `/conditions/rules/${w.at[place].rule}`, body: { enabled: true } })), // prettier-ignore
  'DELETE /conditions/rules/:id': at(async (w, place) => ({ url: `/conditions/rules/${await w.make.rule(place)}` })), // prettier-ignore
  'POST /conditions/try': at((w, place) => ({
    url: '/conditions/try',
    body: { ...newRule(w, place), days: 1 },
  })),

  // ---- notify
  'GET /notify/channels': list('/notify/channels?limit=200', 'channel'),
  'POST /notify/channels': at((w, place) => ({ url: '/notify/channels', body: { name: unique('通道'), regionId: w.at[place].region, settings: { kind: 'webhook', url: 'http://127.0.0.1:1/' }, secret: { signKey: 'k' }, enabled: false } })), // prettier-ignore
  'PATCH /notify/channels/:id': at((w, place) => ({ url: `/notify/channels/${w.at[place].channel}`, body: { name: unique('通道') } })), // prettier-ignore
  'DELETE /notify/channels/:id': at(async (w, place) => ({ url: `/notify/channels/${await w.make.channel(place)}` })), // prettier-ignore
  'POST /notify/channels/:id/test': at((w, place) => ({ url: `/notify/channels/${w.at[place].channel}/test`, body: { address: '' } })), // prettier-ignore
  'GET /notify/routes': list('/notify/routes?limit=200', 'route'),
  'GET /notify/routes/preview': at((w, place) => ({ url: `/notify/routes/preview?regionId=${w.at[place].region}&severity=major&entityType=device&condition=device-down` })), // prettier-ignore
  'POST /notify/routes': at((w, place) => ({ url: '/notify/routes', body: { name: unique('路由'), regionId: w.at[place].region, match: { severities: [], classes: [], conditions: [], hours: 'any' }, steps: [{ afterMinutes: 0, to: [{ kind: 'scope' }] }], enabled: false } })), // prettier-ignore
  'PATCH /notify/routes/:id': at((w, place) => ({ url: `/notify/routes/${w.at[place].route}`, body: { position: 7 } })), // prettier-ignore
  'DELETE /notify/routes/:id': at(async (w, place) => ({
    url: `/notify/routes/${await w.make.route(place)}`,
  })),
  'GET /notify/rosters': list('/notify/rosters?limit=200', 'roster'),
  'POST /notify/rosters': at((w, place) => ({ url: '/notify/rosters', body: { name: unique('值班'), regionId: w.at[place].region, rotation: noRotation } })), // prettier-ignore
  'PATCH /notify/rosters/:id': at((w, place) => ({ url: `/notify/rosters/${w.at[place].roster}`, body: { rotation: noRotation } })), // prettier-ignore
  'DELETE /notify/rosters/:id': at(async (w, place) => ({
    url: `/notify/rosters/${await w.make.roster(place)}`,
  })),
  'GET /notify/rosters/:id/calendar': one('/notify/rosters', 'roster', `/calendar?${period}`),
  'POST /notify/rosters/:id/shifts': at((w, place) => ({ url: `/notify/rosters/${w.at[place].roster}/shifts`, body: { userId: w.at[place].user, startsAt: w.context.now, endsAt: w.context.now + 60_000 } })), // prettier-ignore
  'DELETE /notify/rosters/:id/shifts/:shiftId': at(async (w, place) => {
    const { roster, user } = w.at[place]
    return { url: `/notify/rosters/${roster}/shifts/${await w.make.shift(roster, user)}` }
  }),
  'GET /notify/deliveries': list('/notify/deliveries?limit=200', 'notice'),
  'POST /notify/deliveries/:id/retry': at(async (w, place) => ({ url: `/notify/deliveries/${await w.make.notice(place, 'failed')}/retry` })), // prettier-ignore
  'GET /notices': list('/notices?limit=200', 'notice'),
  'POST /notices/seen': self(() => ({ url: '/notices/seen' })),
  'GET /me/notifications': self(() => ({ url: '/me/notifications' })),
  'PUT /me/notifications': self(() => ({ url: '/me/notifications', body: { email: 'major', sms: 'critical', quiet: null, digest: 'off', digestMinute: 510 } })), // prettier-ignore

  // ---- alarms and desk. Tickets here are nobody's: what one reported oneself is seen wherever it is.
  'GET /alarms': list('/alarms?limit=200', 'alarm'),
  'GET /alarms/counts': list('/alarms/counts', (_w, place) => new RegExp(`"${countedAs[place]}":[1-9]`)),
  'GET /alarms/:id': one('/alarms', 'alarm'),
  'GET /alarms/:id/events': one('/alarms', 'alarm', '/events'),
  'PUT /alarms/:id/suppression': at((w, place) => ({ url: `/alarms/${w.at[place].alarm}/suppression`, body: { until: w.context.now + 60_000, reason: '施工' } })), // prettier-ignore
  'DELETE /alarms/:id/suppression': one('/alarms', 'alarm', '/suppression'),
  'POST /alarms/acknowledgements': at((w, place) => ({ url: '/alarms/acknowledgements', body: { ids: [w.at[place].alarm] } })), // prettier-ignore
  'POST /alarms/suppressions': at((w, place) => ({ url: '/alarms/suppressions', body: { ids: [w.at[place].alarm], until: w.context.now + 60_000, reason: '施工' } })), // prettier-ignore

  'GET /portal/home': at((w, place) => ({ url: `/portal/home?siteId=${w.at[place].site}` })),
  'PUT /portal/site': at((w, place) => ({ url: '/portal/site', body: { siteId: w.at[place].site } })),
  'POST /portal/reports': at((w, place) => ({ url: '/portal/reports', body: reportAt(w, place) })),
  'GET /portal/tickets': whole(() => ({ url: '/portal/tickets' })),
  'POST /portal/outages/:id/me-too': at(async (w, place) => {
    const { site: siteId } = w.at[place]
    const id = await w.make.ticket(place)
    await w.context.db
      .updateTable('tickets')
      .set({ major: 1, site_id: siteId })
      .where('id', '=', id)
      .execute()
    return { url: `/portal/outages/${id}/me-too`, body: { siteId } }
  }),
  'GET /hotline/lookup': each(
    (w, place) => `/hotline/lookup?q=${encodeURIComponent(`site ${place}`)}`,
    'site',
  ),
  'GET /hotline/situation': at((w, place) => ({ url: `/hotline/situation?siteId=${w.at[place].site}` })),
  'GET /hotline/calls': list('/hotline/calls?limit=200', 'call'),
  'POST /hotline/calls': whole(() => ({ url: '/hotline/calls', body: { callId: unique('call'), number: '13900000000' } })), // prettier-ignore
  'PATCH /hotline/calls/:id': at((w, place) => ({ url: `/hotline/calls/${w.at[place].call}`, body: { note: '回电' } })), // prettier-ignore
  'POST /hotline/calls/:id/me-too': at(async (w, place) => ({ url: `/hotline/calls/${await w.make.call(place)}/me-too`, body: { ticketId: await w.make.ticket(place) } })), // prettier-ignore
  'POST /hotline/tickets': at((w, place) => ({ url: '/hotline/tickets', body: { siteId: w.at[place].site, category: 'network', title: '断网' } })), // prettier-ignore
  'GET /hotline/line': whole(() => ({ url: '/hotline/line' })),
  'PUT /hotline/line': whole(() => ({ url: '/hotline/line', body: { line: null } })),
  'GET /hotline/numbers': list('/hotline/numbers', 'region'),
  'PUT /hotline/numbers': at((w, place) => ({ url: '/hotline/numbers', body: { regionId: w.at[place].region, phone: `0311-${place}` } })), // prettier-ignore

  'GET /mailboxes': list('/mailboxes?limit=200', 'mailbox'),
  'POST /rating-links': open(() => ({ url: '/rating-links', body: { token: `${'x'.repeat(26)}.${'x'.repeat(43)}` } })), // prettier-ignore
  'POST /rating-links/rating': open(() => ({ url: '/rating-links/rating', body: { token: `${'x'.repeat(26)}.${'x'.repeat(43)}`, score: 5 } })), // prettier-ignore
  'POST /mailboxes': at((w, place) => ({
    url: '/mailboxes',
    body: { ...mailbox, regionId: w.at[place].region },
  })),
  'PATCH /mailboxes/:id': at((w, place) => ({ url: `/mailboxes/${w.at[place].mailbox}`, body: { name: unique('邮箱') } })), // prettier-ignore
  'DELETE /mailboxes/:id': at(async (w, place) => ({ url: `/mailboxes/${await w.make.mailbox(place)}` })),
  'POST /mailboxes/:id/test': at((w, place) => ({ url: `/mailboxes/${w.at[place].mailbox}/test` })),
  'GET /tickets/:id/mails': one('/tickets', 'ticket', '/mails'),
  'GET /bookings': list('/bookings?limit=200', 'booking'),
  'GET /bookings/:id': one('/bookings', 'booking'),
  'POST /bookings': at((w, place) => ({ url: '/bookings', body: bookingAt(w, place) })),
  'POST /bookings/preview': at((w, place) => ({ url: '/bookings/preview', body: bookingAt(w, place) })),
  'PATCH /bookings/:id': at((w, place) => ({ url: `/bookings/${w.at[place].booking}`, body: { note: '改期' } })), // prettier-ignore
  'POST /bookings/:id/cancel': at(async (w, place) => ({ url: `/bookings/${await w.make.booking(place, w.at[place].site)}/cancel` })), // prettier-ignore
  'GET /changes/calendar': list('/changes/calendar?from=1795000000000&until=1797000000000', 'booking'),
  'POST /changes/preview': at((w, place) => ({ url: '/changes/preview', body: planAt(w, place) })),
  'GET /changes/tickets': list('/changes/tickets?limit=200', 'plannedChange'),
  'POST /changes': at((w, place) => ({ url: '/changes', body: changeAt(w, place) })),
  'GET /changes/:id': one('/changes', 'plannedChange'),
  'PATCH /changes/:id': at((w, place) => ({ url: `/changes/${w.at[place].plannedChange}`, body: { reason: '老化' } })), // prettier-ignore
  'GET /problems': list('/problems?limit=200', 'problem'),
  'GET /problems/suggestions': whole(() => ({ url: '/problems/suggestions' })),
  'POST /problems': at((w, place) => ({ url: '/problems', body: { title: '反复中断', description: '', incidentIds: [w.at[place].ticket] } })), // prettier-ignore
  'GET /problems/:id': one('/problems', 'problem'),
  'PATCH /problems/:id': at((w, place) => ({ url: `/problems/${w.at[place].problem}`, body: { rootCause: '老化' } })), // prettier-ignore
  'GET /tickets/:id/known-errors': one('/tickets', 'ticket', '/known-errors'),
  'GET /tickets/:id/clocks': one('/tickets', 'ticket', '/clocks'),
  'GET /clocks': at((w, place) => ({ url: `/clocks?ticketIds=${w.at[place].ticket}` })),
  'GET /tickets/:id/pauses/preview': at((w, place) => ({ url: `/tickets/${w.at[place].ticket}/pauses/preview?from=${w.context.now - 2000}&until=${w.context.now - 1000}` })), // prettier-ignore
  'POST /tickets/:id/pauses': at((w, place) => ({ url: `/tickets/${w.at[place].ticket}/pauses`, body: { from: w.context.now - 2000, until: w.context.now - 1000, reason: '停电' } })), // prettier-ignore
  'GET /desk-rules/targets': list('/desk-rules/targets?limit=200', 'target'),
  'POST /desk-rules/targets': at((w, place) => ({ url: '/desk-rules/targets', body: targetAt(w, place) })),
  'PATCH /desk-rules/targets/:id': at((w, place) => ({ url: `/desk-rules/targets/${w.at[place].target}`, body: { name: '二级' } })), // prettier-ignore
  'DELETE /desk-rules/targets/:id': at(async (w, place) => ({ url: `/desk-rules/targets/${await w.make.target(place)}` })), // prettier-ignore
  'GET /desk-rules/calendars': list('/desk-rules/calendars?limit=200', 'serviceCalendar'),
  'GET /desk-rules/calendars/:id/days': at((w, place) => ({ url: `/desk-rules/calendars/${w.at[place].serviceCalendar}/days?year=2026` })), // prettier-ignore
  'POST /desk-rules/calendars': at((w, place) => ({
    url: '/desk-rules/calendars',
    body: calendarAt(w, place),
  })),
  'PATCH /desk-rules/calendars/:id': at((w, place) => ({ url: `/desk-rules/calendars/${w.at[place].serviceCalendar}`, body: { name: '县局' } })), // prettier-ignore
  'DELETE /desk-rules/calendars/:id': at(async (w, place) => ({ url: `/desk-rules/calendars/${await w.make.serviceCalendar(place)}` })), // prettier-ignore
  'GET /desk-rules/escalations': list('/desk-rules/escalations?limit=200', 'escalationRule'),
  'POST /desk-rules/escalations': at((w, place) => ({ url: '/desk-rules/escalations', body: escalationAt(w, place) })), // prettier-ignore
  'PATCH /desk-rules/escalations/:id': at((w, place) => ({ url: `/desk-rules/escalations/${w.at[place].escalationRule}`, body: { name: '通知', steps: escalationAt(w, place).steps } })), // prettier-ignore
  'DELETE /desk-rules/escalations/:id': at(async (w, place) => ({ url: `/desk-rules/escalations/${await w.make.escalationRule(place)}` })), // prettier-ignore
  'GET /changes/freezes': list('/changes/freezes?limit=200', 'freeze'),
  'POST /changes/freezes': at((w, place) => ({ url: '/changes/freezes', body: freezeAt(w, place) })),
  'DELETE /changes/freezes/:id': at(async (w, place) => ({ url: `/changes/freezes/${await w.make.freeze(place)}` })), // prettier-ignore
  'GET /changes/models': list('/changes/models?limit=200', 'changeModel'),
  'POST /changes/models': at((w, place) => ({ url: '/changes/models', body: { regionId: w.at[place].region, name: '升级', template: changeTemplate } })), // prettier-ignore
  'PATCH /changes/models/:id': at((w, place) => ({ url: `/changes/models/${w.at[place].changeModel}`, body: { name: '换件' } })), // prettier-ignore
  'POST /changes/models/:id/approve': at((w, place) => ({ url: `/changes/models/${w.at[place].changeModel}/approve`, body: { updatedAt: 1 } }), [409]), // prettier-ignore
  'DELETE /changes/models/:id': at(async (w, place) => ({ url: `/changes/models/${await w.make.changeModel(place)}` })), // prettier-ignore
  'GET /windows': list('/windows?limit=200', 'window'),
  'GET /windows/calendar': list('/windows/calendar?from=1795000000000&until=1797000000000', 'window'),
  'GET /windows/:id': one('/windows', 'window'),
  'POST /windows': at((w, place) => ({ url: '/windows', body: windowAt(w, place) })),
  'POST /windows/preview': at((w, place) => ({ url: '/windows/preview', body: windowAt(w, place) })),
  'PATCH /windows/:id': at((w, place) => ({ url: `/windows/${w.at[place].window}`, body: { note: '改期' } })),
  'POST /windows/:id/cancel': at(async (w, place) => ({ url: `/windows/${await w.make.window(place, w.at[place].router)}/cancel` })), // prettier-ignore

  'GET /discoveries': list('/discoveries?limit=200', 'discovery'),
  'GET /discoveries/:id': one('/discoveries', 'discovery'),
  'POST /discoveries': at((w, place) => ({ url: '/discoveries', body: { name: unique('发现'), regionId: w.at[place].region, collectorId: w.at[place].collector, ranges: ['10.66.0.0/30'], snmp: [{ version: '2c', community: 'c' }] } })), // prettier-ignore
  'DELETE /discoveries/:id': at(async (w, place) => ({ url: `/discoveries/${await w.make.discovery(place, 'done')}` })), // prettier-ignore
  'POST /discoveries/:id/stop': at(async (w, place) => ({ url: `/discoveries/${await w.make.discovery(place, 'waiting')}/stop` })), // prettier-ignore
  'POST /discoveries/:id/resume': at(async (w, place) => ({ url: `/discoveries/${await w.make.discovery(place, 'cancelled')}/resume` })), // prettier-ignore
  'GET /discoveries/:id/finds': at((w, place) => ({ url: `/discoveries/${w.at[place].discovery}/finds` })),
  'POST /discoveries/:id/accept': at((w, place) => ({ url: `/discoveries/${w.at[place].discovery}/accept`, body: { finds: [{ id: 'fin_x' }] } })), // prettier-ignore
  'POST /discoveries/:id/ignore': at((w, place) => ({ url: `/discoveries/${w.at[place].discovery}/ignore`, body: { finds: ['fin_x'], ignored: true } })), // prettier-ignore

  'GET /drills': list('/drills?limit=200', 'drill'),
  'GET /drills/:id': one('/drills', 'drill'),
  'POST /drills': at((w, place) => ({ url: '/drills', body: { linkId: w.at[place].link, startsAt: w.context.now, minutes: 30 } }), [422]), // prettier-ignore
  'POST /drills/:id/cancel': at(async (w, place) => ({ url: `/drills/${await w.make.drill(place, w.at[place].link, w.at[place].circuit)}/cancel` })), // prettier-ignore

  'GET /incident-policies': list('/incident-policies', 'policy'),
  'POST /incident-policies': at((w, place) => ({ url: '/incident-policies', body: { regionId: w.at[place].region, name: unique('策略'), match: {}, action: { open: 'never' }, enabled: false } })), // prettier-ignore
  'PATCH /incident-policies/:id': at((w, place) => ({ url: `/incident-policies/${w.at[place].policy}`, body: { name: '不建单' } })), // prettier-ignore
  'DELETE /incident-policies/:id': at(async (w, place) => ({ url: `/incident-policies/${await w.make.policy(place)}` })), // prettier-ignore

  'POST /alarms/:id/acknowledgement': onAlarm(),
  'DELETE /alarms/:id/acknowledgement': onAlarm(
    (w, id) =>
    w.context.db.updateTable('alarms').set({ acknowledged_by: w.at.own.user, acknowledged_at: 1 }).where('id', '=', id).execute(), // prettier-ignore
  ),
  'GET /articles': list('/articles?limit=200', 'article'),
  'GET /articles/search': list('/articles/search?text=article', 'article'),
  'GET /knowledge/suggestions': list('/knowledge/suggestions?text=article&limit=10', 'article'),
  'GET /knowledge/gaps': whole(() => ({ url: '/knowledge/gaps' })),
  'POST /knowledge/from-ticket/:id': at((w, place) => ({
    url: `/knowledge/from-ticket/${w.at[place].ticket}`,
  })),
  'GET /articles/:id/readers': at((w, place) => ({ url: `/articles/${w.at[place].article}/readers` })),
  'GET /articles/:id/readers.csv': at((w, place) => ({ url: `/articles/${w.at[place].article}/readers.csv` })), // prettier-ignore
  'POST /articles/:id/reviewed': at((w, place) => ({ url: `/articles/${w.at[place].article}/reviewed` })),
  'GET /search': self(() => ({ url: '/search?q=article' })),
  'GET /articles/:id': one('/articles', 'article'),
  'GET /articles/:id/versions': at((w, place) => ({ url: `/articles/${w.at[place].article}/versions` })),
  'POST /articles': at((w, place) => ({
    url: '/articles',
    body: { ...article, regionId: w.at[place].region },
  })),
  'PUT /articles/:id/draft': at(async (w, place) => ({ url: `/articles/${await w.make.article(place, 'draft')}/draft`, body: { ...article, base: firstDraft } })), // prettier-ignore
  'POST /articles/:id/submit': at(async (w, place) => ({ url: `/articles/${await w.make.article(place, 'draft')}/submit` })), // prettier-ignore
  'POST /articles/:id/publish': at(async (w, place) => ({ url: `/articles/${await w.make.article(place, 'review')}/publish`, body: { base: firstDraft } })), // prettier-ignore
  'POST /articles/:id/return': at(async (w, place) => ({ url: `/articles/${await w.make.article(place, 'review')}/return`, body: { note: '缺步骤' } })), // prettier-ignore
  'POST /articles/:id/retire': at(async (w, place) => ({ url: `/articles/${await w.make.article(place, 'published')}/retire` })), // prettier-ignore
  'PUT /articles/:id/vote': at((w, place) => ({ url: `/articles/${w.at[place].article}/vote`, body: { helpful: true } })), // prettier-ignore
  'POST /articles/:id/confirm': at((w, place) => ({ url: `/articles/${w.at[place].article}/confirm` })),
  'POST /articles/:id/uses': at((w, place) => ({ url: `/articles/${w.at[place].article}/uses`, body: { ticketId: w.at[place].ticket, how: 'solved' } })), // prettier-ignore
  'GET /tickets/:id/articles': at((w, place) => ({ url: `/tickets/${w.at[place].ticket}/articles` })),
  'GET /files': at((w, place) => ({ url: `/files?ownerType=ticket&ownerId=${w.at[place].ticket}` })),
  'POST /files': at((w, place) => ({
    url: `/files?ownerType=ticket&ownerId=${w.at[place].ticket}`,
    ...attachmentPost,
  })),
  'GET /files/:id/content': at(async (w, place) => ({ url: `/files/${await attachedTo(w, place)}/content` })),
  'DELETE /files/:id': at(async (w, place) => ({ url: `/files/${await attachedTo(w, place)}` })),
  'GET /tickets': list('/tickets?limit=200', 'ticket'),
  'PATCH /tickets/:id': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}`, body: { title: '全县断网' } })), // prettier-ignore
  'PUT /tickets/:id/tags': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/tags`, body: { tags: ['反复'] } })), // prettier-ignore
  'GET /desk/tags': whole(() => ({ url: '/desk/tags' })),
  'PUT /tickets/:id/watchers/:userId': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/watchers/me` })), // prettier-ignore
  'DELETE /tickets/:id/watchers/:userId': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/watchers/me` })), // prettier-ignore
  'POST /tickets/bulk': whole(() => ({ url: '/tickets/bulk', body: { ids: ['tkt_nobody'], act: { kind: 'priority', priority: 'P1' } } })), // prettier-ignore
  'GET /desk/board': each((w, place) => `/desk/board?regionId=${w.at[place].region}`, () => /"total":[1-9]/), // prettier-ignore
  'GET /desk/canned-answers': list('/desk/canned-answers?limit=200', 'answer'),
  'POST /desk/canned-answers': at((w, place) => ({ url: '/desk/canned-answers', body: { regionId: w.at[place].region, title: '已收到', body: '{ticket.number} 已收到' } })), // prettier-ignore
  'PATCH /desk/canned-answers/:id': at((w, place) => ({ url: `/desk/canned-answers/${w.at[place].answer}`, body: { title: '收到' } })), // prettier-ignore
  'DELETE /desk/canned-answers/:id': at(async (w, place) => ({ url: `/desk/canned-answers/${await w.make.answer(place)}` })), // prettier-ignore
  'GET /tickets/:id/canned-answers': one('/tickets', 'ticket', '/canned-answers'),
  'GET /desk/views': self(() => ({ url: '/desk/views' })),
  'POST /desk/views': self(() => ({ url: '/desk/views', body: savedView })),
  'PATCH /desk/views/:id': self(async (w, who) => ({ url: `/desk/views/${await w.make.savedView(who.userId)}`, body: { name: '我的' } })), // prettier-ignore
  'DELETE /desk/views/:id': self(async (w, who) => ({
    url: `/desk/views/${await w.make.savedView(who.userId)}`,
  })),
  'GET /tickets/counts': each((w, place) => `/tickets/counts?regionId=${w.at[place].region}`, () => /"all":[1-9]/), // prettier-ignore
  'GET /tickets/:id': one('/tickets', 'ticket'),
  'POST /tickets': at((w, place) => ({ url: '/tickets', body: { title: '断网', description: '', regionId: w.at[place].region } })), // prettier-ignore
  'POST /tickets/:id/comments': at((w, place) => ({ url: `/tickets/${w.at[place].ticket}/comments`, body: { text: '在查', visibility: 'public' } })), // prettier-ignore
  'POST /tickets/:id/assign': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/assign`, body: { teamId: w.at[place].team } })), // prettier-ignore
  'POST /tickets/:id/move': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/move`, body: { to: 'in_progress' } })), // prettier-ignore

  'GET /tickets/:id/related': one('/tickets', 'ticket', '/related'),
  'GET /tickets/:id/escalations': one('/tickets', 'ticket', '/escalations'),
  'GET /tickets/:id/escalation-targets': one('/tickets', 'ticket', '/escalation-targets'),
  'POST /tickets/:id/escalations': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/escalations`, body: { teamId: w.at[place].team, reason: '缺备件' } })), // prettier-ignore
  'POST /tickets/:id/escalations/:escalationId/decision': at(async (w, place) => {
    const { ticketId, escalationId } = await offered(w, place)
    return {
      url: `/tickets/${ticketId}/escalations/${escalationId}/decision`,
      body: { decision: 'accepted' },
    }
  }),
  'POST /tickets/:id/urgings': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/urgings`, body: { text: '请尽快' } })), // prettier-ignore
  'POST /tickets/:id/major': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/major`, body: { major: true } })), // prettier-ignore
  'PUT /tickets/:id/parent': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/parent`, body: { parentId: await major(w, place) } })), // prettier-ignore
  'DELETE /tickets/:id/parent': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/parent` })), // prettier-ignore
  'POST /tickets/:id/merge': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/merge`, body: { intoId: w.at[place].ticket } })), // prettier-ignore
  'POST /tickets/:id/split': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/split`, body: { title: '打印机', entryIds: [] } })), // prettier-ignore
  'PUT /tickets/:id/links/:otherId': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/links/${w.at[place].ticket}`, body: { kind: 'related' } })), // prettier-ignore
  'DELETE /tickets/:id/links/:otherId': at(async (w, place) => ({ url: `/tickets/${await linked(w, place)}/links/${w.at[place].ticket}` })), // prettier-ignore
  'POST /tickets/:id/me-too': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/me-too`, body: { text: '我们也断了' } })), // prettier-ignore
  // whoever did not report it is refused, wherever it is
  'POST /tickets/:id/rating': at(async (w, place) => ({ url: `/tickets/${await w.make.ticket(place)}/rating`, body: { score: 5 } })), // prettier-ignore
  'GET /desk/teams/:id/duty': at((w, place) => ({ url: `/desk/teams/${w.at[place].team}/duty` })),
  'PUT /desk/teams/:id/duty': at((w, place) => ({ url: `/desk/teams/${w.at[place].team}/duty`, body: { policy: 'off' } })), // prettier-ignore
  'GET /catalogue/items': self(() => ({ url: '/catalogue/items' })),
  'GET /catalogue/records': list('/catalogue/records?kind=site&q=site', 'site'),
  'GET /catalogue/items/all': list('/catalogue/items/all?limit=200', 'item'),
  'POST /catalogue/items': at((w, place) => ({ url: '/catalogue/items', body: { ...catalogueItem, key: unique('item-').toLowerCase(), regionId: w.at[place].region } })), // prettier-ignore
  'PATCH /catalogue/items/:id': at(async (w, place) => ({ url: `/catalogue/items/${await w.make.item(place)}`, body: { version: 1, enabled: false } })), // prettier-ignore
  'DELETE /catalogue/items/:id': at(async (w, place) => ({ url: `/catalogue/items/${await w.make.item(place)}` })), // prettier-ignore
  'POST /requests': self(async (_w, who) => ({ url: '/requests', body: { itemId: await offeredTo(who), answers: {} } })), // prettier-ignore
  'GET /tickets/:id/request': at((w, place) => ({ url: `/tickets/${w.at[place].request}/request` })),
  'POST /tickets/:id/receipt': at(async (w, place) => ({ url: `/tickets/${await w.make.request(place)}/receipt`, body: stroke })), // prettier-ignore
  'GET /approvals': self(() => ({ url: '/approvals' })),
  'GET /approvals/count': self(() => ({ url: '/approvals/count' })),
  'POST /approvals/:id/decision': self(async (w, who) => ({ url: `/approvals/${await w.make.approval('own', who.userId)}/decision`, body: { approved: false, text: '不需要' } })), // prettier-ignore
  'GET /tickets/:id/approvals': at((w, place) => ({ url: `/tickets/${w.at[place].request}/approvals` })),
  'GET /deputies': self(() => ({ url: '/deputies' })),
  'POST /deputies': self(async (w) => ({ url: '/deputies', body: await deputy(w) })),
  'DELETE /deputies/:id': self(async (w, who) => {
    await who.ask('POST', { url: '/deputies', body: await deputy(w) })
    const { items } = (await who.ask('GET', { url: '/deputies' })).json() as { items: { id: string }[] }
    return { url: `/deputies/${items[0]!.id}` }
  }),
  'GET /tasks': self(() => ({ url: '/tasks' })),
  'GET /tickets/:id/tasks': at((w, place) => ({ url: `/tickets/${w.at[place].request}/tasks` })),
  'PATCH /tasks/:id': at(async (w, place) => ({ url: `/tasks/${await w.make.task(place)}`, body: { state: 'done' } })), // prettier-ignore

  // ---- automation, demo, collectors, trail
  'POST /runs': at(async (w, place) => ({ url: '/runs', body: { playbook: 'collect-diagnostics', deviceId: await playable(w, place) } })), // prettier-ignore
  'GET /jobs/:id': one('/jobs', 'job'),
  'POST /jobs/:id/cancel': at(async (w, place) => ({ url: `/jobs/${await w.make.job(place, w.at[place].router)}/cancel` })), // prettier-ignore
  'GET /demo/faults': list('/demo/faults', (_w, place) => `flt_${place}`),
  'POST /demo/faults': at((w, place) => ({ url: '/demo/faults', body: { kind: 'circuit-cut', target: w.at[place].circuit } })), // prettier-ignore
  'DELETE /demo/faults/:id': at((_w, place) => ({ url: `/demo/faults/flt_${place}` })),
  'GET /collectors': list('/collectors', 'collector'),
  'POST /collectors': at((w, place) => ({ url: '/collectors', body: { name: unique('采集器'), regionId: w.at[place].region } })), // prettier-ignore
  'GET /collectors/:id': one('/collectors', 'collector'),
  'PATCH /collectors/:id': at((w, place) => ({ url: `/collectors/${w.at[place].collector}`, body: { name: unique('采集器') } })), // prettier-ignore
  'GET /collector-releases': whole(() => ({ url: '/collector-releases' })),
  'POST /collectors/:id/upgrade': at((w, place) => ({ url: `/collectors/${w.at[place].collector}/upgrade`, body: { release: 'x' } }), [409]), // prettier-ignore
  'POST /collectors/:id/revoke': at(async (w, place) => ({ url: `/collectors/${await w.make.collector(place)}/revoke` })), // prettier-ignore
  'POST /collectors/:id/token': at(async (w, place) => ({ url: `/collectors/${await w.make.collector(place)}/token` })), // prettier-ignore
  'GET /audit': list('/audit?action=estate.device-changed&limit=200', (w, place) => `"seq":${w.auditSeq[place]},`), // prettier-ignore
  'GET /audit/:seq': at((w, place) => ({ url: `/audit/${w.auditSeq[place]}` })),
  'GET /audit/export': list('/audit/export?action=estate.device-changed', (w, place) => `"seq":${w.auditSeq[place]},`), // prettier-ignore
}
