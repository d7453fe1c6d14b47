/**
 * Who recorded devices are, and what is read of them: the real discovery and first poll of each over UDP, scored.
 * `npm run bench:recognise [-- --recordings DIR --expected DIR --out DIR] [--only a,b] [--family F] [--loss 0.05 --delay 200] [--worst N] [--json]`
 * `npm run bench:recognise -- --devices 1000`: instead, so many of them at addresses of their own are swept and recognised.
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
import type { Discovery } from '../collector/src/discover/plan.ts'
import { measure } from '../collector/src/discover/measure.ts'
import { report } from '../collector/src/discover/report.ts'
import { SnmpEngine } from '../collector/src/snmp/engine.ts'
import { freeUdpPort } from '../collector/src/snmp/testing.ts'
import { countedSession } from './recognise/counted-session.ts'
import { recogniseProvince } from './recognise/province.ts'
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
    devices: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
/** Overall; each family of tier 3 with so many full recordings; identity of tier 3. */
const bars = { overall: 0.9, family: 0.92, fullRecordings: 3, identity: 0.97 }
/** A switch of 48 ports: first discovery on loopback, and round trips that wait for one another. */
const ofSwitch = { ports: { least: 44, most: 64 }, ms: 3000, inTurn: 25 }
/** Devices asked at once; each by a socket of its own, so that its packets can be counted. Across a long line they mostly wait. */
const atOnce = Number(values.delay) > 0 ? 64 : 8

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
  ports: number
  /** Requests answered; those of them that waited for the answers before them, to the end of the discovery. */
  roundTrips: number
  inTurn: number
  packets: number
  ms: number
}

const kit = (name: string) => join(shared, name)
if (!existsSync(kit('replay.mjs')) || !existsSync(values.recordings)) {
  console.error(`no recordings in ${values.recordings}, or nothing that serves them: left out`)
} else if (values.devices !== undefined) {
  const isMissed = await recogniseProvince(kit('replay.mjs'), values.recordings, Number(values.devices), values.json) // prettier-ignore
  if (isMissed) process.exitCode = 1
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
      const cost: Cost = { name, ports: 0, roundTrips: 0, inTurn: 0, packets: 0, ms: 0 }
      try {
        const { session, depth } = countedSession(engine, { address: '127.0.0.1', port }, { version: '2c', community: name }) // prettier-ignore
        const discovery = await discover(session, profiles)
        cost.inTurn = depth()
        cost.ms = performance.now() - startMs
        cost.ports = isSwitch(discovery) ? discovery.interfaces.filter(isEthernet).length : 0
        const found = report(name, discovery, await measure(session, discovery))
        writeFileSync(join(out, `${name}.json`), JSON.stringify(found))
      } catch (error) {
        crashes.push(`${name}: ${String(error)}`)
      }
      const { sent, retried } = engine.counters
      costs.push({ ...cost, roundTrips: sent - retried, packets: sent })
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
  const inTurn = spreadOf(costs.map((cost) => cost.inTurn))
  const ms = spreadOf(costs.map((cost) => cost.ms))
  const switches = costs.filter(({ ports }) => ports >= ofSwitch.ports.least && ports <= ofSwitch.ports.most)
  const most = (of: (cost: Cost) => number) => Math.max(0, ...switches.map(of))
  const slowest = { n: switches.length, inTurn: most((cost) => cost.inTurn), ms: most((cost) => cost.ms) }
  if (values.json)
    console.log(JSON.stringify({ overall, byTier, families, roundTrips: trips, inTurn, packets, ms, switches: slowest, crashes })) // prettier-ignore
  else {
    const row = (name: string, { min, median, max }: typeof ms) => [
      name,
      ...[min, median, max].map((n) => n.toFixed(0)),
    ]
    console.log(`\n${machine()}\n\n${table([['of a device', 'least', 'median', 'most'], row('round trips', trips), row('in turn, to discover', inTurn), row('packets', packets), row('ms to discover', ms)])}`) // prettier-ignore
    console.log(`\nof ${slowest.n} switches of ${ofSwitch.ports.least}–${ofSwitch.ports.most} ports: at most ${slowest.inTurn} round trips in turn, ${slowest.ms.toFixed(0)} ms`) // prettier-ignore
  }
  const missed = [
    ...crashes.map((crash) => `failed on ${crash}`),
    ...families
      .filter(isMissed)
      .map(({ family, score }) => `${family} ${percent(score)} ≥ ${percent(bars.family)}`),
  ]
  const isNear = Number(values.delay) === 0 && Number(values.loss) === 0
  if (slowest.inTurn > ofSwitch.inTurn && isNear) missed.push(`round trips in turn of a switch ${slowest.inTurn} ≤ ${ofSwitch.inTurn}`) // prettier-ignore
  if (slowest.ms > ofSwitch.ms && isNear) missed.push(`a switch in ${slowest.ms.toFixed(0)} ≤ ${ofSwitch.ms} ms`) // prettier-ignore
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

/** By its number of ports a large router looks like one. */
function isSwitch({ identity: { os, category } }: Discovery) {
  return category === 'network' && !['iosxr', 'junos'].includes(os)
}

function isEthernet({ ifType }: { ifType: number }) {
  return ifType === 6
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}
