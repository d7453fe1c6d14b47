import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../server/src/db/database.ts'
import { isSqlite } from '../../server/src/db/search-index.ts'
import { createTicketIndexes, ticketIndexes } from '../../server/src/db/ticket-indexes.ts'
import { initialsOf, squeezed, tokensOf } from '../../server/src/search/words.ts'

export interface Grounds {
  /** A region each, with its team. */
  places: { regionId: string; teamId: string }[]
  userIds: string[]
  nowMs: number
}

const years = 4
const openShare = 0.02
const linesEach = 5
const yearMs = 365 * 86_400_000

const things = ['路由器', '交换机', '打印机', '视频终端', '办公电脑', '专线', '电话', '邮箱', '业务系统', '无线网络'] // prettier-ignore
const faults = ['掉线', '无法启动', '频繁重启', '速度很慢', '指示灯告警', '不能登录', '没有声音', '报错 E-1042', '接口告警', '端口不通', '画面卡顿', '提示密码错误', '证书过期', '无法获取地址', '温度过高', '风扇异响', '卡纸', '白屏', '时断时续', '丢包严重'] // prettier-ignore
const templates = things.flatMap((thing) =>
  faults.map((fault) => ({
    title: `${thing}${fault}`,
    body: `今天上午起${thing}${fault}，已重启一次没有改善，影响窗口办理业务，请尽快处理。`,
  })),
)

/** Tickets as years of work leave them: one in fifty open, five lines each, found by words. By the database itself, which is quick. */
export async function seed(db: Db, tickets: number, grounds: Grounds): Promise<void> {
  for (const statement of ticketIndexes)
    await sql.raw(statement.replace(/^create index (\w+) .*/s, 'drop index $1')).execute(db)
  await helpers(db, grounds)
  await db.transaction().execute(async (tx) => {
    await sql.raw(ticketsSql(tickets, grounds)).execute(tx)
    await sql.raw(linesSql).execute(tx)
    await sql`insert into ticket_tags (ticket_id, tag) select id, 'tag-' || (impact * 10 + urgency * 3) from tickets where impact = 1`.execute(tx) // prettier-ignore
    await sql`insert into ticket_watchers (ticket_id, user_id, created_at) select id, requester_id, created_at from tickets where urgency = 1 and requester_id is not null`.execute(tx) // prettier-ignore
  })
  await index(db)
  await createTicketIndexes(db as never)
  for (const name of ['templates', 'places', 'users']) await sql.raw(`drop table bench_${name}`).execute(db)
  if (!isSqlite(db)) await sql`vacuum analyze`.execute(db)
}

async function helpers(db: Db, { places, userIds }: Grounds): Promise<void> {
  const rows: Record<string, [columns: string, rows: unknown[][]]> = {
    bench_places: ['n integer primary key, region_id text, team_id text, token text', places.map(({ regionId, teamId }, n) => [n, regionId, teamId, tokensOf(regionId).at(-1)])],
    bench_users: ['n integer primary key, id text', userIds.map((id, n) => [n, id])],
    bench_templates: ['n integer primary key, title text, body text, name text, heads text, words text', templates.map(({ title, body }, n) => {
      const heads = [...new Set([...tokensOf(title), ...initialsOf(title)])]
      return [n, title, body, squeezed(title), heads.join(' '), [...new Set([...heads, ...tokensOf(body)])].join(' ')]
    })],
  } // prettier-ignore
  for (const [name, [columns, values]] of Object.entries(rows)) {
    await sql.raw(`create table ${name} (${columns})`).execute(db)
    for (const row of values) await sql`insert into ${sql.table(name)} values (${sql.join(row)})`.execute(db)
  }
}

/** Pseudo-random by number, the same on every run and database. */
const pick = (factor: number, of: number) => `(n.i * ${factor} % 1000003 % ${of})`
const idOf = (n: string) => `'tkt_' || substr(cast(1000000000 + ${n} as text), 2) || '000000000'`

function ticketsSql(tickets: number, { places, userIds, nowMs }: Grounds): string {
  const stepMs = Math.max(1, Math.floor((years * yearMs) / tickets))
  const createdAt = `${nowMs} - cast(${tickets} - n.i as bigint) * ${stepMs}`
  const isOpen = `n.i > ${Math.floor(tickets * (1 - openShare))}`
  const isFresh = `n.i > ${Math.floor(tickets * (1 - 2 * openShare))}`
  const case_ = (by: string, values: string[]) => `case ${by} ${values.map((value, i) => `when ${i} then '${value}'`).join(' ')} end` // prettier-ignore
  const kind = `case when ${pick(17, 100)} < 90 then 'incident' when ${pick(17, 100)} < 99 then 'request' else 'problem' end`
  const open = `case ${kind} when 'request' then 'in_progress' when 'problem' then 'investigating' else ${case_(pick(7, 4), ['new', 'assigned', 'in_progress', 'pending'])} end` // prettier-ignore
  const state = `case when ${isOpen} then ${open} when ${isFresh} then case ${kind} when 'request' then 'fulfilled' else 'resolved' end when ${pick(11, 40)} = 0 then 'cancelled' else 'closed' end`
  return `insert into tickets (id, number, kind, state, priority, impact, urgency, title, description, channel, region_id, site_id, team_id,
      assignee_id, requester_id, category, due_at, resolved_at, closed_at, created_at, updated_at, score)
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${tickets})
    select ${idOf('n.i')}, 'INC' || substr(cast(100000000 + n.i / 1000 as text), 2) || '-' || substr(cast(10000 + n.i % 1000 as text), 2),
      ${kind}, ${state},
      'P' || (1 + ${pick(13, 4)}), 1 + ${pick(19, 10)} / 4, 1 + ${pick(23, 20)} / 8, t.title, t.body,
      ${case_(pick(29, 4), ['portal', 'phone', 'email', 'alarm'])}, p.region_id, 'sit_' || ${pick(31, 2000)}, p.team_id,
      case when ${isOpen} and ${pick(37, 3)} = 0 then null else u.id end, r.id, 'category-' || ${pick(41, 12)},
      case when ${isOpen} and ${pick(43, 5)} > 0 then ${nowMs} + (${pick(47, 4000)} - 1000) * 60000 end,
      case when not ${isOpen} then ${createdAt} + 7200000 end, case when not ${isFresh} then ${createdAt} + 90000000 end,
      ${createdAt}, ${createdAt} + ${pick(53, 4000)} * 60000 * (case when ${isOpen} then 0 else 1 end),
      case when not ${isOpen} and ${pick(59, 4)} = 0 then 1 + ${pick(61, 5)} end
    from n join bench_templates t on t.n = ${pick(67, templates.length)} join bench_places p on p.n = ${pick(71, places.length)}
      join bench_users u on u.n = ${pick(73, userIds.length)} join bench_users r on r.n = ${pick(79, userIds.length)}`
}

const linesSql = `insert into timeline (id, ticket_id, at, kind, visibility, author_id, text, details)
  with recursive k (i) as (select 1 union all select i + 1 from k where i < ${linesEach})
  select 'tle_' || substr(tickets.id, 5) || k.i, tickets.id, tickets.created_at + k.i * 60000, case when k.i = 1 then 'state' else 'comment' end,
    case when k.i % 2 = 0 then 'internal' else 'public' end, tickets.requester_id, tickets.description, '{}' from tickets cross join k`

async function index(db: Db): Promise<void> {
  const found = `from tickets k join bench_templates t on t.title = k.title join bench_places p on p.region_id = k.region_id`
  const also = `lower(substr(k.number, 1, 11))`
  const tail = `substr(k.number, 13)`
  const columns = 'id, kind, region_id, name, title, body, keywords, weight, updated_at'
  const values = `k.id, 'ticket', k.region_id, t.name, k.title, k.description, k.number, 0, k.updated_at`
  const run = (statement: string | RawBuilder<unknown>) => (typeof statement === 'string' ? sql.raw(statement) : statement).execute(db) // prettier-ignore
  await run(`create index bench_titles on bench_templates (title)`)
  if (!isSqlite(db)) {
    const vector = (words: string) => `('''' || replace(${words} || ' ' || ${also} || ' ' || ${tail} || ' ' || p.token, ' ', ''' ''') || '''')::tsvector` // prettier-ignore
    await run(`insert into search_docs (${columns}, area, heads, words) select ${values}, (select substr(code, 1, 4) from regions where id = k.region_id), ${vector('t.heads')}, ${vector('t.words')} ${found} order by k.id`) // prettier-ignore
    return
  }
  await run(`insert into search_docs (${columns}) select ${values} ${found} order by k.id`)
  for (const place of ['heads', 'words'])
    await run(`insert into search_${place} (rowid, words) select d.seq, t.${place} || ' ' || ${also} || ' ' || ${tail} || ' ' || p.token
      from search_docs d join tickets k on k.id = d.id join bench_templates t on t.title = k.title join bench_places p on p.region_id = k.region_id`) // prettier-ignore
}
