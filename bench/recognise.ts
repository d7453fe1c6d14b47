/**
 * Who recorded devices are, and what is read of them: the real discovery and first poll of each over UDP, scored.
 * `npm run bench:recognise [-- --recordings DIR --expected DIR --out DIR] [--only a,b] [--family F] [--loss 0.05 --delay 200] [--worst N] [--json]`
 * The recordings are not of this project: without `../shared/recordings` there is nothing to do. Ends with code 1 when a bar is missed.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { discover } from '../collector/src/discover/discover.ts'
import { measure } from '../collector/src/discover/measure.ts'
import { report } from '../collector/src/discover/report.ts'
import { SnmpEngine } from '../collector/src/snmp/engine.ts'
import { openSession } from '../collector/src/snmp/open.ts'
import { freeUdpPort } from '../collector/src/snmp/testing.ts'
import { machine, spreadOf, table } from './report.ts'

const shared = resolve(import.meta.dirname, '../../shared/recordings')
const { values } = parseArgs({
  options: {
    recordings: { type: 'string', default: join(shared, 'snmprec') },
    expected: { type: 'string', default: join(shared, 'expected') },
    out: { type: 'string' },
    only: { type: 'string' },
    family: { type: 'string' },
    loss: { type: 'string', default: '0' },
    delay: { type: 'string', default: '0' },
    worst: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})
/** Overall; each family of tier 3 with so many full recordings; identity of tier 3. */
const bars = { overall: 0.9, family: 0.92, fullRecordings: 3, identity: 0.97 }
/** Devices asked at once; each by a socket of its own, so that its packets can be counted. */
const atOnce = 8

interface Replay {
  close: () => Promise<unknown>
}
type Serve = (options: { dirs: string[]; port: number; loss: number; delay: number }) => Promise<Replay>
interface Family {
  family: string
  tier: number
  n: number
  full: number
  score: number
  identity: number
}
interface Score {
  overall: number
  byTier: Record<string, number>
  families: Family[]
}
interface Cost {
  name: string
  roundTrips: number
  packets: number
  ms: number
}

const kit = (name: string) => join(shared, name)
if (!existsSync(kit('replay.mjs')) || !existsSync(values.recordings)) {
  console.error(`no recordings in ${values.recordings}, or nothing that serves them: left out`)
} else {
  const out = values.out ?? mkdtempSync(join(tmpdir(), 'zongheng-recognise-'))
  mkdirSync(out, { recursive: true })
  try {
    const { costs, crashes } = await askAll(chosen(), out)
    tell(scored(out), costs, crashes)
  } finally {
    if (!values.out) rmSync(out, { recursive: true })
  }
}

/** Those that something is expected of. */
function chosen(): string[] {
  const only = values.only?.split(',')
  const names = readdirSync(values.expected)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
  const isOfFamily = (name: string) =>
    values.family === undefined ||
    (JSON.parse(readFileSync(join(values.expected, `${name}.json`), 'utf8')) as Family).family ===
      values.family
  return names.filter((name) => (only?.includes(name) ?? true) && isOfFamily(name))
}

async function askAll(names: string[], out: string): Promise<{ costs: Cost[]; crashes: string[] }> {
  const { serve } = (await import(pathToFileURL(kit('replay.mjs')).href)) as { serve: Serve }
  const port = await freeUdpPort()
  const replay = await serve({ dirs: [values.recordings], port, loss: Number(values.loss), delay: Number(values.delay) }) // prettier-ignore
  const profiles = loadProfiles()
  const costs: Cost[] = []
  const crashes: string[] = []
  const waiting = [...names]
  async function work(): Promise<void> {
    for (let name; (name = waiting.shift());) {
      const engine = new SnmpEngine({ sockets: 1 })
      const startMs = performance.now()
      try {
        const session = openSession(
          engine,
          { address: '127.0.0.1', port },
          { version: '2c', community: name },
        )
        const discovery = await discover(session, profiles)
        const found = report(name, discovery, await measure(session, discovery))
        writeFileSync(join(out, `${name}.json`), JSON.stringify(found))
      } catch (error) {
        crashes.push(`${name}: ${String(error)}`)
      }
      const { sent, retried } = engine.counters
      costs.push({ name, roundTrips: sent - retried, packets: sent, ms: performance.now() - startMs })
      engine.close()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  await replay.close()
  return { costs, crashes }
}

function scored(out: string): Score {
  const json = join(out, 'score.json')
  const family = values.family === undefined ? [] : ['--family', values.family]
  const text = execFileSync(process.execPath, [
    ...[kit('score.mjs'), '--expected', values.expected, '--actual', out, '--recordings', values.recordings],
    ...['--worst', values.worst, '--json', json, ...family],
  ])
  if (!values.json) process.stdout.write(text)
  const score = JSON.parse(readFileSync(json, 'utf8')) as Score
  rmSync(json)
  return score
}

function tell({ overall, byTier, families }: Score, costs: Cost[], crashes: string[]): void {
  const trips = spreadOf(costs.map(({ roundTrips }) => roundTrips))
  const packets = spreadOf(costs.map((cost) => cost.packets))
  const ms = spreadOf(costs.map((cost) => cost.ms))
  if (values.json)
    console.log(JSON.stringify({ overall, byTier, families, roundTrips: trips, packets, ms, crashes }))
  else {
    const row = (name: string, { min, median, max }: typeof ms) => [
      name,
      ...[min, median, max].map((n) => n.toFixed(0)),
    ]
    console.log(`\n${machine()}\n\n${table([['of a device', 'least', 'median', 'most'], row('round trips', trips), row('packets', packets), row('ms', ms)])}`) // prettier-ignore
  }
  const missed = [
    ...crashes.map((crash) => `failed on ${crash}`),
    ...families
      .filter(isMissed)
      .map(({ family, score }) => `${family} ${percent(score)} ≥ ${percent(bars.family)}`),
  ]
  if (values.only === undefined && values.family === undefined) {
    const third = families.filter(({ tier }) => tier === 3)
    const identity = third.reduce((sum, one) => sum + one.identity, 0) / third.length
    if (overall < bars.overall) missed.push(`overall ${percent(overall)} ≥ ${percent(bars.overall)}`)
    if (identity < bars.identity)
      missed.push(`identity of tier 3 ${percent(identity)} ≥ ${percent(bars.identity)}`)
  }
  for (const one of missed) console.error(`MISSED: ${one}`)
  if (missed.length > 0) process.exitCode = 1
}

function isMissed({ tier, full, score }: Family): boolean {
  return tier === 3 && full >= bars.fullRecordings && score < bars.family
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}
