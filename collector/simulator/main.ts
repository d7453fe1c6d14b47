import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { buildProvince } from '@zongheng/inventory/demo/build.ts'
import type { Division } from '@zongheng/inventory/demo/province.ts'
import { Agents } from './agents.ts'
import { startControl } from './control.ts'
import { World } from './world/world.ts'

/** Epoch milliseconds that never go back. */
const clock = () => Math.floor(performance.timeOrigin + performance.now())

const { values } = parseArgs({
  options: {
    /** UDP port of all agents; 0: one that is free on all their addresses. */
    port: { type: 'string', default: '0' },
    /** TCP port of the control on 127.0.0.1. */
    control: { type: 'string', default: '0' },
    /** JSON file of Division[]. */
    divisions: { type: 'string' },
  },
})
const token = process.env['ZONGHENG_SIMULATOR_TOKEN']
if (!token) throw new Error('ZONGHENG_SIMULATOR_TOKEN is needed: what the control asks for')
if (values.divisions === undefined) throw new Error('--divisions FILE is needed: the province to play')

const divisions = JSON.parse(readFileSync(values.divisions, 'utf8')) as Division[]
const world = new World(buildProvince(divisions), clock())
const agents = await Agents.start(world, Number(values.port), clock)
const control = await startControl(world, { port: Number(values.control), token, clock })

let stopped = false
function stop(): void {
  if (stopped) return
  stopped = true
  agents.close()
  control.server.close()
  control.server.closeAllConnections()
  if (process.connected) process.disconnect()
}
process.on('SIGTERM', stop)
if (process.channel) process.on('disconnect', stop)
process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the parent decides when to stop

console.log(JSON.stringify({ port: agents.port, control: control.url }))
