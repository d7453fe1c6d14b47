/**
 * What the desk answers, and how soon, as tickets gather: 400 agents with a request each ten seconds, at the server.
 * `npm run bench:desk [-- --json] [--sizes 10000,100000,1000000] [--on sqlite,postgres] [--seconds 60]`
 * Ends with code 1 when a p95 is over 50 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
// @ts-expect-error: plain JavaScript of the CI scripts, which have no types
import { startPostgres } from '../.ci/postgres.mjs'
import { actOf, acts, askOf, type Act } from './desk/agents.ts'
import { openOffice, type Office } from './desk/office.ts'
import { machine, table } from './report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '10000,100000,1000000' },
    on: { type: 'string', default: 'sqlite,postgres' },
    seconds: { type: 'string', default: '60' },
  },
})
const sizes = values.sizes.split(',').map(Number)
const mostMs = 50
/** 400 agents, each one in ten seconds. */
const perSecond = 40
const warming = 200
/** As the operator’s guide asks of whoever has many tickets. */
const settings = { shared_buffers: '2GB' }

interface Row {
  database: string
  tickets: number
  act: Act
  p50Ms: number
  p95Ms: number
  /** To the p95 of the smallest size. */
  growth: number
}

const rows: Row[] = []
for (const database of values.on.split(',')) for (const tickets of sizes) await measure(database, tickets)
const lines = rows.map(({ database, tickets, act, p50Ms, p95Ms, growth }) => [database, tickets.toLocaleString('en'), act, p50Ms.toFixed(1), p95Ms.toFixed(1), `×${growth.toFixed(1)}`]) // prettier-ignore
if (values.json) for (const row of rows) console.log(JSON.stringify(row))
else
  console.log(`${machine()}\n\n${table([['', 'tickets', 'what', 'p50 ms', 'p95 ms', 'growth'], ...lines])}`)
for (const { database, tickets, act, p95Ms } of rows.filter(({ p95Ms }) => p95Ms > mostMs)) {
  console.error(`MISSED: ${database}, ${tickets} tickets: ${act} ${p95Ms.toFixed(1)} ≤ ${mostMs} ms`)
  process.exitCode = 1
}

async function measure(database: string, tickets: number): Promise<void> {
  const postgres = database === 'postgres' ? await startPostgres(settings) : undefined
  if (database === 'postgres' && !postgres) return console.error('postgres is not installed: left out')
  const dir = mkdtempSync(join(tmpdir(), 'zongheng-desk-'))
  try {
    const sinceMs = performance.now()
    const office = await openOffice(postgres?.url ?? `sqlite:${join(dir, 'desk.db')}`, dir, tickets)
    console.error(`${database}, ${tickets} tickets: seeded in ${((performance.now() - sinceMs) / 1000).toFixed(0)} s, ${machine()}`) // prettier-ignore
    const taken = await work(office)
    for (const act of acts) keep(database, tickets, act, taken[act])
    console.error(rows.slice(-acts.length).map(({ act, p50Ms, p95Ms }) => `${act} ${p50Ms.toFixed(1)}/${p95Ms.toFixed(1)}`).join('  ')) // prettier-ignore
    await office.close()
  } finally {
    postgres?.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function keep(database: string, tickets: number, act: Act, taken: number[]): void {
  const sorted = taken.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  const first = rows.find((row) => row.database === database && row.act === act)
  const p95Ms = at(0.95)
  rows.push({ database, tickets, act, p50Ms: at(0.5), p95Ms, growth: p95Ms / (first?.p95Ms ?? p95Ms) })
}

/** Each request when it is due, whether or not those before it are answered; from the request to its last octet. */
async function work({ agents }: Office): Promise<Record<Act, number[]>> {
  const seen = await Promise.all(agents.map((agent) => idsSeen(agent.ask)))
  const taken = Object.fromEntries(acts.map((act) => [act, [] as number[]])) as Record<Act, number[]>
  const all = warming + Number(values.seconds) * perSecond
  const under: Promise<void>[] = []
  const startMs = performance.now()
  for (let n = 0; n < all; n++) {
    await until(startMs + (n * 1000) / perSecond)
    const who = (n * 13) % agents.length
    const act = actOf(n)
    const ask = askOf(act, Math.floor(n / 7), seen[who]!)
    const fromMs = performance.now()
    const answered = agents[who]!.ask(ask).then(({ status, body }) => {
      if (status >= 400) throw new Error(`${ask.url}: ${status} ${body.slice(0, 300)}`)
      const ms = performance.now() - fromMs
      if (n >= warming) taken[act].push(ms)
      if (values.slow && ms > mostMs / 2) console.error(`${ms.toFixed(0)} ms  ${agents[who]!.name}  ${decodeURIComponent(ask.url)}`) // prettier-ignore
    })
    under.push(answered)
  }
  await Promise.all(under)
  return taken
}

async function idsSeen(ask: Office['agents'][number]['ask']): Promise<string[]> {
  const { body } = await ask({ method: 'GET', url: '/tickets?limit=50&state=open&sort=due' })
  return (JSON.parse(body) as { items: { id: string }[] }).items.map(({ id }) => id)
}

function until(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())))
}
