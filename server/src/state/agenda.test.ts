import { expect, it } from 'vitest'
import { Agenda } from './agenda.ts'

it('what time changes is looked at when its time comes, and again when the clock was set back before it', () => {
  const agenda = new Agenda<{ id: string }>()
  agenda.rebuild([{ id: 'a' }, { id: 'b' }])
  const look = (nowMs: number) => {
    const found = agenda.take(nowMs).map(({ id }) => id)
    for (const id of found) agenda.rest(id, false, id === 'a' ? 5_000 : null)
    return found
  }
  expect([0, 4_000, 5_000, 6_000].map(look)).toEqual([['a', 'b'], [], ['a'], []])
  expect([1_000, 2_000, 5_000, 6_000].map(look)).toEqual([['a', 'b'], [], ['a'], []])
})
