/** From a real trap to the alarm that is told: a demo of the whole province, lines cut one after another, snmptrap(1) as their sender. */
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import type { Device, Fault, Link, LinkDetail } from '../server/src/api.ts'
import { DemoProcess, until } from '../server/src/cli/loop-testing.ts'
import { machine, spreadOf, table } from './report.ts'

const rounds = Number(process.argv[2] ?? 10)
const boundMs = 1000
const linkDown = '1.3.6.1.6.3.1.1.5.3'
const ifIndex = '1.3.6.1.2.1.2.2.1.1'
const askEveryMs = 10

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

const trapPort = await freePort()
process.env.ZONGHENG_TRAP_PORTS = String(trapPort)
const demo = await DemoProcess.start()
const { api } = demo
const db = new DatabaseSync(join(demo.dataDir, 'zongheng.db'), { readOnly: true })
const firing = db.prepare("SELECT id FROM alarms WHERE entity_id = ? AND state = 'firing'")

/** As the device's collector knows it. */
async function indexOf(deviceId: string, ifName: string): Promise<number> {
  const file = join(demo.dataDir, 'collector', 'discoveries', `${deviceId}.json`)
  await until(`${deviceId} is discovered`, 180_000, async () => existsSync(file))
  const found = /* its shape is the collector's own */ JSON.parse(readFileSync(file, 'utf8')) as object
  const walk = (value: unknown): number | undefined => {
    if (typeof value !== 'object' || value === null) return undefined
    const port = value as { ifName?: string; ifIndex?: number }
    if (port.ifName === ifName && typeof port.ifIndex === 'number') return port.ifIndex
    return Object.values(value).map(walk).find((index) => index !== undefined) // prettier-ignore
  }
  return walk(found)!
}

async function told(link: Link): Promise<number> {
  const primary = link.circuits.find(({ role }) => role === 'primary')!
  const { circuitDetails } = await api.get<LinkDetail>(`/links/${link.id}`)
  const { device, ifName } = circuitDetails.find(({ id }) => id === primary.id)!.a
  const { address } = await api.get<Device>(`/devices/${device.id}`)
  const index = await indexOf(device.id, ifName)
  const fault = await api.post<Fault>('/demo/faults', { kind: 'circuit-cut', target: primary.id })
  const beganMs = Date.now()
  execFileSync('snmptrap', ['-v2c', '-c', 'public', `--clientaddr=${address}`, `127.0.0.1:${trapPort}`, '', linkDown, `${ifIndex}.${index}`, 'i', String(index)]) // prettier-ignore
  for (;;) {
    if (firing.get(link.id)) break
    await delay(askEveryMs)
  }
  const tookMs = Date.now() - beganMs
  await api.delete(`/demo/faults/${fault.id}`)
  return tookMs
}

try {
  const normal = async () =>
    (await api.all<Link>('/links')).filter(({ tier, state }) => tier === 'county' && state === 'normal')
  const links = await until('all links are normal', 300_000, async () => {
    const found = await normal()
    return found.length >= rounds && found
  }) // prettier-ignore
  const took: number[] = []
  const ofOneCity = Map.groupBy(links, ({ upperSite }) => upperSite.id).values()
  for (const [link] of ofOneCity.take(rounds) as Iterable<[Link]>) {
    took.push(await told(link))
    process.stderr.write(`${link.name} ${took.at(-1)} ms\n`)
  }
  const { min, median, max } = spreadOf(took)
  console.log(machine())
  console.log(table([['trap → alarm, ms', 'least', 'median', 'most', 'bound'], [`${rounds} cuts`, String(min), String(median), String(max), String(boundMs)]])) // prettier-ignore
  process.exitCode = median > boundMs ? 1 : 0
} finally {
  await demo.remove()
}
