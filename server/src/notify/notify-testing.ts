/** A county behind its city with people to tell, and what they were told. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { plantCounty, type County } from '../decider-testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { NotifyMessage } from './message.ts'
import type { NewChannel, NewRoute } from './schema.ts'

export interface Told {
  id: string
  event: string
  channel: string | null
  user: string | null
  state: string
  error: string | null
  message: NotifyMessage
  at: number
}

/** A receiver that counts what it is sent; `answer` may change its mind. */
export async function receiver() {
  const got: { id: string; event: string; title: string; atMs: number }[] = []
  const self = {
    got,
    status: 200,
    url: '',
    close: async () => {},
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { id, event, title } = JSON.parse(Buffer.concat(chunks).toString())
      got.push({ id, event, title, atMs: performance.now() })
      response.writeHead(self.status).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  self.close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return self
}

export class NotifyWorld {
  readonly test: TestApp
  readonly county: County
  readonly #epoch = randomUUID()
  #seq = 0

  constructor(test: TestApp, county: County) {
    this.test = test
    this.county = county
  }

  static async open(): Promise<NotifyWorld> {
    const test = await testApp()
    const county = await plantCounty(test)
    await test.services.decider.start()
    return new NotifyWorld(test, county)
  }

  async close(): Promise<void> {
    await this.test.services.decider.stop()
    await this.test.close()
  }

  get notify() {
    return this.test.services.notify
  }

  /** One look of the collector, ten seconds on: which of both legs and three devices answer. */
  async look(legs: boolean[], devices = [true, true, true]): Promise<void> {
    const { context, services } = this.test
    const { collector, circuits, devices: ids } = this.county
    context.now += 10_000
    services.uplink.presence.arrived(collector)
    const columns = (metric: string, entities: string[], values: boolean[]): SampleColumns => ({
      metric,
      ids: entities,
      entities: entities.map((_, i) => i),
      atMs: entities.map((_, i) => context.now - 10 + i),
      values: values.map(Number),
    })
    const mark = { collectorId: collector, epoch: this.#epoch, lane: 'samples', seq: ++this.#seq } as const
    await services.decider.commit(mark, [
      columns('probeOk', circuits, legs),
      columns('reachable', ids, devices),
    ])
    await this.notify.sender.settled()
  }

  async looks(times: number, legs: boolean[], devices?: boolean[]): Promise<void> {
    for (let i = 0; i < times; i++) await this.look(legs, devices)
  }

  /** Time goes by, and nothing else. */
  async pass(ms: number): Promise<void> {
    this.test.context.now += ms
    this.notify.sender.wake()
    await this.notify.sender.settled()
  }

  async told(): Promise<Told[]> {
    const rows = await this.test.context.db
      .selectFrom('notify_deliveries')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      event: row.event,
      channel: row.channel_id,
      user: row.user_id,
      state: row.state,
      error: row.error,
      message: JSON.parse(row.message) as NotifyMessage,
      at: row.created_at,
    }))
  }

  threads() {
    return this.test.context.db.selectFrom('notify_threads').selectAll().orderBy('id').execute()
  }

  get #everywhere() {
    return { regionPaths: ['/'] }
  }

  async channel(settings: NewChannel['settings'], secret: NewChannel['secret'] = {}): Promise<string> {
    const regionId = this.test.regions.get('130000')!
    const made = { name: settings.kind, regionId, settings, secret }
    return (await this.notify.channels.create(this.#everywhere, made)).id
  }

  async route(steps: NewRoute['steps'], rest: Partial<NewRoute> = {}): Promise<string> {
    const regionId = this.test.regions.get('130000')!
    const match = { severities: [], classes: [], conditions: [], hours: 'any' } as const
    const route = { name: '路由', regionId, match: { ...match, severities: [], classes: [], conditions: [] }, steps } // prettier-ignore
    return (await this.notify.routes.create(this.#everywhere, { ...route, ...rest })).id
  }

  /** Somebody at the city with an address of their own, on its network team. */
  async person(contact: { email?: string; phone?: string }): Promise<string> {
    const { services, regions, context } = this.test
    const regionId = regions.get('130100')!
    const { userId } = await this.test.as('engineer', '130100')
    if (contact.email ?? contact.phone)
      await context.db.updateTable('users').set(contact).where('id', '=', userId).execute()
    const team = await services.identity.teamFor(regionId, '网络组')
    await context.db.insertInto('team_members').values({ team_id: team!.id, user_id: userId }).execute()
    return userId
  }
}
