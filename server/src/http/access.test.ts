/** Nobody sees or does what is not theirs: every route and socket event, by every role, at every place, against a table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles, type Role } from '../identity/roles.ts'
import { requests, type RouteRequest } from './access-requests-testing.ts'
import { hearAll, socketEvents } from './access-sockets-testing.ts'
import { readTable, writeTable, type AccessTable } from './access-table-testing.ts'
import { accessWorld, placeNames, places, type Ask, type Person, type Place, type World } from './access-world-testing.ts' // prettier-ignore

const isUpdate = process.env.UPDATE_ACCESS_TABLE === '1'
const letters: Record<Place, string> = { own: 'o', parent: 'p', child: 'c', sibling: 's', other: 'x' }

let w: World
let people: Record<Role, Person>
/** Of the top region: for what only they may. */
let above: Record<Role, Person>
let table: AccessTable
const found: AccessTable = new Map()
beforeAll(async () => {
  w = await accessWorld()
  people = await everyRole(places.own)
  above = await everyRole(places.parent)
  table = isUpdate ? new Map() : readTable()
})
afterAll(async () => {
  if (isUpdate) writeTable(found)
  await w.close()
})

async function everyRole(regionCode: string) {
  const entries = roles.map(async (role) => [role, await w.person(role, regionCode)] as const)
  return Object.fromEntries(await Promise.all(entries)) as Record<Role, Person>
}

const listed = () =>
  w.app.apiRoutes.flatMap(
    ({ method, url }) =>
    [method].flat().filter((each) => each !== 'HEAD').map((each) => `${each} ${url.replace(/^\/api(\/v1)?/, '')}`), // prettier-ignore
  )

/** 2xx and redirects are yes; 401, 403 and 404 no; of the rest, what the request says. */
function isAllowed(
  { statusCode, body }: { statusCode: number; body: string },
  { reached = [], hidden }: { reached?: number[]; hidden?: string } = {},
): boolean {
  if (statusCode < 400 || reached.includes(statusCode)) return true
  if ([401, 403, 404].includes(statusCode) || (hidden && body.includes(`"${hidden}"`))) return false
  throw new Error(`neither yes nor no: ${statusCode} ${body}`)
}

/** Requests that somebody was refused are good for the next: what they are about is unchanged. */
const unused = new Map<string, Ask>()

async function cellOf(route: string, role: Role): Promise<string> {
  const [method] = route.split(' ') as [string]
  const request = requests[route]!
  const who = people[role]
  switch (request.about) {
    case 'public':
      return isAllowed(await w.nobody(method, await request.ask(w)), { reached: [403, 404, 422] })
        ? 'public'
        : '-'
    case 'self': {
      const someone = await w.person(role)
      const { as, ...ask } = { as: someone.ask, ...(await request.ask(w, someone)) }
      return isAllowed(await as(method, ask)) ? 'self' : '-'
    }
    case 'whole': {
      const ask = unused.get(route) ?? (await request.ask(w))
      unused.set(route, ask)
      if (isAllowed(await who.ask(method, ask))) return spent(route, 'all')
      return isAllowed(await above[role].ask(method, ask)) ? spent(route, 'top') : '-'
    }
    case 'list':
      return lettersOf(await Promise.all(placeNames.map((place) => isListed(request, method, who, place))))
    case 'place': {
      const yes: boolean[] = []
      for (const place of placeNames) {
        const key = `${route} ${place}`
        const ask = unused.get(key) ?? (await request.ask(w, place))
        unused.set(key, ask)
        const asker = request.alone ? await w.person(role) : who
        yes.push(isAllowed(await asker.ask(method, ask), request))
        if (yes.at(-1)) unused.delete(key)
      }
      return lettersOf(yes)
    }
  }
}

function spent(route: string, cell: string): string {
  unused.delete(route)
  return cell
}

type List = Extract<RouteRequest, { about: 'list' }>

async function isListed({ url, thing }: List, method: string, who: Person, place: Place) {
  const answer = await who.ask(method, { url: url(w, place) })
  if (!isAllowed(answer)) return false
  const mark = typeof thing === 'string' ? w.at[place][thing] : thing(w, place)
  return typeof mark === 'string' ? answer.body.includes(mark) : mark.test(answer.body)
}

const lettersOf = (yes: boolean[]) =>
  placeNames.map((place, i) => (yes[i] ? letters[place] : '')).join('') || '-'

describe('every route', () => {
  it('has a request in access-requests-testing.ts, and a row in access-table.txt (UPDATE_ACCESS_TABLE=1 writes it)', () => {
    const routes = listed()
    expect(Object.keys(requests).filter((route) => !routes.includes(route)), 'requests of no route').toEqual([]) // prettier-ignore
    expect(
      routes.filter((route) => !requests[route]),
      'routes without a request',
    ).toEqual([])
    if (isUpdate) return
    const rows = [...table.keys()].filter((row) => !row.startsWith('socket '))
    expect(
      rows.filter((row) => !routes.includes(row)),
      'rows of no route',
    ).toEqual([])
    expect(
      routes.filter((route) => !table.has(route)),
      'routes without a row',
    ).toEqual([])
  })

  it.each(Object.keys(requests))('%s', async (route) => {
    const cells = {} as Record<Role, string>
    for (const role of roles) cells[role] = await cellOf(route, role)
    found.set(route, cells)
    if (!isUpdate) expect(cells).toEqual(table.get(route))
  })

  it.each(Object.entries(requests).filter(([, { about }]) => about !== 'public'))(
    '%s asks who is there',
    async (route) => {
      const [method, path] = route.split(' ') as [string, string]
      const url = path.replace(/:\w+/g, 'x_000000000000000000')
      const answer = await w.nobody(method, { url, ...(method !== 'GET' && method !== 'DELETE' && { body: {} }) }) // prettier-ignore
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['content-type']).toContain('application/problem+json')
    },
  )
})

const heardAs = (event: string, heard: Set<string>) =>
  event === 'signedOut' && heard.has(event)
    ? 'self'
    : lettersOf(placeNames.map((place) => heard.has(`${event} ${place}`)))

describe('every socket event', () => {
  it('goes to those of the table alone', async () => {
    const heard = await hearAll(w, people, above['network-admin'])
    for (const event of socketEvents) {
      const cells = {} as Record<Role, string>
      for (const role of roles) cells[role] = heardAs(event, heard[role])
      found.set(`socket ${event}`, cells)
      if (!isUpdate) expect(cells, event).toEqual(table.get(`socket ${event}`))
    }
    if (isUpdate) return
    const rows = [...table.keys()].filter((row) => row.startsWith('socket '))
    expect(rows).toEqual(socketEvents.map((event) => `socket ${event}`).sort())
  }, 60_000)
})
