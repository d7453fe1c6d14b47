/**
 * From a fault to the alarm on a console's screen and the message handed over: a demo of the whole province, struck again and again,
 * with a trap of the device above and without. `npm run bench:told [-- --json] [--repeats 5] [--only 'primary cut,…'] [--no-without]`
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Link, LinkDetail } from '../server/src/api.ts'
import { DemoProcess, until } from '../server/src/cli/loop-testing.ts'
import { machine, spreadOf, table } from './report.ts'
import {
  caseNames,
  hasTrap,
  isDiscovered,
  planStrike,
  sendTraps,
  strike,
  type CaseName,
} from './told/faults.ts'
import { Watch } from './told/watch.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    repeats: { type: 'string', default: '5' },
    only: { type: 'string', default: caseNames.join() },
    without: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const repeats = Number(values.repeats)
const cases = caseNames.filter((name) => values.only.split(',').includes(name))
/** After a trap; otherwise a line's probe of 10 s and one more, or a device's poll of 60 s and one more. */
const barOf = (name: CaseName, told: Row['told']) =>
  told === 'trap' ? 1000 : name === 'device off' ? 75_000 : 30_000
const calmWithinMs = 400_000
const askEveryMs = 10_000

interface Row {
  fault: CaseName
  told: 'trap' | 'poll'
  screenMs: ReturnType<typeof spreadOf>
  handedOverMs: ReturnType<typeof spreadOf>
  worstMs: number
  barMs: number
  isMet: boolean
}

process.env.ZONGHENG_TRAP_PORTS = String(await freePort())
process.env.ZONGHENG_SYSLOG_PORTS = 'off'
const demo = await DemoProcess.start()
const watch = await Watch.open(demo.api)
try {
  const links = await until('every link is normal', calmWithinMs, calmLinks)
  const rows: Row[] = []
  for (const told of values.without ? (['trap', 'poll'] as const) : (['trap'] as const))
    for (const name of cases.filter((one) => told === 'poll' || hasTrap(one))) {
      const row = await measure(name, told, links.splice(0, repeats))
      rows.push(row)
      if (values.json) console.log(JSON.stringify(row))
    }
  if (!values.json) report(rows)
  process.exitCode = rows.every(({ isMet }) => isMet) ? 0 : 1
} finally {
  watch.close()
  await demo.remove()
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** So many as are struck, each of its own; nothing of before is told any more. */
async function calmLinks(): Promise<Link[] | false> {
  await delay(askEveryMs) // the server bounds how much one asks of it
  const links = await demo.api.all<Link>('/links')
  const normal = links.filter(({ tier, state }) => tier === 'county' && state === 'normal')
  const wanted = spread(normal).slice(0, repeats * cases.length * 2)
  if (wanted.length < repeats * cases.length * 2) return false
  const ends = (await Promise.all(wanted.map(({ id }) => demo.api.get<LinkDetail>(`/links/${id}`))))
    .flatMap(({ circuitDetails }) => circuitDetails.map(({ a }) => a.device.id)) // prettier-ignore
  return ends.every((id) => isDiscovered(demo, id)) && wanted
}

/** Neighbours in the list are of other cities. */
function spread(links: Link[]): Link[] {
  const cities = [...Map.groupBy(links, ({ upperSite }) => upperSite.id).values()]
  const longest = Math.max(...cities.map(({ length }) => length))
  return Array.from({ length: longest }, (_, i) => cities.flatMap((city) => city[i] ?? [])).flat()
}

/** With traps one after another, for each is to have the machine for itself; what is waited for long is waited for together. */
async function measure(name: CaseName, told: Row['told'], links: Link[]): Promise<Row> {
  const took: Awaited<ReturnType<typeof strikeOnce>>[] = []
  if (told === 'trap') for (const link of links) took.push(await strikeOnce(name, told, link))
  else took.push(...(await Promise.all(links.map((link) => strikeOnce(name, told, link)))))
  const screenMs = spreadOf(took.map((one) => one.screenMs))
  const handedOverMs = spreadOf(took.map((one) => one.handedOverMs))
  const barMs = barOf(name, told)
  const worstMs = Math.max(screenMs.max, handedOverMs.max)
  return { fault: name, told, screenMs, handedOverMs, worstMs, barMs, isMet: worstMs <= barMs }
}

async function strikeOnce(name: CaseName, told: Row['told'], link: Link) {
  const plan = await planStrike(demo, name, link)
  const beganMs = Date.now()
  const heal = await strike(demo, plan)
  if (told === 'trap') await sendTraps(plan, Number(process.env.ZONGHENG_TRAP_PORTS))
  const { screenMs, handedOverMs } = await watch.told(plan.entityIds, beganMs)
  await heal()
  const took = { screenMs: screenMs - beganMs, handedOverMs: handedOverMs - beganMs }
  process.stderr.write(`${name}, ${told}: ${plan.name} ${took.screenMs} / ${took.handedOverMs} ms\n`)
  return took
}

function report(rows: Row[]): void {
  const ms = ({ median, max }: Row['screenMs']) => [String(median), String(max)]
  const head = ['fault → told, ms', 'by', 'screen median', 'worst', 'handed over median', 'worst', 'bar', '']
  const lines = rows.map((row) => [row.fault, row.told, ...ms(row.screenMs), ...ms(row.handedOverMs), String(row.barMs), row.isMet ? 'holds' : 'MISSED']) // prettier-ignore
  console.log(`${machine()}, ${repeats} of each\n`)
  console.log(table([head, ...lines]))
}
