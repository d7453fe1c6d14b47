import { beforeEach, describe, expect, it } from 'vitest'
import { ReplySize } from './reply-size.ts'

const octetsPerCell = 25
const full = 56
let size: ReplySize
beforeEach(() => (size = new ReplySize('community')))

function answer(times: number, cells = full, wasCut = false): void {
  for (let i = 0; i < times; i++) size.answered(cells, cells * octetsPerCell, wasCut)
}

it('at first, as many cells fit as a frame holds of the likely size', () => {
  expect(size.cells()).toBe(54)
  expect(size.octetsOf(10)).toBe(60 + 260)
  expect(size.octetsOf(1000)).toBe(1472)
})

it('what cells have taken decides how many fit', () => {
  answer(1)
  expect(size.cells()).toBe(full)
  size.answered(40, 40 * 70, false)
  expect(size.cells()).toBe(20)
})

it('USM takes its part', () => {
  expect(new ReplySize('usm').cells()).toBeLessThan(size.cells())
})

it('always fits one cell, or one row', () => {
  size.answered(4, 4 * 5000, false)
  expect(size.cells()).toBe(1)
  expect(size.rows(14, 0, 48).rows).toBe(1)
})

describe('a size that failed', () => {
  it('is halved, and never left', () => {
    size.failed(full)
    expect(size.cells()).toBeLessThan(full / 2 + 1)
    for (let i = 0; i < 50; i++) size.failed(size.cells())
    expect(size.cells()).toBe(1)
  })

  it('is tried again after many good replies, the more the oftener it failed', () => {
    const repliesUntilFull = () => {
      for (let replies = 1; replies < 10_000; replies++) {
        answer(1, 4)
        if (size.cells() >= full) return replies
      }
      return Infinity
    }
    const waits = [1, 2, 3].map(() => {
      size.failed(full)
      return repliesUntilFull()
    })
    expect(waits[0]).toBeGreaterThanOrEqual(32)
    expect(waits[1]).toBeGreaterThan(waits[0]!)
    expect(waits[2]).toBeGreaterThan(waits[1]!)
    expect(waits[2]).toBeLessThan(1024)
  })
})

describe('whether the device cuts its replies itself', () => {
  it('is tried after some good replies, by one row more', () => {
    expect(size.rows(14, 0, 48)).toEqual({ rows: 3, isTrial: false })
    answer(4)
    expect(size.rows(14, 0, 48)).toEqual({ rows: 5, isTrial: true })
  })

  it.each([
    { cut: 56, left: 48, rows: 4, what: 'whole rows: the part saves no request' },
    { cut: 54, left: 48, rows: 4, what: 'three rows and the part of a fourth: 13 requests, not 16' },
    { cut: 54, left: 8, rows: 3, what: 'whole rows: few are left' },
    { cut: 10, left: 48, rows: 1, what: 'the part of a row, where none fits' },
  ])('once it has, at $cut cells: of $left rows $rows, $what', ({ cut, left, rows }) => {
    answer(4)
    answer(1, cut, true)
    expect(size.rows(14, 0, left)).toEqual({ rows, isTrial: false })
  })

  it('whole rows as large as what was cut say nothing against it', () => {
    answer(1, 58, true)
    answer(100, 57)
    expect(size.rows(20, 0, 48)).toEqual({ rows: 3, isTrial: false })
    answer(1, 60)
    expect(size.rows(20, 0, 48)).toEqual({ rows: 2, isTrial: false })
  })

  it.each<[string, () => void]>([
    ['it kept silent', () => size.trialFailed()],
    ['it answered beyond a frame', () => answer(1, 70)],
    ['a size failed', () => size.failed(full)],
  ])('is not tried again when %s', (_name, happen) => {
    answer(4)
    happen()
    answer(2000)
    expect(size.rows(14, 0, 48).isTrial).toBe(false)
  })
})
