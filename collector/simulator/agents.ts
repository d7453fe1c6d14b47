import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { BerError } from '../src/snmp/ber.ts'
import { decodeRequest, versions, type Request } from './message.ts'
import { viewOf } from './mib/agent.ts'
import type { MibView } from './mib/view.ts'
import { respond } from './respond.ts'
import type { DeviceState } from './world/device.ts'
import type { Path, World } from './world/world.ts'

export const community = 'public'
/** Below the range from which systems lend ports, so that a second start finds the first one's port free. */
const usualPorts = Array.from({ length: 64 }, (_, n) => 20161 + n)

/** An address, the device behind it, and the way there. */
interface Mouth {
  address: string
  device: DeviceState
  path: () => Path | null
}

/** Every address of the province: of each device, and of each circuit's lower end. */
function mouthsOf(world: World): Mouth[] {
  const management = [...world.devices.values()].map((device) => ({
    address: device.device.address,
    device,
    path: () => world.pathToDevice(device),
  }))
  const legs = [...world.circuits.values()].map((circuit) => ({
    address: circuit.circuit.zAddress,
    device: circuit.z,
    path: () => world.pathOverCircuit(circuit),
  }))
  return [...management, ...legs]
}

async function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind({ address, port, exclusive: true })
  try {
    await once(socket, 'listening')
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** One port that is free on all addresses: the wanted one (0: none in particular), else the first of the usual ones. */
async function bindAll(addresses: string[], port: number): Promise<Socket[]> {
  const candidates = [...new Set([port, ...usualPorts])].filter((candidate) => candidate !== 0)
  for (const candidate of candidates) {
    const sockets: Socket[] = []
    try {
      for (const address of addresses) sockets.push(await bind(address, candidate))
      return sockets
    } catch (error) {
      for (const socket of sockets) socket.close()
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  throw new Error(`no UDP port is free on all the province's addresses: tried ${candidates.join(', ')}`)
}

function understood(octets: Uint8Array): Request | null {
  try {
    const request = decodeRequest(octets)
    const known = request.version === versions.v1 || request.version === versions.v2c
    return known && request.community === community ? request : null
  } catch (error) {
    if (error instanceof BerError || error instanceof RangeError) return null
    throw error
  }
}

/** All the province's SNMP agents: a socket for each address, one port. */
export class Agents {
  readonly port: number
  readonly #sockets: Socket[]
  readonly #world: World
  readonly #clock: () => number
  readonly #random: () => number
  readonly #views = new Map<DeviceState, MibView>()
  readonly #underWay = new Set<NodeJS.Timeout>()

  private constructor(
    world: World,
    mouths: Mouth[],
    sockets: Socket[],
    clock: () => number,
    random: () => number,
  ) {
    this.#world = world
    this.#sockets = sockets
    this.#clock = clock
    this.#random = random
    this.port = sockets[0]!.address().port
    for (const [at, mouth] of mouths.entries()) {
      const socket = sockets[at]!
      socket.on('message', (octets, from) => this.#hear(socket, mouth, octets, from))
      socket.on('error', () => {}) // an answer that could not be sent is one that was lost
    }
  }

  /** `random` (0 to 1) decides what is lost, and how far delays stray. */
  static async start(
    world: World,
    port: number,
    clock: () => number,
    random: () => number = Math.random,
  ): Promise<Agents> {
    const mouths = mouthsOf(world)
    const sockets = await bindAll(
      mouths.map(({ address }) => address),
      port,
    )
    return new Agents(world, mouths, sockets, clock, random)
  }

  close(): void {
    for (const timer of this.#underWay) clearTimeout(timer)
    for (const socket of this.#sockets) socket.close()
  }

  #hear(socket: Socket, mouth: Mouth, octets: Buffer, from: RemoteInfo): void {
    const request = understood(octets)
    if (!request) return
    const atMs = this.#clock()
    this.#world.advance(atMs)
    const path = mouth.path()
    if (!path || this.#random() * 100 < path.lossPercent) return
    const answer = respond(request, this.#viewOf(mouth.device), atMs)
    if (answer) this.#send(socket, answer, from, path.rttMs * (1 + 0.06 * this.#random()))
  }

  #send(socket: Socket, answer: Buffer, to: RemoteInfo, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#underWay.delete(timer)
      socket.send(answer, to.port, to.address)
    }, delayMs)
    this.#underWay.add(timer)
  }

  #viewOf(device: DeviceState): MibView {
    let view = this.#views.get(device)
    if (!view) this.#views.set(device, (view = viewOf(device)))
    return view
  }
}
