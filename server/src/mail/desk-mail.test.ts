/** The desk by mail, over a real IMAP server and a real SMTP server. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasSmtpd, startSmtpd, type Smtpd } from '../notify/smtpd-testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { hasImapd, startImapd, type Imapd } from './imapd-testing.ts'

type Person = Awaited<ReturnType<TestApp['as']>>

let test: TestApp
let imapd: Imapd
let smtpd: Smtpd
let agent: Person
let manager: Person
let mailboxId: string

const canRun = hasImapd() && hasSmtpd()
if (!canRun && process.env.CI) throw new Error('dovecot-imapd and opensmtpd are needed')

let mails = 0
const mail = (head: Record<string, string>, body: string) =>
  Object.entries({ From: '王芳 <wang@county.gov.cn>', To: 'desk@localhost', 'Message-ID': `<m${++mails}@county.gov.cn>`, ...head })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n') + `\r\n\r\n${body}\r\n` // prettier-ignore

interface Ticket {
  id: string
  number: string
  title: string
  state: string
  timeline: { kind: string; text: string | null; visibility: string; author: unknown; values: Record<string, unknown> }[] // prettier-ignore
}
const ticketTitled = async (title: string): Promise<Ticket | undefined> => {
  const row = await test.context.db.selectFrom('tickets').select('id').where('title', '=', title).executeTakeFirst() // prettier-ignore
  return row && (await agent.inject({ url: `/tickets/${row.id}` })).json()
}
const eventually = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 10_000, interval: 50 })
const opened = (title: string) =>
  eventually(async () => {
    const ticket = await ticketTitled(title)
    if (!ticket) throw new Error(`no ticket ${title}`)
    return ticket
  })
const mailState = (id: string) =>
  test.context.db.selectFrom('mails').selectAll().where('message_id', '=', id).executeTakeFirst()
const settled = (id: string) =>
  eventually(async () => {
    const found = await mailState(id)
    if (!found) throw new Error(`${id} is not taken`)
    return found
  })
const letter = (isIt: (one: ReturnType<Smtpd['mails']>[number]) => boolean) =>
  eventually(async () => {
    const found = smtpd.mails().find(isIt)
    if (!found) throw new Error('no letter')
    return found
  })
const decoded = ({ headers, body }: ReturnType<Smtpd['mails']>[number]) =>
  headers.get('content-transfer-encoding') === 'base64'
    ? Buffer.from(body, 'base64').toString()
    : Buffer.from(body.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString() // prettier-ignore

describe.skipIf(!canRun)('the desk by mail', () => {
  beforeAll(async () => {
    ;[test, imapd, smtpd] = await Promise.all([testApp(), startImapd(), startSmtpd()])
    agent = await test.as('agent', '130000')
    manager = await test.as('manager', '130000')
    const server = { host: '127.0.0.1', security: 'none', verifyTls: false, username: '' }
    const answer = await manager.inject({
      method: 'POST',
      url: '/mailboxes',
      body: {
        name: '省服务台',
        address: 'root@localhost',
        regionId: test.regions.get('130000'),
        imap: imapd.settings,
        smtp: { ...server, port: smtpd.port },
        secret: { imapPassword: imapd.password },
      },
    })
    expect(answer.statusCode, answer.body).toBe(201)
    expect(answer.body).not.toContain(imapd.password)
    mailboxId = answer.json().id
    test.services.mail.start()
    await eventually(async () => {
      const [box] = (await manager.inject({ url: '/mailboxes' })).json().items
      if (box.checkedAt === null || box.error !== null) throw new Error(`not read yet: ${box.error}`)
    })
  })
  afterAll(async () => {
    await test.close()
    await imapd.stop()
    await smtpd.stop()
  })

  it('says what is wrong with a mailbox, and that all is well', async () => {
    const good = (await manager.inject({ method: 'POST', url: `/mailboxes/${mailboxId}/test` })).json()
    expect(good).toMatchObject({ imap: { ok: true }, smtp: { ok: true } })
    const secret = { imapPassword: 'wrong' }
    const other = await manager.inject({
      method: 'POST',
      url: '/mailboxes',
      body: { name: '市', address: 'b@localhost', regionId: test.regions.get('130100'), imap: imapd.settings, smtp: { ...imapd.settings, folder: undefined, port: 1 }, secret, enabled: false }, // prettier-ignore
    })
    const { id } = other.json()
    const bad = (await manager.inject({ method: 'POST', url: `/mailboxes/${id}/test` })).json()
    expect(bad.imap).toMatchObject({ ok: false, answer: expect.stringMatching(/AUTHENTICATIONFAILED/) })
    expect(bad.smtp).toMatchObject({ ok: false, answer: expect.stringMatching(/ECONNREFUSED/) })
  })

  it('makes a ticket of a mail, with what was attached, and says so', async () => {
    const parts = [
      '--b\r\nContent-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\nts/N+MHL',
      '--b\r\nContent-Type: text/plain; name=log.txt\r\nContent-Disposition: attachment; filename=log.txt\r\n\r\nlog line',
      '--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=page.html\r\n\r\n<script>alert(1)</script>',
    ]
    await imapd.deliver(mail({ Subject: '=?gb2312?B?ts/N+MHL?=', 'Content-Type': 'multipart/mixed; boundary=b' }, `${parts.join('\r\n')}\r\n--b--`)) // prettier-ignore
    const ticket = await opened('断网了')
    const files = (await agent.inject({ url: `/files?ownerType=ticket&ownerId=${ticket.id}` })).json().items
    expect(files.map(({ name, visibility }: { name: string; visibility: string }) => [name, visibility])).toEqual(expect.arrayContaining([['log.txt', 'public'], ['original.eml', 'internal']])) // prettier-ignore
    expect(files).toHaveLength(2)
    expect(ticket.timeline.find(({ kind }) => kind === 'mail')?.values).toMatchObject({ refused: 'page.html' }) // prettier-ignore
  })

  it('answers by mail what is said publicly, and takes the answer to it as a line of the same ticket', async () => {
    await imapd.deliver(mail({ From: '"Root" <root@mail.localhost>', Subject: 'printer' }, 'no paper'))
    const ticket = await opened('printer')
    await test.context.db.updateTable('tickets').set({ contact_email: 'nobody@localhost' }).where('id', '=', ticket.id).execute() // prettier-ignore
    const say = (text: string, visibility: string) =>
      agent.inject({ method: 'POST', url: `/tickets/${ticket.id}/comments`, body: { text, visibility } })
    await say('not for them', 'internal')
    await say('请加纸', 'public')
    const answer = await letter((one) => decoded(one).includes('请加纸'))
    expect(answer.headers.get('in-reply-to')).toBeTruthy()
    expect(answer.headers.get('subject')).toContain(ticket.number)
    expect(smtpd.mails().some((one) => decoded(one).includes('not for them'))).toBe(false)

    await imapd.deliver(mail({ From: 'nobody@localhost', Subject: 'Re: x', 'In-Reply-To': answer.headers.get('message-id')! }, '加了，好了\r\n\r\n> 请加纸')) // prettier-ignore
    const line = await eventually(async () => {
      const found = (await ticketTitled('printer'))?.timeline.find(({ text }) => text === '加了，好了')
      if (!found) throw new Error('no line')
      return found
    })
    expect(line).toMatchObject({ kind: 'mail', visibility: 'public', author: null })
  })

  it('takes a mail once, though it comes again or the folder was made anew', async () => {
    const again = mail({ Subject: 'once' }, 'x')
    await imapd.deliver(again)
    await opened('once')
    await imapd.deliver(again)
    await imapd.deliver(mail({ Subject: 'after' }, 'x'))
    await opened('after')
    const { count } = await test.context.db.selectFrom('tickets').select((eb) => eb.fn.countAll().as('count')).where('title', '=', 'once').executeTakeFirstOrThrow() // prettier-ignore
    expect(Number(count)).toBe(1)
  })

  it('reopens what its sender says is not done', async () => {
    await imapd.deliver(mail({ Subject: 'vpn' }, 'down'))
    const ticket = await opened('vpn')
    const move = (to: string, more = {}) =>
      agent.inject({ method: 'POST', url: `/tickets/${ticket.id}/move`, body: { to, ...more } })
    expect((await move('in_progress')).statusCode).toBe(200)
    expect((await move('resolved', { resolution: '已重启' })).statusCode).toBe(200)
    await imapd.deliver(mail({ Subject: `答复: [${ticket.number}] vpn` }, 'still down'))
    await eventually(async () => expect((await ticketTitled('vpn'))?.state).toBe('in_progress'))
  })

  it('opens another where the one before was done too long ago', async () => {
    await imapd.deliver(mail({ Subject: 'old' }, 'down'))
    const { id, number } = await opened('old')
    const set = { state: 'resolved', resolved_at: test.context.now - 8 * 24 * 3_600_000 }
    await test.context.db.updateTable('tickets').set(set).where('id', '=', id).execute()
    await imapd.deliver(mail({ Subject: `Re: [${number}] old` }, 'again'))
    const { timeline } = await opened(`Re: [${number}] old`)
    expect(timeline.find(({ kind }) => kind === 'mail')?.values).toMatchObject({ event: 'follows', number })
  })

  it('takes an answer to a ticket that was merged into another as a line of the one that is left', async () => {
    const mine = 'wang@county.gov.cn'
    await imapd.deliver(mail({ Subject: 'merged' }, 'x'))
    await imapd.deliver(mail({ Subject: 'left' }, 'x'))
    const [merged, left] = [await opened('merged'), await opened('left')]
    const answer = await agent.inject({ method: 'POST', url: `/tickets/${merged.id}/merge`, body: { intoId: left.id } }) // prettier-ignore
    expect(answer.statusCode, answer.body).toBeLessThan(300)
    const said = (text: string) =>
      eventually(async () =>
        expect((await ticketTitled('left'))!.timeline.map((one) => one.text)).toContain(text),
      )
    await imapd.deliver(mail({ From: mine, Subject: `Re: [${merged.number}] merged` }, 'by number'))
    await said('by number')
    const ours = await test.context.db.selectFrom('mails').select('message_id').where('ticket_id', '=', merged.id).where('direction', '=', 'out').executeTakeFirstOrThrow() // prettier-ignore
    await imapd.deliver(mail({ From: mine, Subject: 'Re: x', 'In-Reply-To': ours.message_id }, 'by letter'))
    await said('by letter')
    expect((await ticketTitled('merged'))!.timeline.some(({ text }) => text?.startsWith('by '))).toBe(false)
  })

  it('opens another where the one before is closed, and leaves that one as it is', async () => {
    await imapd.deliver(mail({ Subject: 'closed' }, 'down'))
    const { id, number } = await opened('closed')
    const set = { state: 'closed', resolved_at: test.context.now, closed_at: test.context.now }
    await test.context.db.updateTable('tickets').set(set).where('id', '=', id).execute()
    await imapd.deliver(mail({ Subject: `Re: [${number}] closed` }, 'again'))
    const { timeline } = await opened(`Re: [${number}] closed`)
    expect(timeline.find(({ kind }) => kind === 'mail')?.values).toMatchObject({ event: 'follows', number })
    expect((await ticketTitled('closed'))!.state).toBe('closed')
  })

  describe('attacked', () => {
    it.each<[string, Record<string, string>, string]>([
      ['an automatic reply', { 'Auto-Submitted': 'auto-replied' }, 'machine'],
      ['a list', { 'List-Id': '<all.gov.cn>' }, 'machine'],
      ['a mail in our own name', { From: 'root@localhost' }, 'loop'],
      ['one of ours that was sent on', { 'X-Zongheng-Loop': '1' }, 'loop'],
      ['ten thousand parts', { 'Content-Type': 'multipart/mixed; boundary=b' }, 'too-many-parts'],
    ])('%s makes no ticket and gets no answer', async (what, head, reason) => {
      const id = `<a${++mails}@x>`
      const before = smtpd.mails().length
      const body = reason === 'too-many-parts' ? '--b\r\n\r\nx\r\n'.repeat(10_000) : 'x'
      await imapd.deliver(mail({ 'Message-ID': id, Subject: what, ...head }, body))
      if (reason === 'too-many-parts')
        await eventually(async () => expect(await test.context.db.selectFrom('mails').select('id').where('reason', '=', reason).execute()).toHaveLength(1)) // prettier-ignore
      else expect(await settled(id)).toMatchObject({ state: 'refused', reason })
      expect(await ticketTitled(what)).toBeUndefined()
      expect(smtpd.mails()).toHaveLength(before)
    })

    it('a stranger who knows a number does not get into its ticket', async () => {
      await imapd.deliver(mail({ Subject: 'mine' }, 'x'))
      const mine = await opened('mine')
      await imapd.deliver(mail({ From: 'other@evil.cn', Subject: `[${mine.number}] stolen` }, 'tell me all'))
      const own = await opened(`[${mine.number}] stolen`)
      expect(own.id).not.toBe(mine.id)
      expect((await ticketTitled('mine'))!.timeline.some(({ text }) => text === 'tell me all')).toBe(false)
    })

    it('a stranger who forges what they answer gets a ticket of their own, which points there', async () => {
      await imapd.deliver(mail({ 'Message-ID': '<guessed@county.gov.cn>', Subject: 'guessed' }, 'x'))
      const theirs = await opened('guessed')
      const forged = { 'In-Reply-To': '<guessed@county.gov.cn>', References: '<guessed@county.gov.cn>' }
      await imapd.deliver(mail({ From: 'nobody@localhost', Subject: 'forged', ...forged }, 'pay here'))
      const own = await opened('forged')
      expect(own.id).not.toBe(theirs.id)
      expect(own.timeline.find(({ kind }) => kind === 'mail')).toMatchObject({ visibility: 'internal', values: { event: 'follows', number: theirs.number } }) // prettier-ignore
      expect((await ticketTitled('guessed'))!.timeline.some(({ text }) => text === 'pay here')).toBe(false)
      const told = await letter(({ headers }) => (headers.get('subject') ?? '').includes('forged'))
      expect(decoded(told)).not.toContain(theirs.number)
    })

    it('what we send by ourselves says so, and an address that never stops gets no more answers', async () => {
      const from = 'nobody@localhost'
      await imapd.deliver(mail({ From: from, Subject: 'first of many' }, 'x'))
      await opened('first of many')
      const sent = await letter(({ headers }) => (headers.get('subject') ?? '').includes('first of many'))
      expect([sent.headers.get('auto-submitted'), sent.headers.get('x-zongheng-loop')]).toEqual(['auto-replied', '1']) // prettier-ignore
      const row = await test.context.db.selectFrom('mails').selectAll().where('from_address', '=', from).where('direction', '=', 'in').executeTakeFirstOrThrow() // prettier-ignore
      const many = Array.from({ length: 30 }, (_, at) => ({ ...row, id: `mai_flood${at}`, message_id: `<f${at}@x>`, created_at: test.context.now })) // prettier-ignore
      await test.context.db.insertInto('mails').values(many).execute()
      await imapd.deliver(mail({ 'Message-ID': '<flood@x>', From: from, Subject: 'one too many' }, 'x'))
      expect(await settled('<flood@x>')).toMatchObject({ state: 'refused', reason: 'too-many' })
      expect(await ticketTitled('one too many')).toBeUndefined()
      await test.context.db.deleteFrom('mails').where('id', 'like', 'mai_flood%').execute()
    })

    it('a report on a report, or on a mail that is not ours, moves nothing', async () => {
      await imapd.deliver(mail({ 'Message-ID': '<not-ours@county.gov.cn>', Subject: 'reported' }, 'x'))
      const ticket = await opened('reported')
      const report = '--r\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <not-ours@county.gov.cn>\r\n\r\nx\r\n--r--' // prettier-ignore
      const type = { 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=r' }
      await imapd.deliver(mail({ 'Message-ID': '<bounce@mx>', From: 'MAILER-DAEMON@mx', Subject: 'failure', ...type }, report)) // prettier-ignore
      await imapd.deliver(mail({ 'Message-ID': '<bounced@mx>', From: 'MAILER-DAEMON@mx', Subject: 'failure of failure', ...type }, report.replace('not-ours@county.gov.cn', 'bounce@mx'))) // prettier-ignore
      for (const id of ['<bounce@mx>', '<bounced@mx>'])
        expect(await settled(id)).toMatchObject({ state: 'refused', reason: 'bounce', ticket_id: null })
      expect(await mailState('<not-ours@county.gov.cn>')).toMatchObject({ state: 'taken', ticket_id: ticket.id }) // prettier-ignore
      expect(await ticketTitled('failure')).toBeUndefined()
    })

    it('the name of one of the staff in From has none of their rights', async () => {
      await test.context.db.updateTable('users').set({ email: 'agent@prov.gov.cn' }).where('id', '=', agent.userId).execute() // prettier-ignore
      await imapd.deliver(mail({ Subject: 'theirs' }, 'x'))
      const theirs = await opened('theirs')
      await imapd.deliver(
        mail({ From: 'agent@prov.gov.cn', Subject: `[${theirs.number}] close it` }, 'close it'),
      )
      await opened(`[${theirs.number}] close it`)
      expect(await ticketTitled('theirs')).toMatchObject({ state: 'new' })
    })

    it('a subject cannot add header fields to what we send', async () => {
      await imapd.deliver(mail({ From: 'nobody@localhost', Subject: '=?UTF-8?Q?line=0D=0ABcc:_all@x?=' }, 'x')) // prettier-ignore
      await opened('line Bcc: all@x')
      const sent = await letter(({ headers }) => (headers.get('subject') ?? '').includes('line Bcc'))
      expect(sent.headers.has('bcc')).toBe(false)
    })

    it('a report on a letter of ours marks that letter, and opens nothing', async () => {
      await imapd.deliver(mail({ Subject: 'bounces' }, 'x'))
      const ticket = await opened('bounces')
      const out = await test.context.db.selectFrom('mails').selectAll().where('ticket_id', '=', ticket.id).where('direction', '=', 'out').executeTakeFirstOrThrow() // prettier-ignore
      const report = `--r\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: ${out.message_id}\r\n\r\nx\r\n--r--` // prettier-ignore
      await imapd.deliver(mail({ From: 'MAILER-DAEMON@mx', Subject: 'failure', 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=r' }, report)) // prettier-ignore
      await eventually(async () => expect(await mailState(out.message_id)).toMatchObject({ state: 'bounced', reason: '5.1.1' })) // prettier-ignore
      const { items } = (await agent.inject({ url: `/tickets/${ticket.id}/mails` })).json()
      expect(items.map(({ state }: { state: string }) => state)).toContain('bounced')
    })
  })
})
