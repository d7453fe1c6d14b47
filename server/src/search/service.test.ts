import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../db/database.ts'
import { testDatabase } from '../testing.ts'
import { SearchService } from './service.ts'

const regions = [
  { id: 'reg_p', path: '/reg_p/', parent: null },
  { id: 'reg_c', path: '/reg_p/reg_c/', parent: 'reg_p' },
  { id: 'reg_d', path: '/reg_p/reg_d/', parent: 'reg_p' },
]

const docs = [
  ['a1', '路由器故障初步排查', '先看电源灯与告警灯，再看端口状态。', ['VRP']],
  ['a2', '2M 专线中断处理', '路由器接口告警，联系运营商做环回测试。', ['SDH', 'LOS']],
  ['a3', '针式打印机卡纸', '关机后取出卡纸，仍有故障时报修。', ['打印机']],
  ['a4', 'OSPF 邻居中断', 'display ospf peer 查看邻居状态。', ['路由']],
  ['a5', '机房停电应急预案', 'UPS 供电时间内有序关机。', ['应急']],
] as const

let db: Db
let search: SearchService

beforeAll(async () => {
  db = await testDatabase()
  await db
    .insertInto('regions')
    .values(
      regions.map(({ id, path, parent }) => ({
        id,
        code: id,
        name: id,
        tier: parent ? 'city' : 'province',
        parent_id: parent,
        managing_parent_id: parent,
        path,
        created_at: 0,
        updated_at: 0,
      })),
    )
    .execute()
  search = new SearchService({ db, clock: () => 0 })
  for (const [id, title, body, keywords] of docs)
    await search.put(db, { kind: 'article', id, regionId: 'reg_p', title, body, keywords, updatedAt: 0 })
  await search.put(db, {
    kind: 'article',
    id: 'own',
    regionId: 'reg_c',
    title: '本市机房钥匙',
    body: '值班室',
    updatedAt: 0,
  })
})
afterAll(() => db.destroy())

const ids = async (text: string, viewer: { regionPaths: string[] } | null = null, fromAbove = false) =>
  (await search.find(['article'], text, { viewer, fromAbove })).map((hit) => hit.id)

describe('search', () => {
  it.each([
    ['two Chinese characters, in the title before the body', '故障', 'a1'],
    ['a word within a longer one', '路由', 'a1'],
    ['a whole phrase', '打印机卡纸', 'a3'],
    ['initials of a title', 'lyq', 'a1'],
    ['initials from a later word on', 'td', 'a5'],
    ['English, half typed, in any case', 'osp', 'a4'],
    ['a number with a letter', '2M', 'a2'],
    ['a keyword', 'los', 'a2'],
    ['full-width letters', 'ＯＳＰＦ', 'a4'],
    ['characters that a dictionary cuts otherwise', '由器', 'a1'],
    ['two characters across two words', '障初', 'a1'],
    ['one character', '纸', 'a3'],
    ['a sentence of which only some words are there', '县里的打印机今天早上又卡纸了怎么办', 'a3'],
  ])('finds by %s', async (_, text, first) => {
    expect((await ids(text))[0]).toBe(first)
  })

  it.each([
    '',
    '  ',
    '"',
    "'",
    '*',
    'a" OR "b',
    "'); drop table search_docs --",
    '\0',
    '&|!():*',
    '词'.repeat(4000),
  ])('takes %j as words and nothing else', async (text) => {
    await expect(ids(text)).resolves.toBeInstanceOf(Array)
  })

  it('shows nothing of another region, and what lies above only when asked', async () => {
    expect(await ids('机房', { regionPaths: ['/reg_p/reg_d/'] })).toEqual([])
    expect(await ids('机房', { regionPaths: ['/reg_p/reg_d/'] }, true)).toEqual(['a5'])
    expect((await ids('机房', { regionPaths: ['/reg_p/reg_c/'] }, true)).sort()).toEqual(['a5', 'own'])
    expect(await ids('机房', { regionPaths: [] }, true)).toEqual([])
  })

  it('marks what was found', async () => {
    const [hit] = await search.find(['article'], '卡纸', { viewer: null })
    expect(hit!.title).toEqual([
      { text: '针式打印机', hit: false },
      { text: '卡纸', hit: true },
    ])
  })

  it('is built anew from what there is', async () => {
    const doc = { kind: 'note', id: 'gone', regionId: 'reg_p', title: '旧公告', body: '', updatedAt: 0 }
    await search.put(db, doc)
    const kept = [...Array(120).keys()].map((i) => ({
      ...doc,
      id: `n${String(i).padStart(3, '0')}`,
      title: `公告${i}`,
    }))
    search.sourcedBy('note', async (after, limit) => kept.filter(({ id }) => id > after).slice(0, limit))
    expect(await search.rebuild()).toEqual([{ kind: 'note', put: 120, removed: 1 }])
    const found = await search.find(['note'], '公告', { viewer: null, limit: 50 })
    expect(found).toHaveLength(50)
    expect(await search.find(['note'], '旧公告', { viewer: null })).not.toContainEqual(
      expect.objectContaining({ id: 'gone' }),
    )
  })

  it('forgets what was changed or removed', async () => {
    const doc = { kind: 'article', id: 'x', regionId: 'reg_p', title: '旧标题', body: '', updatedAt: 0 }
    await search.put(db, doc)
    await search.put(db, { ...doc, title: '新名称' })
    expect(await ids('旧标题')).toEqual([])
    expect(await ids('新名称')).toEqual(['x'])
    await search.remove(db, 'x')
    expect(await ids('新名称')).toEqual([])
  })
})
