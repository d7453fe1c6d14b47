/** What people type, and the article of the library that ought to come first. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { put } from '../search/store.ts'
import { testApp, type TestApp } from '../testing.ts'
import { readLibrary } from './library.ts'

let test: TestApp
let titles: Map<string, string>
beforeAll(async () => {
  test = await testApp()
  await withSmallEstate(test)
  const library = await readLibrary()
  titles = new Map(library.map(({ title, key }) => [title, key]))
  await test.services.knowledge.library.load(library)
  // tickets have the same words, and places that no article has
  for (const [i, title] of [
    '石家庄–正定主线丢包',
    '正定–石家庄主线中断',
    '正定县财政局打印机不出纸',
    '藁城主线中断',
  ].entries())
    await put(test.context.db, {
      kind: 'ticket',
      id: `inc_${i}`,
      regionId: 'reg',
      title,
      body: '',
      updatedAt: 0,
    })
})
afterAll(() => test.close())

const keysOf = async (path: string, text: string) => {
  const answer = await (await test.as('agent', '130000')).inject({ url: `${path}?text=${encodeURIComponent(text)}` }) // prettier-ignore
  const { items } = answer.json<{ items: { title: { text: string }[] }[] }>()
  return items.map(({ title }) => titles.get(title.map(({ text: piece }) => piece).join('')) ?? 'none')
}

describe('a search', () => {
  it.each([
    ['上不了网', 'dhcp-ip-conflict'],
    ['没网', 'dhcp-ip-conflict'],
    ['cisco', 'cisco-ruijie-first-checks'],
    ['思科', 'cisco-ruijie-first-checks'],
    ['华为', 'huawei-vrp-first-checks'],
    ['断电', 'plan-mains-outage'],
    ['2M线路中断', 'line-2m-los'],
    ['两兆', 'line-2m-los'],
    ['客户端', 'client-software'],
    ['客户端装不上', 'client-software'],
    ['打印机不出纸', 'printer-laser'],
    ['卡纸', 'printer-laser'],
    ['电话故障', 'ip-phone'],
    ['误码', 'line-error-codes'],
    ['密码忘了', 'account-locked'],
  ])('for %s begins with %s', async (text, key) => {
    expect((await keysOf('/articles/search', text))[0]).toBe(key)
  })

  it.each([
    ['dyj', 'printer-laser'],
    ['DYJ', 'printer-laser'],
    ['gxll', 'fibre-optical-power'],
    ['llzd', 'fibre-optical-power'],
    ['jhj', 'switch-loop'],
    ['jgdyj', 'printer-laser'],
  ])('for the initials %s finds %s', async (text, key) => {
    expect(await keysOf('/articles/search', text)).toContain(key)
  })
})

describe('a suggestion while a ticket is typed', () => {
  it.each([
    ['正定–石家庄主线中断', 'line-2m-los'],
    ['石家庄–正定主线丢包', 'line-error-codes'],
    ['正定县财政局打印机不出纸', 'printer-laser'],
    ['电话故障：座机没有声音', 'ip-phone'],
  ])('for %s begins with %s', async (text, key) => {
    expect((await keysOf('/knowledge/suggestions', text))[0]).toBe(key)
  })

  it('has it among the first with all that was said of it', async () => {
    const text = '石家庄–正定主线丢包 昨晚开始时断时续，已报电信'
    expect((await keysOf('/knowledge/suggestions', text)).slice(0, 3)).toContain('line-error-codes')
  })
})
