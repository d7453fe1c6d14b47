/**
 * What a search costs: a library grows, and is asked common words, rare ones, initials and whole sentences, on SQLite and on PostgreSQL,
 * as a county's reader and as the system. Fails above 30 ms (95 of 100 searches) at the last size.
 * `npm run bench:knowledge [-- --json] [--articles 100000] [--rounds 5]`; DATABASE_URL: a PostgreSQL that may be written to.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
// @ts-expect-error plain JavaScript, that CI runs before anything is installed
import { startPostgres } from '../.ci/postgres.mjs'
import { openDatabase, type Db } from '../server/src/db/database.ts'
import { isSqlite } from '../server/src/db/search-index.ts'
import { migrate } from '../server/src/db/migrate.ts'
import { readLibrary } from '../server/src/knowledge/library.ts'
import { SearchService, type FindOptions } from '../server/src/search/service.ts'
import { machine, spreadOf, table } from './report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    articles: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
  },
})
const p95AtMostMs = 30
const [articles, rounds] = [Number(values.articles), Number(values.rounds)]
const sizes = [...new Set([articles / 100, articles / 10, articles].map(Math.round))].filter((n) => n > 0)

const queries = [
  '故障', '路由', '接口', '专线中断', '打印机卡纸', '误码', '环回测试', 'LOS', 'display', 'ospf', 'ups 电池', '县局', '运营商 报障',
  'lyq', 'dyj', 'jf', 'KB-004711', '10.17.3', '由器', '障时', '拆', '县里的打印机今天早上又卡纸了怎么办',
  '路由器接口 down 了，对端也 ping 不通，是不是运营商的问题', '机房停电以后 UPS 一直在响', 'USBKey 插上没有反应',
] // prettier-ignore

interface Row {
  database: 'sqlite' | 'postgres'
  articles: number
  putPerSecond: number
  medianMs: number
  p95Ms: number
  maxMs: number
  slowest: string
}

/** Articles of the lines of real ones, the same in each run. */
async function* written(): AsyncGenerator<{ title: string; body: string }> {
  const library = await readLibrary()
  const lines = library.flatMap(({ body }) => body.split('\n').filter((line) => line.length > 12))
  const heads = library.flatMap(({ title }) => title.split(/[：、，]/))
  let state = 42
  const next = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % below
  for (let i = 0; ; i++) {
    const body = Array.from({ length: 6 + next(16) }, () => lines[next(lines.length)]).join('\n')
    yield { title: `${heads[next(heads.length)]}${heads[next(heads.length)]}（${i}）`, body: `10.${i % 250}.${i % 7}.1\n${body}` } // prettier-ignore
  }
}

const regionCount = 160
const regionId = (i: number) => `reg_${i % regionCount}`
const county: FindOptions = { viewer: { regionPaths: ['/reg_0/reg_7/'] }, fromAbove: true }
const system: FindOptions = { viewer: null }

async function addRegions(db: Db): Promise<void> {
  for (let i = 0; i < regionCount; i++) {
    const [id, parent] = [regionId(i), i === 0 ? null : regionId(0)]
    const common = { code: id, name: id, tier: parent ? 'county' : 'province', created_at: 0, updated_at: 0 } as const // prettier-ignore
    const path = parent ? `/${parent}/${id}/` : `/${id}/`
    await db.insertInto('regions').values({ ...common, id, parent_id: parent, managing_parent_id: parent, path }).execute() // prettier-ignore
  }
}

async function grow(
  db: Db,
  search: SearchService,
  from: number,
  until: number,
  texts: ReturnType<typeof written>,
) {
  // prettier-ignore
  const began = performance.now()
  for (let i = from; i < until;)
    await db.transaction().execute(async (tx) => {
      for (const end = Math.min(until, i + 500); i < end; i++) {
        const { value } = (await texts.next()) as { value: { title: string; body: string } }
        const keywords = [`KB-${String(i).padStart(6, '0')}`]
        // half of them are the province's, as a library is
        const region = regionId(i % 2 === 0 ? 0 : i)
        await search.put(tx, { ...value, kind: 'article', id: `art_${i}`, regionId: region, keywords, weight: i % 9, updatedAt: i }) // prettier-ignore
      }
    })
  if (!isSqlite(db)) await sql`vacuum analyze search_docs`.execute(db)
  return (until - from) / ((performance.now() - began) / 1000)
}

async function ask(search: SearchService): Promise<Pick<Row, 'medianMs' | 'p95Ms' | 'maxMs' | 'slowest'>> {
  for (const text of queries) await search.find(['article'], text, system)
  const taken: { text: string; ms: number }[] = []
  for (let round = 0; round < rounds; round++)
    for (const text of queries)
      for (const options of [county, system]) {
        const from = performance.now()
        await search.find(['article'], text, options)
        taken.push({ text, ms: performance.now() - from })
      }
  taken.sort((a, b) => a.ms - b.ms)
  return {
    medianMs: spreadOf(taken.map(({ ms }) => ms)).median,
    p95Ms: taken[Math.ceil(taken.length * 0.95) - 1]!.ms,
    maxMs: taken.at(-1)!.ms,
    slowest: taken.at(-1)!.text,
  }
}

async function measure(database: Row['database'], url: string): Promise<Row[]> {
  const db = openDatabase(url)
  try {
    await migrate(db)
    await addRegions(db)
    const search = new SearchService({ db, clock: Date.now })
    const texts = written()
    const rows: Row[] = []
    for (const [i, size] of sizes.entries()) {
      const putPerSecond = Math.round(await grow(db, search, sizes[i - 1] ?? 0, size, texts))
      rows.push({ database, articles: size, putPerSecond, ...(await ask(search)) })
    }
    return rows
  } finally {
    await db.destroy()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
const postgres = process.env.DATABASE_URL ? { url: process.env.DATABASE_URL, stop() {} } : await startPostgres() // prettier-ignore
try {
  const rows = await measure('sqlite', `sqlite:${join(folder, 'bench.db')}`)
  if (postgres) rows.push(...(await measure('postgres', postgres.url)))
  const isFast = rows.every((row) => row.articles < articles || row.p95Ms <= p95AtMostMs)
  if (values.json) console.log(JSON.stringify({ machine: machine(), p95AtMostMs, rows }))
  else {
    console.log(machine())
    const cells = rows.map((row) => [row.database, row.articles, row.putPerSecond, row.medianMs.toFixed(1), row.p95Ms.toFixed(1), row.maxMs.toFixed(1), row.slowest].map(String)) // prettier-ignore
    console.log(table([['database', 'articles', 'put/s', 'median ms', 'p95 ms', 'max ms', 'slowest'], ...cells])) // prettier-ignore
  }
  process.exitCode = isFast ? 0 : 1
} finally {
  postgres?.stop()
  rmSync(folder, { recursive: true })
}
