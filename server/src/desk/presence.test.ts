import { describe, expect, it } from 'vitest'
import { Presence } from './presence.ts'

const li = { userId: 'usr_li', name: '李' }
const wang = { userId: 'usr_wang', name: '王' }
const names = (presence: Presence, ticketId: string) =>
  presence.peopleAt(ticketId).map(({ name, isWriting }) => (isWriting ? `${name}…` : name))

describe('whoever has a ticket open', () => {
  it('is known until they leave, each once, and writing while any window of theirs writes', () => {
    const presence = new Presence()
    presence.enter('s1', 't1', li)
    presence.enter('s2', 't1', wang)
    presence.enter('s3', 't1', li)
    expect(names(presence, 't1')).toEqual(['李', '王'])
    expect(presence.write('s3', 't1', true)).toEqual(['t1'])
    expect(presence.write('s3', 't1', true)).toEqual([])
    expect(names(presence, 't1')).toEqual(['李…', '王'])
    expect(presence.leave('s3')).toEqual(['t1'])
    expect(names(presence, 't1')).toEqual(['李', '王'])
  })

  it('leaves the one when they open another, and writes on the other anew', () => {
    const presence = new Presence()
    presence.enter('s1', 't1', li)
    presence.write('s1', 't1', true)
    expect(presence.write('s1', 't2', true)).toEqual([])
    expect(presence.enter('s1', 't2', li)).toEqual(['t1', 't2'])
    expect([names(presence, 't1'), names(presence, 't2')]).toEqual([[], ['李']])
  })

  it('leaves nothing behind', () => {
    const presence = new Presence()
    for (let i = 0; i < 100; i++) presence.enter(`s${i}`, `t${i % 7}`, li)
    for (let i = 0; i < 100; i++) presence.leave(`s${i}`)
    expect(presence.size).toBe(0)
    expect(presence.leave('s1')).toEqual([])
    expect(presence.write('s1', 't1', true)).toEqual([])
  })
})
