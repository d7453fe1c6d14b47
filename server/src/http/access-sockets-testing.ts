/** Consoles of every role, and what each is told when something happens at every place. */
import type { AddressInfo } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import parser from 'socket.io-msgpack-parser'
import { expect, vi } from 'vitest'
import type { StatefulType } from '../events.ts'
import type { Role } from '../identity/roles.ts'
import type { ServerToConsole } from '../realtime/events.ts'
import { placeNames, places, type Person, type Place, type Thing, type World } from './access-world-testing.ts' // prettier-ignore

type Event = keyof ServerToConsole
type Payload<E extends Event> = Parameters<ServerToConsole[E]>[0]

/** By what a place's message is known. An event without an entry does not compile. */
const placeOf: { [E in Event]: (w: World, payload: Payload<E>) => (Place | undefined)[] } = {
  link: (w, { id }) => [whose(w, id)],
  readings: (w, readings) => readings.map(({ linkId }) => whose(w, linkId)),
  device: (w, { id }) => [whose(w, id)],
  site: (w, { id }) => [whose(w, id)],
  check: (w, { id }) => [whose(w, id)],
  service: (w, { id }) => [whose(w, id)],
  room: (w, { id }) => [whose(w, id)],
  alarm: (w, { id }) => [whose(w, id)],
  alarmCounts: (_w, counts) => placeNames.filter((place) => counts[countedAs[place]] > 0),
  ticket: (w, { id }) => [whose(w, id)],
  call: (w, { id }) => [whose(w, id)],
  ticketPresence: (w, { ticketId }) => [whose(w, ticketId)],
  notice: (w, { id }) => [whose(w, id)],
  logs: (w, { regionIds }) => regionIds.map((id) => whose(w, id)),
  polled: (w, { deviceId }) => [whose(w, deviceId)],
  job: (w, { id }) => [whose(w, id)],
  signedOut: () => [],
}
const countedAs = {
  own: 'major',
  parent: 'critical',
  child: 'minor',
  sibling: 'warning',
  other: 'explained',
} as const
export const socketEvents = Object.keys(placeOf).sort() as Event[]

const whose = ({ at }: World, id: string) => placeNames.find((place) => Object.values(at[place]).includes(id))

interface Listener {
  socket: Socket
  heard: Set<string>
  over: Promise<unknown>
}

/** What each role hears, as `event place`, when everything happens at every place. `above` is told all of it. */
export async function hearAll(
  w: World,
  people: Record<Role, Person>,
  above: Person,
): Promise<Record<Role, Set<string>>> {
  await w.app.listen({ host: '127.0.0.1', port: 0 })
  const witness = await listen(w, above)
  const entries = Object.entries(people) as [Role, Person][]
  const byRole = await Promise.all(entries.map(async ([role, who]) => [role, await listen(w, who)] as const))
  const listeners = [witness, ...byRole.map(([, listener]) => listener)]
  tellAll(w)
  for (const place of placeNames) await pollWatched(w, listeners, place)
  for (const place of placeNames) await openTicket(w, listeners, place)
  await vi.waitFor(() => expect([...witness.heard].sort()).toEqual(everything), patience)
  // the last message on each socket: all before it have come
  for (const { userId } of [above, ...Object.values(people)]) await w.services.sessions.revokeAll(userId)
  await Promise.all(listeners.map(({ over }) => over))
  return Object.fromEntries(byRole.map(([role, { heard }]) => [role, heard])) as Record<Role, Set<string>>
}

/** Readings are told every 10 s. */
const patience = { timeout: 40_000, interval: 50 }
const everything = socketEvents.filter((event) => event !== 'signedOut').flatMap((event) => placeNames.map((place) => `${event} ${place}`)).sort() // prettier-ignore

function tellAll({ at, context, regions }: World): void {
  const { bus } = context
  const of = (thing: Thing) => placeNames.map((place) => at[place][thing])
  const changed = (entityType: StatefulType, thing: Thing) =>
    placeNames.map((place) => ({ entityId: at[place][thing], entityType, regionId: regions.get(places[place])!, state: 'down', sinceMs: 1 })) // prettier-ignore
  bus.emit('state.changed', [...changed('link', 'link'), ...changed('device', 'router'), ...changed('site', 'site'), ...changed('check', 'check'), ...changed('service', 'service'), ...changed('room', 'room')]) // prettier-ignore
  bus.emit('log.arrived', { regionIds: of('region'), count: 1 })
  bus.emit('circuit.read', { circuitIds: of('circuit') })
  bus.emit('alarm.changed', { alarmIds: of('alarm') })
  bus.emit('ticket.changed', { ticketIds: of('ticket') })
  bus.emit('call.changed', { callIds: of('call') })
  bus.emit('notice.arrived', { deliveryIds: of('notice') })
  for (const jobId of of('job')) bus.emit('job.changed', { jobId, state: 'running' })
}

/** Everyone asks to follow the router of this place, and it is polled once all were answered. */
async function pollWatched({ at, context, services }: World, listeners: Listener[], place: Place) {
  const asked = vi.spyOn(services.state, 'seesDevice')
  for (const { socket } of listeners) socket.emit('watchDevice', at[place].router)
  const isAsked = ([, id]: unknown[]) => id === at[place].router
  await vi.waitFor(() => expect(asked.mock.calls.filter(isAsked).length).toBeGreaterThanOrEqual(listeners.length), patience) // prettier-ignore
  asked.mockRestore()
  context.bus.emit('device.polled', { deviceIds: [at[place].router], atMs: 1 })
}

/** Everyone opens the ticket of this place; who may hears of the others. */
async function openTicket({ at, services }: World, listeners: Listener[], place: Place) {
  const asked = vi.spyOn(services.desk.together, 'worksWith')
  for (const { socket } of listeners) socket.emit('watchTicket', at[place].ticket)
  await vi.waitFor(() => expect(asked.mock.results.length).toBeGreaterThanOrEqual(listeners.length), patience)
  await Promise.all(asked.mock.results.map(({ value }) => value))
  asked.mockRestore()
}

async function listen(w: World, { cookie }: Person): Promise<Listener> {
  const { port } = w.app.server.address() as AddressInfo
  const socket = io(`http://127.0.0.1:${port}`, {
    parser,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { cookie },
  })
  const heard = new Set<string>()
  for (const event of socketEvents)
    socket.on(event, (payload) => {
      if (event === 'signedOut') heard.add(event)
      else for (const place of placeOf[event](w, payload as never)) if (place) heard.add(`${event} ${place}`)
    })
  const over = new Promise((resolve) => socket.once('disconnect', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return { socket, heard, over }
}
