import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readMail, textOfHtml, withoutQuotes } from './reading.ts'
import { bounceOf, standingOf, ticketNumberIn } from './standing.ts'

const mail = (head: string[], body: string | Buffer = '断网') =>
  Buffer.concat([Buffer.from(`${['From: =?UTF-8?B?546L?= <Wang@County.gov.cn>', ...head].join('\r\n')}\r\n\r\n`), Buffer.from(body)]) // prettier-ignore
const gb = Buffer.from('b6cfcdf8c1cb', 'hex') // 断网了

describe('reading', () => {
  it.each<[string, string[], string | Buffer, { subject?: string; text?: string }]>([
    ['GBK', ['Content-Type: text/plain; charset=gbk'], gb, { text: '断网了' }],
    ['GB2312', ['Content-Type: text/plain; charset=gb2312'], gb, { text: '断网了' }],
    ['GB18030', ['Content-Type: text/plain; charset=gb18030'], gb, { text: '断网了' }],
    ['Big5', ['Content-Type: text/plain; charset=big5'], Buffer.from('c25fba f4'.replace(' ', ''), 'hex'), { text: '斷網' }], // prettier-ignore
    ['encoded words of GB2312', ['Subject: =?gb2312?B?ts/N+MHL?='], 'x', { subject: '断网了' }],
    ['a folded subject of GB18030', [`Subject: =?gb18030?B?${gb.toString('base64')}?=\r\n =?gb18030?Q?=81=39=EF=30?=`], 'x', { subject: '断网了㐁' }], // prettier-ignore
    ['a subject with a line break in it', ['Subject: =?UTF-8?Q?a=0D=0ABcc:_x?='], 'x', { subject: 'a Bcc: x' }], // prettier-ignore
    ['a page', ['Content-Type: text/html'], '<script>alert(1)</script><p>line&nbsp;down</p>', { text: 'line down' }], // prettier-ignore
  ])('%s', async (_what, head, body, expected) => {
    expect(await readMail(mail(head, body))).toMatchObject(expected)
  })

  it('knows the sender, its own name and what it answers, the nearest first', async () => {
    const head = ['Message-ID: <c@x>', 'In-Reply-To: <b@x>', 'References: <a@x> <b@x>']
    expect(await readMail(mail(head))).toMatchObject({
      messageId: '<c@x>',
      answers: ['<b@x>', '<a@x>'],
      from: { address: 'wang@county.gov.cn', name: '王' },
    })
  })

  it('takes no name that a database could not keep', async () => {
    const head = [
      'Message-ID: <c@x>',
      `In-Reply-To: =?utf-8?B?${Buffer.from('<q\0z@x>').toString('base64')}?=`,
    ]
    expect(await readMail(mail(head))).toMatchObject({ answers: [] })
    expect(bounceOf('Action: failed\nMessage-ID: <a\0b@x>').messageIds).toEqual([])
  })

  it('takes no mail of ten thousand parts, none of thousands of layers, none without a sender, none that is too large', async () => {
    const many = mail(['Content-Type: multipart/mixed; boundary=b'], '--b\r\n\r\nx\r\n'.repeat(10_000))
    await expect(readMail(many)).rejects.toMatchObject({ reason: 'too-many-parts' })
    const layers = Array.from({ length: 3000 }, (_, at) => `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`) // prettier-ignore
    const deep = mail(['Content-Type: multipart/mixed; boundary=b0'], layers.join(''))
    await expect(readMail(deep)).rejects.toMatchObject({ reason: 'too-deep' })
    await expect(readMail(Buffer.from('Subject: x\r\n\r\nx'))).rejects.toMatchObject({ reason: 'no-sender' })
    await expect(readMail(Buffer.alloc(26 * 1024 * 1024))).rejects.toMatchObject({ reason: 'too-large' })
  })

  it.each<[string, string, string]>([
    ['folded and encoded', "filename*0*=gb18030''%CF%D6%B3%A1;\r\n filename*1*=%D5%D5.png", '现场照.png'],
    ['an encoded word', 'filename="=?gb18030?B?z9azoS5wbmc=?="', '现场.png'],
    ['a path', 'filename="../../etc/passwd"', '../../etc/passwd'], // what keeps it makes a name of it: files/names
  ])('reads the name of a file: %s', async (_, disposition, name) => {
    const part = `--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; ${disposition}\r\n\r\nx\r\n--b--`
    const { attachments } = await readMail(mail(['Content-Type: multipart/mixed; boundary=b'], part))
    expect(attachments.map((one) => one.name)).toEqual([name])
  })

  it('unpacks nothing: a bomb is as large as it was sent', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const part = `--b\r\nContent-Type: application/zip\r\nContent-Encoding: gzip\r\nContent-Disposition: attachment; filename=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${bomb.toString('base64')}\r\n--b--`
    const { attachments, text } = await readMail(mail(['Content-Type: multipart/mixed; boundary=b'], part))
    expect([attachments[0]?.content.length, text]).toEqual([bomb.length, ''])
  })

  it('takes no head that is larger than any head', async () => {
    const head = Array.from({ length: 3000 }, (_, at) => `X-${at}: ${'x'.repeat(100)}`)
    await expect(readMail(mail(head))).rejects.toMatchObject({ reason: 'broken' })
  })

  it.each([
    ['断了\n\n------------------ 原始邮件 ------------------\n发件人: x', '断了'],
    ['还没好\n在 2026年11月22日，运维中心 <a@b> 写道：\n> 好了吗', '还没好'],
    ['No.\nOn Mon, 23 Nov 2026, Desk wrote:\n> up?', 'No.'],
    ['Thanks\n-- \nWang, County Office', 'Thanks'],
    ['> only a quote', '> only a quote'],
  ])('leaves out what was quoted and the signature: %j', (text, own) => {
    expect(withoutQuotes(text)).toBe(own)
  })

  it.each([
    ['<img src=x onerror=alert(1)>hi', 'hi'],
    ['<scr<script>ipt>a</script>b', ''],
    ['1 &lt;b&gt; &#20013;&#x6587;&#0;', '1 <b> 中文'],
    ['<p>unclosed <script>rest', 'unclosed'],
    ['2 < 3', '2 < 3'],
  ])('makes words of a page: %j', (html, words) => expect(textOfHtml(html)).toBe(words))

  it.each(['<style', '<br', ' ', '\t\n', '<!--', '&#', '</script '])(
    'is not held up by a million bytes of %j',
    (piece) => {
      expect(textOfHtml(piece.repeat(1_000_000 / piece.length)).length).toBeLessThanOrEqual(1_000_000)
    },
  )
})

describe('standing', () => {
  const standing = (headers: Record<string, string>, address = 'wang@county.gov.cn', report: string | null = null) =>
    standingOf({ headers: new Map(Object.entries(headers)), from: { address, name: '' }, report }, new Set(['desk@prov.gov.cn'])) // prettier-ignore

  it.each<[string, Record<string, string>, string | undefined, string]>([
    ['a person', {}, undefined, 'person'],
    ['a person whose program says so', { 'auto-submitted': 'no' }, undefined, 'person'],
    ['out of office', { 'auto-submitted': 'auto-replied' }, undefined, 'machine'],
    ['a list', { precedence: 'list' }, undefined, 'machine'],
    ['our own address', {}, 'desk@prov.gov.cn', 'loop'],
    ['a mail of ours that comes back', { 'x-zongheng-loop': '1' }, undefined, 'loop'],
    ['a bounce', {}, 'mailer-daemon@mx.gov.cn', 'bounce'],
  ])('%s', (_what, headers, address, expected) => expect(standing(headers, address)).toBe(expected))

  it.each([
    ['答复: [INC20261122-0001] 断网', 'INC20261122-0001'],
    ['INC20261122-0001', null],
    ['[ABC20261122-0001]', null],
  ])('the ticket in %j is %s', (subject, number) => expect(ticketNumberIn(subject)).toBe(number))

  it('a report on a delivery names what came back, and whether it is given up', () => {
    const report = 'Action: failed\nStatus: 5.1.1\n\nMessage-ID: <own@prov>\nSubject: x'
    expect(bounceOf(report)).toEqual({ messageIds: ['<own@prov>'], isFinal: true, status: '5.1.1' })
    expect(bounceOf('Action: delayed\nStatus: 4.4.1')).toMatchObject({ isFinal: false })
  })
})
