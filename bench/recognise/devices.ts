/** Answers for so many devices at addresses of their own, each as one of the recordings; ends with its parent. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { addressOf, type Served } from './addresses.ts'

type Recording = object
interface Kit {
  loadRecording: (file: string) => Recording
  answer: (message: Buffer, find: () => Recording) => Buffer | null
}

const [kit = '', folder = '', count = '0', port = '0'] = process.argv.slice(2)
const { loadRecording, answer } = (await import(pathToFileURL(kit).href)) as Kit
const files = readdirSync(folder).filter((name) => name.endsWith('.snmprec')).sort() // prettier-ignore
const recordings = files.map((name) => loadRecording(join(folder, name)))
for (let at = 0; at < Number(count); at++) {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 18 })
  const recording = recordings[at % recordings.length]!
  socket.on('message', (message, { port, address }) => {
    const reply = answer(message, () => recording)
    if (reply) socket.send(reply, port, address)
  })
  socket.bind(Number(port), addressOf(at))
  await once(socket, 'listening')
}
process.on('message', () => process.send!({ cpuMs: process.cpuUsage().user / 1000 } satisfies Served))
process.send!({ cpuMs: 0 } satisfies Served)
process.on('disconnect', () => process.exit())
