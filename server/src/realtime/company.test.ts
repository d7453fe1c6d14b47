import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { Company, type CompanionSocket } from './company.ts'

type Told = { room: string; names: string[] }

function newCompany(mayWatch: (ticketId: string) => Promise<boolean>) {
  const told: Told[] = []
  const company = new Company({
    log: silentLog(),
    worksWith: (_viewer, ticketId) => mayWatch(ticketId),
    tell: (room, { people }) =>
      void told.push({ room, names: people.map(({ name, isWriting }) => (isWriting ? `${name}…` : name)) }),
  })
  const join = (name: string) => {
    const session = { viewer: { userId: name, displayName: name } }
    const rooms = new Set<string>()
    const socket = Object.assign(new EventEmitter(), {
      id: `socket ${name}`,
      connected: true,
      data: { session },
      rooms,
      join: (room: string) => rooms.add(room),
      leave: (room: string) => rooms.delete(room),
    })
    company.welcome(socket as unknown as CompanionSocket)
    return socket
  }
  return { told, join }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

it('tells of whoever comes, writes and goes, also of a socket that just ends', async () => {
  const { told, join } = newCompany(async () => true)
  const [li, wang] = [join('li'), join('wang')]
  li.emit('watchTicket', 't1')
  wang.emit('watchTicket', 't1')
  await settled()
  wang.emit('writeTicket', { ticketId: 't1', isWriting: true })
  wang.emit('disconnect')
  li.emit('watchTicket', null)
  expect(told.map(({ names }) => names)).toEqual([['li'], ['li', 'wang'], ['li', 'wang…'], ['li'], []])
  expect(li.rooms.size).toBe(0)
})

it('opens the ticket that was asked for last, however late an answer comes, and none after the end', async () => {
  const answers = new Map<string, (may: boolean) => void>()
  const { told, join } = newCompany((ticketId) => new Promise((resolve) => answers.set(ticketId, resolve)))
  const li = join('li')
  li.emit('watchTicket', 't1')
  li.emit('watchTicket', 't2')
  answers.get('t2')!(true)
  answers.get('t1')!(true)
  await settled()
  expect([...li.rooms]).toEqual(['ticket:t2'])
  li.emit('watchTicket', 't3')
  li.connected = false
  li.emit('disconnect')
  answers.get('t3')!(true)
  await settled()
  expect(told.at(-1)).toEqual({ room: 'ticket:t2', names: [] })
})

it.each([
  ['what is not theirs', 'not-theirs', undefined],
  ['a number', 7, undefined],
  ['a very long id', 'x'.repeat(1000), undefined],
  ['writing on what is not open', null, { ticketId: 't1', isWriting: true }],
  ['no writing at all', null, 'writes'],
])('hears nothing for %s', async (_, ticketId, writing) => {
  const { told, join } = newCompany(async (id) => id !== 'not-theirs')
  const li = join('li')
  li.emit('watchTicket', ticketId)
  li.emit('writeTicket', writing)
  await settled()
  expect(told).toEqual([])
})
