import { describe, expect, it } from 'vitest'
import { cut, cutOctets, lengthText, markdown, plainText, shortText, subject, type NotifyMessage } from './message.ts' // prettier-ignore

const wording = { timeZone: 'Asia/Shanghai', origin: 'https://zh.example.gov.cn' }
const message: NotifyMessage = {
  event: 'opened',
  severity: 'critical',
  title: '石家庄市–正定县 链路中断',
  region: '正定县',
  sinceMs: Date.parse('2026-11-22T12:00:00+08:00'),
  untilMs: null,
  cause: '主用线路（电信）中断，备用线路（联通）中断',
  cutOff: { count: 12, names: ['正定县财政局', '诸福屯镇'] },
  nextStep: '先确认下级站点是否停电，再致电电信 10000 报障，线路编号 SJZ-1',
  carriers: [{ role: '主用', carrier: '电信', hotline: '10000', number: 'SJZ-1', state: '中断' }],
  alarmId: 'alm_1',
  ticket: { id: 'tkt_1', number: 'INC20261122-0001' },
}

describe('a message', () => {
  it('says what, since when, why, what is cut off, what to do, whom to call, and where to look', () => {
    expect(plainText(message, wording).split('\n')).toEqual([
      '[紧急] 石家庄市–正定县 链路中断',
      '区域：正定县',
      '开始：2026-11-22 12:00:00',
      '原因：主用线路（电信）中断，备用线路（联通）中断',
      '影响：12 个站点：正定县财政局、诸福屯镇 等',
      '建议：先确认下级站点是否停电，再致电电信 10000 报障，线路编号 SJZ-1',
      '报障：主用 电信 10000 线路编号 SJZ-1（中断）',
      '工单：INC20261122-0001',
      '查看：https://zh.example.gov.cn/alarms/alm_1',
      '处理：https://zh.example.gov.cn/tickets/tkt_1',
    ])
  })

  it('of recovery says how long it took, and no more what to do', () => {
    const over = { ...message, event: 'recovered', untilMs: message.sinceMs + 125 * 60_000 } as const
    expect(plainText(over, wording)).toContain('[紧急][已恢复]')
    expect(plainText(over, wording)).toContain('恢复：2026-11-22 14:05:00（历时 2 小时 5 分）')
    expect(plainText(over, wording)).not.toContain('建议')
    expect(subject(over)).toBe(subject(message))
  })

  it('by telephone fits into two short messages', () => {
    expect(shortText(message, wording)).toBe(
      '[紧急] 石家庄市–正定县 链路中断，2026-11-22 12:00:00 起，影响 12 个站点，报障 电信10000 SJZ-1，INC20261122-0001',
    )
    expect([...shortText({ ...message, title: '很'.repeat(500) }, wording)].length).toBe(130)
  })

  it('to a robot holds no mark-up, link or mention of a device name', () => {
    const text = markdown({ ...message, title: '[点我](http://evil/) <font color=red>**@所有人' }, wording)
    expect(text).not.toMatch(/\]\(http:\/\/evil|<font|@所有人/)
    expect(text).toContain('[查看](https://zh.example.gov.cn/alarms/alm_1)')
  })

  it.each([
    ['𠮷𠮷𠮷', 2, '𠮷…'],
    ['短', 2, '短'],
  ])('%s cut to %d characters', (text, atMost, result) => expect(cut(text, atMost)).toBe(result))

  it('is cut by octets at the end of a line, never through a character', () => {
    expect(cutOctets('第一行\n第二行很长很长', 20)).toBe('第一行\n…')
    for (let n = 8; n < 40; n++) {
      const text = cutOctets('很长'.repeat(20), n)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(n)
      expect(text).not.toContain('\uFFFD')
    }
  })

  it.each([
    [59_000, '59 秒'],
    [60_000, '1 分'],
    [3_661_000, '1 小时 1 分'],
    [90_000_000, '1 天 1 小时'],
  ])('%d ms are %s', (ms, text) => expect(lengthText(ms)).toBe(text))
})
