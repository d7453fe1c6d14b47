import type { User } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { expiryOf, listed } from './expiry.ts'
import { readFilter, sortUsers, writeFilter } from './filter.ts'

describe('whom the list shows', () => {
  it.each(['', 'q=%E7%8E%8B&role=agent', 'state=locked&sort=-signedIn', 'team=tem_1&region=reg_1'])(
    'stands in the address: %s',
    (search) => {
      const params = new URLSearchParams(search)
      expect(writeFilter(readFilter(params), params).toString()).toBe(params.toString())
    },
  )
  it('leaves out what it does not know', () =>
    expect(readFilter(new URLSearchParams('role=king&state=odd&sort=shoe'))).toMatchObject({
      role: null,
      state: null,
      sort: { key: 'name', descending: false },
    }))
})

describe('the order of the list', () => {
  const user = (displayName: string, signedInAt: number | null) =>
    ({ displayName, signedInAt, username: '', region: { name: '' }, state: 'active' }) as User
  it.each([
    [false, ['王', '李', '张']],
    [true, ['李', '王', '张']],
  ])('has those who never signed in last (descending %s)', (descending, names) => {
    const users = [user('张', null), user('李', 2), user('王', 1)]
    expect(sortUsers(users, { key: 'signedIn', descending }).map((u) => u.displayName)).toEqual(names)
  })
})

describe('a certificate', () => {
  const noon = Date.UTC(2026, 10, 22, 4) // 12:00 in China
  it.each([
    [undefined, null],
    ['2026-11-21', { state: 'expired', days: -1 }],
    ['2026-11-22', { state: 'soon', days: 0 }],
    ['2027-02-20', { state: 'soon', days: 90 }],
    ['2027-02-21', { state: 'fine', days: 91 }],
  ])('until %s', (day, expiry) => expect(expiryOf(day, noon)).toEqual(expiry))
  it('is judged by the day in China', () =>
    expect(expiryOf('2026-11-22', Date.UTC(2026, 10, 22, 16))?.state).toBe('expired'))
})

it.each([
  ['路由，交换、路由', ['路由', '交换']],
  [' HCIE \n\n SDH;', ['HCIE', 'SDH']],
  ['', []],
])('a list that was typed: %j', (text, list) => expect(listed(text)).toEqual(list))
