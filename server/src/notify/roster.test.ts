import { describe, expect, it } from 'vitest'
import { dutiesBetween, dutyAt, nowAndNext, turnAt, type Rotation, type Shift } from './roster.ts'

const zone = 'Asia/Shanghai'
/** A wall clock in China. */
const at = (text: string) => Date.parse(`${text}+08:00`)
const weekly: Rotation = {
  turn: 'weekly',
  userIds: ['张', '李', '王'],
  from: '2026-11-01', // a Sunday: the first Monday is the 2nd
  handoverMinute: 8 * 60 + 30,
  handoverWeekday: 1,
}
const daily: Rotation = { ...weekly, turn: 'daily' }
const shift = (id: string, userId: string, from: string, until: string): Shift => ({
  id,
  userId,
  startsMs: at(from),
  endsMs: at(until),
  note: null,
})
const holiday = [shift('shf_1', '赵', '2026-11-03T00:00', '2026-11-04T00:00')]

describe('a roster', () => {
  it.each<[name: string, rotation: Rotation, shifts: Shift[], when: string, who: string | null]>([
    ['before it begins', weekly, [], '2026-11-02T08:29', null],
    ['the first week from the hand-over on', weekly, [], '2026-11-02T08:30', '张'],
    ['to the minute before the next', weekly, [], '2026-11-09T08:29', '张'],
    ['the next from then on', weekly, [], '2026-11-09T08:30', '李'],
    ['the first again after the last', weekly, [], '2026-11-23T12:00', '张'],
    ['a day each', daily, [], '2026-11-02T08:30', '李'],
    ['the night belongs to the day before', daily, [], '2026-11-02T08:29', '张'],
    ['a shift overrules the turn', weekly, holiday, '2026-11-03T12:00', '赵'],
    ['and ends', weekly, holiday, '2026-11-04T00:00', '张'],
    ['the later entry of two', weekly, [...holiday, shift('shf_2', '钱', '2026-11-03T10:00', '2026-11-03T14:00')], '2026-11-03T12:00', '钱'], // prettier-ignore
    ['a shift before the roster begins', weekly, [shift('shf_1', '赵', '2026-11-01T00:00', '2026-11-02T00:00')], '2026-11-01T12:00', '赵'], // prettier-ignore
    ['nobody', { ...weekly, userIds: [] }, [], '2026-11-03T12:00', null],
  ])('%s', (_, rotation, shifts, when, who) => {
    expect(dutyAt(rotation, shifts, at(when), zone)?.userId ?? null).toBe(who)
  })

  it('has no gap and no overlap over a year, whoever stands in', () => {
    const duties = dutiesBetween(daily, holiday, at('2026-11-01T08:30'), at('2027-11-01T08:30'), zone)
    for (const [i, duty] of duties.entries()) if (i > 0) expect(duty.fromMs).toBe(duties[i - 1]!.untilMs)
    expect(duties.filter(({ shiftId }) => shiftId).map(({ userId }) => userId)).toEqual(['赵'])
    expect(duties.length).toBe(365 + 1) // the shift cuts two turns short
  })

  it('every instant is in the stretch that is told of it', () => {
    for (let ms = at('2026-11-01T09:00'); ms < at('2026-12-20T00:00'); ms += 3_333_333) {
      const duty = dutyAt(daily, holiday, ms, zone)!
      expect(duty.fromMs <= ms && ms < duty.untilMs).toBe(true)
      const turn = turnAt(daily, ms, zone)!
      expect(turn.fromMs <= ms && ms < turn.untilMs).toBe(true)
    }
  })

  it('says who is on duty now, and who comes next', () => {
    expect(nowAndNext(weekly, holiday, at('2026-11-02T12:00'), zone)).toMatchObject({
      now: { userId: '张', untilMs: at('2026-11-03T00:00') },
      next: { userId: '赵', fromMs: at('2026-11-03T00:00') },
    })
    expect(nowAndNext(weekly, [], at('2026-11-01T12:00'), zone)).toMatchObject({
      now: null,
      next: { userId: '张' },
    })
  })
})
