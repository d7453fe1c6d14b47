import { beforeEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '../api/problem.ts'
import { ReportQueue, type Made, type PhotoStore, type Waiting } from './report-queue.ts'

const report = (key: string) => ({ key, category: 'network' as const, text: '断网' })
const problem = (status: number, code = 'x', retryAfterS: number | null = null) =>
  new ApiProblem({ status, code, title: code }, { retryAfterS })
const photo = (name: string) => new File(['x'], name)

let storage: Map<string, string>
let kept: Map<string, File[]>
let log: string[]
let waits: number[]
let me: string | null
let answer: (key: string) => Made
let photoAnswer: (name: string) => void

function queue() {
  const photos: PhotoStore = {
    get: async (key) => kept.get(key) ?? [],
    put: async (key, files) => kept.set(key, files).size > 0,
  }
  return new ReportQueue({
    storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, text) => storage.set(key, text) },
    photos,
    me: () => me,
    post: async ({ key }) => {
      log.push(`post ${key}`)
      return answer(key)
    },
    attach: async (ticketId, { name }) => {
      log.push(`photo ${name} of ${ticketId}`)
      photoAnswer(name)
    },
    refused: ({ key }, { code }) => log.push(`refused ${key} ${code}`),
    photoRefused: ({ code }) => log.push(`photo refused ${code}`),
    changed: () => undefined,
    again: (ms) => waits.push(ms),
  })
}
const made = (key: string) => ({ id: `tkt_${key}`, number: key })
const fails = (failure: Error) => () => {
  throw failure
}
const keys = (waiting: Waiting[]) => waiting.map((one) => one.report.key)

beforeEach(() => {
  storage = new Map()
  kept = new Map()
  log = []
  waits = []
  me = 'usr_1'
  answer = made
  photoAnswer = () => undefined
})

describe('a report', () => {
  it.each([
    [0, 'network'],
    [401, 'unauthenticated'],
    [403, 'password-change-required'],
    [403, 'second-factor-required'],
    [408, 'x'],
    [429, 'too-many-requests'],
    [500, 'internal'],
    [502, 'http-502'],
    [503, 'x'],
  ])(
    'that %i %s kept from the server waits, over a reload, and is sent once it can be',
    async (status, code) => {
      answer = fails(problem(status, code))
      expect(await queue().send(report('a'), [photo('1')])).toBeNull()
      const later = queue()
      expect(keys(later.waiting)).toEqual(['a'])
      answer = made
      expect(await later.flush()).toBe(1)
      expect(later.waiting).toEqual([])
      expect(log).toEqual(['post a', 'post a', 'photo 1 of tkt_a'])
      expect(kept.get('a')).toEqual([])
    },
  )

  it.each([400, 403, 404, 409, 413, 415, 422])(
    'that is refused (%i) goes back to its author, with its photos',
    async (status) => {
      answer = fails(problem(status))
      const one = queue()
      await expect(one.send(report('a'), [photo('1')])).rejects.toMatchObject({ status })
      expect(one.waiting).toEqual([])
      answer = fails(problem(0))
      await one.send(report('b'), [])
      answer = fails(problem(status, 'wrong'))
      expect(await one.flush()).toBe(0)
      expect(one.waiting).toEqual([])
      expect(log.at(-1)).toBe('refused b wrong')
      expect(kept.get('a')).toHaveLength(1)
      expect(waits).toEqual([5000])
    },
  )

  it('waits longer each time, and as long as the server says', async () => {
    answer = fails(problem(0))
    const one = queue()
    await one.send(report('a'), [])
    await one.flush()
    await one.flush()
    answer = fails(problem(429, 'x', 90))
    await one.flush()
    expect(waits).toEqual([5000, 10_000, 20_000, 90_000])
    for (let n = 0; n < 10; n++) await one.flush()
    expect(Math.max(...waits)).toBe(300_000)
  })

  it('that another wrote on this device is not sent in one’s own name', async () => {
    answer = fails(problem(0))
    await queue().send(report('a'), [])
    me = 'usr_2'
    answer = made
    expect(await queue().flush()).toBe(0)
    me = 'usr_1'
    expect(await queue().flush()).toBe(1)
  })

  it('does not hold up the others when it is refused, nor is lost when two send at once', async () => {
    answer = fails(problem(0))
    const one = queue()
    for (const key of ['a', 'b']) await one.send(report(key), [])
    log = []
    answer = (key) => (key === 'a' ? fails(problem(422))() : made(key))
    await Promise.all([one.flush(), one.flush()])
    expect(log.filter((line) => line === 'post b')).toHaveLength(1)
    expect(one.waiting).toEqual([])
  })
})

describe('photos', () => {
  it('that did not get through follow their ticket, without another report', async () => {
    photoAnswer = (name) => name === '2' && fails(problem(0))()
    const one = queue()
    expect(await one.send(report('a'), [photo('1'), photo('2')])).toEqual(made('a'))
    expect(one.waiting[0]).toMatchObject({ made: made('a') })
    photoAnswer = () => undefined
    await queue().flush()
    expect(log).toEqual(['post a', 'photo 1 of tkt_a', 'photo 2 of tkt_a', 'photo 2 of tkt_a'])
    expect(one.waiting).toEqual([])
  })

  it('that are refused are told of and left', async () => {
    photoAnswer = (name) => name === '1' && fails(problem(415, 'not-allowed'))()
    const one = queue()
    await one.send(report('a'), [photo('1'), photo('2')])
    expect(log).toEqual(['post a', 'photo 1 of tkt_a', 'photo refused not-allowed', 'photo 2 of tkt_a'])
    expect(one.waiting).toEqual([])
  })
})
