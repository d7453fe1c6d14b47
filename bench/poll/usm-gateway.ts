/**
 * SNMPv3 devices for the bench: `usm-gateway.ts FOLDER DEVICES` prints their addresses. Each is an engine of its own on a port of its
 * own; what it answers is the simulator's, asked once by v2c for each distinct request and kept.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Datagram } from '../../collector/src/snmp/datagram.ts'
import { CommunityFraming } from '../../collector/src/snmp/framing.ts'
import { BackWriter, Scanner } from '../../collector/src/snmp/octets.ts'
import { UsmAgent } from '../../collector/src/snmp/usm/agent-testing.ts'
import { UsmUser } from '../../collector/src/snmp/usm/user.ts'
import { deviceAddress, Simulator } from '../peers/build.ts'
import { usmCredential } from './zongheng.ts'

/** USM takes this much of a frame: what is left is the simulator's. */
const usmOctets = 110
const integer = 0x02

const [parent = '', devices = '1'] = process.argv.slice(2)
const folder = mkdtempSync(join(parent, 'usm-'))
const simulator = await Simulator.start(folder, { maxResponseOctets: 1472 - usmOctets })
const community = new CommunityFraming({ version: '2c', community: 'public' })
const user = usmCredential.version === '3' ? new UsmUser(usmCredential) : null
/** Response PDUs by request, both without their ids. */
const responses = new Map<string, Buffer>()
const behind = createSocket('udp4')
behind.bind(0)
await once(behind, 'listening')

const sockets = await Promise.all(Array.from({ length: Number(devices) }, (_, index) => device(index)))
process.stdout.write(
  JSON.stringify(sockets.map((socket) => ({ address: '127.0.0.1', port: socket.address().port }))) + '\n',
)
process.once('SIGTERM', () => void stop())

async function device(index: number): Promise<Socket> {
  const agent = new UsmAgent(`80007f0a04${index.toString(16).padStart(8, '0')}`, [user!])
  const socket = createSocket('udp4')
  socket.on('message', (datagram, from) => void answer(agent, socket, datagram, from))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

async function answer(agent: UsmAgent, socket: Socket, datagram: Buffer, from: RemoteInfo): Promise<void> {
  const unknown: { pdu?: Buffer } = {}
  const reply = agent.answer(datagram, (pdu) => {
    const response = responses.get(keyOf(pdu))
    if (!response) unknown.pdu = Buffer.from(pdu)
    return response ? withId(response, idOf(pdu)) : pdu
  })
  if (!unknown.pdu) return socket.send(reply, from.port, from.address)
  responses.set(keyOf(unknown.pdu), await ask(unknown.pdu))
  return answer(agent, socket, datagram, from)
}

/** The simulator's response PDU. One at a time: whoever asks the same meanwhile asks again. */
let asking: Promise<unknown> = Promise.resolve()
function ask(pdu: Buffer): Promise<Buffer> {
  const answered = asking.then(async () => {
    const writer = new BackWriter()
    writer.raw(pdu)
    behind.send(community.wrap(writer), simulator.port, deviceAddress(0))
    const [reply] = (await once(behind, 'message')) as [Buffer]
    const message = new Datagram()
    message.read(reply)
    return Buffer.from(reply.subarray(message.communityEnd))
  })
  asking = answered
  return answered
}

/** Where the request-id of a PDU lies. */
function idAt(pdu: Buffer): [start: number, end: number] {
  const scanner = new Scanner().over(pdu, 0, pdu.length)
  scanner.end = scanner.enter(pdu[0]!)
  const end = scanner.enter(integer)
  return [scanner.at, end]
}

function idOf(pdu: Buffer): Buffer {
  return pdu.subarray(...idAt(pdu))
}

function keyOf(pdu: Buffer): string {
  const [start, end] = idAt(pdu)
  return `${pdu[0]} ${pdu.toString('latin1', end)} ${end - start}`
}

/** The key holds the id's size, so the ids are of one size. */
function withId(response: Buffer, id: Buffer): Buffer {
  const pdu = Buffer.from(response)
  id.copy(pdu, idAt(pdu)[0])
  return pdu
}

async function stop(): Promise<void> {
  for (const socket of [...sockets, behind]) socket.close()
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
  process.exit()
}
