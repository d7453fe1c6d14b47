import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NotifyWorld, receiver } from './notify-testing.ts'
import { recover } from './sender.ts'
import { hasSmtpd, startSmtpd } from './smtpd-testing.ts'

let w: NotifyWorld
let hook: Awaited<ReturnType<typeof receiver>>
beforeEach(async () => {
  w = await NotifyWorld.open()
  hook = await receiver()
})
afterEach(async () => {
  await w.close()
  await hook.close()
})

const up = [true, true]
const cutOne = [false, true]
const cutBoth = [false, false]
const dark = [true, false, false]
const webhook = () => w.channel({ kind: 'webhook', url: hook.url }, { signKey: 'k' })
const byHook = async () => w.route([{ afterMinutes: 0, to: [{ kind: 'channel', channelId: await webhook(), address: '' }] }]) // prettier-ignore
const heard = () => hook.got.map(({ event }) => event)

describe('unconfigured', () => {
  it('everyone who sees the region is told on the console: once of a root, nothing of what it explains', async () => {
    await w.looks(3, up)
    await w.looks(4, cutOne)
    expect((await w.told()).filter(({ user }) => user === null)).toMatchObject([
      { event: 'opened', channel: null, state: 'sent', message: { severity: 'major', carriers: [{ state: '中断', hotline: '0311-10000', number: 'SJZ-ZD-0' }, {}], ticket: { number: expect.stringMatching(/^INC/) } } },
    ]) // prettier-ignore
    await w.looks(4, cutBoth, dark)
    await w.looks(8, up)
    const told = (await w.told()).filter(({ user }) => user === null)
    expect(told.map(({ event }) => event)).toEqual(['opened', 'graver', 'recovered'])
    expect(told[1]!.message).toMatchObject({
      severity: 'critical',
      cutOff: { count: 1, names: ['正定县财政局'] },
    })
    expect(told[1]!.message.nextStep).toContain('0311-10000')
    expect(told[2]!.message.untilMs).toBeGreaterThan(told[2]!.message.sinceMs)
    expect(await w.threads()).toMatchObject([
      { route_id: 'default', state: 'closed', told_severity: 'critical' },
    ])
  })

  it('the team of the region finds it under its bell, by name', async () => {
    const userId = await w.person({})
    await w.looks(3, up)
    await w.looks(4, cutOne)
    expect((await w.told()).map(({ user }) => user).sort()).toEqual([userId, null].sort())
  })
})

describe('pages per outage', () => {
  it.each<[name: string, play: () => Promise<void>, events: string[]]>([
    ['a cut', async () => (await w.looks(4, cutOne), w.looks(8, up)), ['opened', 'recovered']],
    ['a power cut: the site goes dark at once', async () => (await w.looks(5, cutBoth, dark), w.looks(8, up)), ['opened', 'recovered']],
    ['the backup dies in silence', async () => (await w.looks(20, [true, false]), w.looks(20, up)), ['opened', 'recovered']],
    ['shorter than anybody is told of', async () => (await w.looks(1, cutOne), w.looks(8, up)), []],
    ['one that comes and goes', async () => {
      for (let i = 0; i < 6; i++) await w.looks(4, cutOne).then(() => w.looks(2, up))
      await w.looks(40, up)
    }, ['opened', 'recovered']],
  ])('%s', async (_, play, events) => {
    await byHook()
    await w.looks(3, up)
    await play()
    expect(heard()).toEqual(events)
  }) // prettier-ignore
})

it('is handed over within a second of the alarm', async () => {
  await byHook()
  await w.looks(3, up)
  let alarmedAt = 0
  w.test.context.bus.once('alarm.changed', () => (alarmedAt = performance.now()))
  await w.looks(4, cutOne)
  expect(hook.got[0]!.atMs - alarmedAt).toBeLessThan(1000)
})

it('a broken route stops neither alarms nor tickets, and people are told once it is mended', async () => {
  const id = await byHook()
  const { db } = w.test.context
  const { steps } = await db.selectFrom('notify_routes').select('steps').where('id', '=', id).executeTakeFirstOrThrow()
  await db.updateTable('notify_routes').set({ steps: 'nonsense' }).where('id', '=', id).execute()
  await w.looks(3, up)
  await w.looks(4, cutOne)
  expect(await db.selectFrom('alarms').select('state').execute()).toEqual([{ state: 'firing' }])
  expect(await db.selectFrom('tickets').select('id').execute()).toHaveLength(1)
  expect(w.notify.failures).toBeGreaterThan(0)
  expect(heard()).toEqual([])
  await db.updateTable('notify_routes').set({ steps }).where('id', '=', id).execute()
  await w.pass(60_000)
  expect(heard()).toEqual(['opened'])
  await w.pass(60_000)
  await w.looks(8, up)
  expect(heard()).toEqual(['opened', 'recovered'])
}) // prettier-ignore

it('what was over long ago is forgotten', async () => {
  await w.looks(3, up)
  await w.looks(4, cutOne)
  await w.looks(8, up)
  expect(await w.told()).not.toEqual([])
  await w.pass(401 * 86_400_000)
  expect([await w.told(), await w.threads()]).toEqual([[], []])
})

describe('escalation', () => {
  const climb = async () => {
    const channelId = await webhook()
    await w.route([
      { afterMinutes: 0, to: [{ kind: 'scope' }] },
      { afterMinutes: 15, to: [{ kind: 'channel', channelId, address: '' }] },
      { afterMinutes: 30, to: [{ kind: 'channel', channelId, address: '' }] },
    ])
    await w.looks(3, up)
    await w.looks(4, cutOne)
  }
  const alarmId = async () => (await w.threads())[0]!.alarm_id

  it('climbs step by step while nobody takes it up', async () => {
    await climb()
    expect(heard()).toEqual([])
    await w.pass(14 * 60_000)
    expect(heard()).toEqual([])
    await w.pass(60_000)
    expect(heard()).toEqual(['escalated'])
    await w.pass(15 * 60_000)
    await w.pass(60 * 60_000)
    expect(heard()).toEqual(['escalated', 'escalated'])
    expect(await w.threads()).toMatchObject([{ step: 3, next_at: null, state: 'open' }])
  })

  it.each<[name: string, take: () => Promise<unknown>]>([
    ['the alarm is acknowledged', async () => (await w.test.as('network-admin')).inject({ method: 'POST', url: `/alarms/${await alarmId()}/acknowledgement` })],
    ['its ticket is taken', async () => {
      const who = await w.test.as('network-admin')
      const [ticket] = (await who.inject({ url: '/tickets' })).json().items
      return who.inject({ method: 'POST', url: `/tickets/${ticket.id}/assign`, body: { assigneeId: who.userId } })
    }],
  ])('stops once %s', async (_, take) => {
    await climb()
    await take()
    await w.looks(1, cutOne)
    await w.pass(60 * 60_000)
    expect(heard()).toEqual([])
    expect(await w.threads()).toMatchObject([{ state: 'acknowledged', next_at: null }])
  }) // prettier-ignore

  it('ends with the outage, and who never heard of it hears no end', async () => {
    await climb()
    await w.looks(8, up)
    await w.pass(60 * 60_000)
    expect(heard()).toEqual([])
  })
})

describe('a gateway that is dead', () => {
  it('keeps nobody else waiting, and is tried again later', async () => {
    const dead = await w.channel({ kind: 'webhook', url: 'http://127.0.0.1:1/' }, { signKey: 'k' })
    const alive = await webhook()
    await w.route([{ afterMinutes: 0, to: [dead, alive].map((channelId) => ({ kind: 'channel' as const, channelId, address: '' })) }]) // prettier-ignore
    await w.looks(3, up)
    await w.looks(4, cutOne)
    expect(heard()).toEqual(['opened'])
    const failing = async () => (await w.told()).filter(({ channel }) => channel === dead)
    expect(await failing()).toMatchObject([{ state: 'waiting', error: 'ECONNREFUSED' }])
    await w.pass(25 * 3_600_000)
    await w.pass(60_000)
    expect(await failing()).toMatchObject([{ state: 'failed', error: 'ECONNREFUSED' }])
  })

  it('that is back gets what it missed, in order', async () => {
    await byHook()
    hook.status = 503
    await w.looks(3, up)
    await w.looks(4, cutOne)
    await w.looks(8, up)
    hook.status = 200
    hook.got.length = 0
    await w.pass(60 * 60_000)
    expect(heard()).toEqual(['opened', 'recovered'])
  })

  it('that refuses for good is shown, and may be tried by hand', async () => {
    await byHook()
    hook.status = 401
    await w.looks(3, up)
    await w.looks(4, cutOne)
    const who = await w.test.as('network-admin')
    const { items } = (await who.inject({ url: '/notify/deliveries?state=failed' })).json()
    expect(items).toMatchObject([{ error: '401 {}', attempts: 1, channel: { name: 'webhook' } }])
    hook.status = 200
    expect((await who.inject({ method: 'POST', url: `/notify/deliveries/${items[0].id}/retry` })).statusCode).toBe(204) // prettier-ignore
    await w.notify.sender.settled()
    expect((await w.told()).filter(({ channel }) => channel)).toMatchObject([{ state: 'sent' }])
    expect((await who.inject({ method: 'POST', url: `/notify/deliveries/${items[0].id}/retry` })).statusCode).toBe(409) // prettier-ignore
  })
})

describe('a process that ended between handing over and knowing', () => {
  it('sends once more under the same key, and no more after that', async () => {
    await byHook()
    await w.looks(3, up)
    await w.looks(4, cutOne)
    const [first] = hook.got
    const end = async (mark: string) => {
      await w.notify.stop()
      const change = { state: 'waiting', error: mark, next_at: w.test.context.now } as const
      await w.test.context.db
        .updateTable('notify_deliveries')
        .set(change)
        .where('id', '=', first!.id)
        .execute()
      await w.notify.start()
      await w.notify.sender.settled()
    }
    await end('in-flight')
    expect(hook.got.map(({ id }) => id)).toEqual([first!.id, first!.id])
    await end('in-flight-again')
    expect(hook.got).toHaveLength(2)
    expect((await w.told()).find(({ id }) => id === first!.id)).toMatchObject({ state: 'failed', error: 'interrupted' }) // prettier-ignore
    await recover(w.test.context.db, w.test.context.clock)
    expect(hook.got).toHaveLength(2)
  })
})

it('a decision that fails leaves no message, and the next no double', async () => {
  await byHook()
  await w.looks(3, up)
  const { incidents } = w.test.services.desk
  const open = incidents.openForAlarm
  let failures = 0
  incidents.openForAlarm = (...args) => (failures++ < 2 ? Promise.reject(new Error('no disk')) : open.apply(incidents, args)) // prettier-ignore
  for (let i = 0; i < 20; i++) await w.look(cutOne).catch(() => undefined)
  expect(failures).toBeGreaterThan(2)
  expect(heard()).toEqual(['opened'])
  expect(await w.threads()).toHaveLength(1)
})

describe.runIf(hasSmtpd())('by mail, through OpenSMTPD', () => {
  it('a thread is one conversation; who sleeps hears it in the morning, together', async () => {
    const smtpd = await startSmtpd()
    try {
      const settings = { kind: 'smtp', host: '127.0.0.1', port: smtpd.port, security: 'none', verifyTls: false, from: '纵横 <noc@zh.example.gov.cn>', username: '' } as const // prettier-ignore
      await w.channel(settings)
      const userId = await w.person({ email: 'daemon@localhost' })
      await w.looks(3, up)
      await w.looks(4, cutOne)
      await w.looks(4, cutBoth, dark)
      await w.looks(8, up)
      const arrived = async (count: number) => {
        for (let i = 0; i < 100 && smtpd.mails().length < count; i++)
          await new Promise((resolve) => setTimeout(resolve, 50))
        return smtpd.mails()
      }
      const mails = await arrived(3)
      const byEvent = new Map(mails.map((mail) => [mail.headers.get('x-zongheng-event'), mail]))
      expect([...byEvent.keys()].sort()).toEqual(['graver', 'opened', 'recovered'])
      const id = (event: string) => byEvent.get(event)!.headers.get('message-id')!
      const threadId = (await w.threads())[0]!.id
      expect(id('opened')).toMatch(/^<dlv_\w+@zh\.example\.gov\.cn>$/)
      expect(byEvent.get('graver')!.headers.get('in-reply-to')).toBe(id('opened'))
      expect(byEvent.get('recovered')!.headers.get('in-reply-to')).toBe(id('opened'))
      expect(byEvent.get('recovered')!.headers.get('references')).toBe(
        `<${threadId}@zh.example.gov.cn> ${id('opened')}`,
      )

      const asleep = { email: 'major', sms: 'none', quiet: { fromMinute: 0, untilMinute: 1439 }, digest: 'off', digestMinute: 510 } // prettier-ignore
      await w.test.context.db
        .insertInto('notify_preferences')
        .values({ user_id: userId, settings: JSON.stringify(asleep), updated_at: 1 })
        .execute()
      await w.looks(4, cutOne)
      await w.looks(12, up)
      const mailed = async (state: string) =>
        (await w.told()).filter((one) => one.channel && one.state === state)
      expect(await mailed('held')).toMatchObject([{ event: 'opened' }, { event: 'recovered' }])
      await w.pass(24 * 3_600_000)
      expect(await mailed('folded')).toHaveLength(2)
      const all = await arrived(4)
      const digest = all.find(({ headers }) => headers.get('x-zongheng-event') === 'digest')!
      expect(digest.headers.has('in-reply-to')).toBe(false)
      expect(await mailed('sent')).toHaveLength(4)
    } finally {
      await smtpd.stop()
    }
  })
})
