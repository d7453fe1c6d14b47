/** `usm-agents-process.ts '{"devices":100,…}'`: see `usm-agents.ts`. Prints where its devices are when they listen. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Datagram } from '../../collector/src/snmp/datagram.ts'
import { CommunityFraming } from '../../collector/src/snmp/framing.ts'
import { BackWriter } from '../../collector/src/snmp/octets.ts'
import type { Peer } from '../../collector/src/snmp/transport.ts'
import { UsmAgent } from '../../collector/src/snmp/usm/agent-testing.ts'
import { UsmUser } from '../../collector/src/snmp/usm/user.ts'
import { deviceAddress } from './build.ts'
import type { UsmAgentsTask } from './usm-agents.ts'

const task = JSON.parse(process.argv[2] ?? '') as UsmAgentsTask
const users = [new UsmUser(task.credential)]
const framing = new CommunityFraming({ version: '2c', community: 'public' })
const writer = new BackWriter()
const datagram = new Datagram()
/** By device and request-id: who waits for what the simulator says. */
const waiting = new Map<string, (response: Buffer) => void>()

const simulator = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 })
simulator.on('message', (octets, from) => {
  datagram.read(octets)
  const key = `${from.address} ${datagram.id}`
  waiting.get(key)?.(octets.subarray(datagram.communityEnd))
  waiting.delete(key)
})

const peers = await Promise.all(Array.from({ length: task.devices }, (_, index) => device(index)))
console.log(JSON.stringify(peers))

async function device(index: number): Promise<Peer> {
  const agent = new UsmAgent(`80007a6905${index.toString(16).padStart(8, '0')}`, users)
  const socket = createSocket('udp4')
  socket.on('message', (octets, from) => answer(agent, index, octets, from, socket))
  socket.bind(0, deviceAddress(index).replace('127.10.', '127.11.'))
  await once(socket, 'listening')
  const { address, port } = socket.address()
  return { address, port }
}

function answer(agent: UsmAgent, index: number, octets: Buffer, from: Peer, socket: Socket): void {
  const opened = agent.open(octets)
  if (Buffer.isBuffer(opened)) return socket.send(opened, from.port, from.address)
  datagram.readPdu(opened.pdu, 0, opened.pdu.length)
  const address = deviceAddress(index)
  waiting.set(`${address} ${datagram.id}`, (response) =>
    socket.send(opened.seal(response), from.port, from.address),
  )
  writer.begin()
  writer.raw(opened.pdu)
  simulator.send(framing.wrap(writer), task.port, address)
}
