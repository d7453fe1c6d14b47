import { checkFacts, checkKinds } from '@zongheng/inventory/check.ts'
import type { Check, Series } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { draftOf, fieldsOf, newDraft, specOf } from './fields.ts'
import { limitRows, limitsOf } from './limits.ts'
import { daySpans, worstPoint } from './list.ts'
import { isMoved, linkedOf, placeOf } from './place.ts'
import { layers } from './timing.ts'

const series = (metric: string, mean: (number | null)[], stepMs = 60_000): Series => ({
  entityId: 'chp', metric, unit: 'ms', stepMs, atMs: mean.map((_, i) => i * stepMs), mean, min: mean, max: mean,
}) // prettier-ignore

describe('the form of a check', () => {
  it.each(checkKinds)('keeps what a %s is: typed, sent and typed again', (kind) => {
    const draft = newDraft(kind)
    for (const field of fieldsOf[kind]) if (field.required) draft[field.name] = 'a.example'
    const spec = specOf(kind, draft) as unknown as Record<string, unknown>
    expect(spec.kind).toBe(kind)
    expect(specOf(kind, draftOf(kind, spec))).toEqual(spec)
  })

  it('reads lists as people write them', () => {
    expect(specOf('http', { ...newDraft('http'), url: ' https://a/ ', status: '200, 301 404' })).toMatchObject({ status: [200, 301, 404], url: 'https://a/' }) // prettier-ignore
    expect(specOf('dns', { ...newDraft('dns'), name: 'a', expect: '10.0.0.1\n\n 10.0.0.2 ' })).toMatchObject({ expect: ['10.0.0.1', '10.0.0.2'] }) // prettier-ignore
  })

  it.each(checkKinds)('shows the usual limits of a %s, and sends them as they are', (kind) => {
    const { limits } = checkFacts[kind]
    expect(limitsOf(limitRows(kind, limits))).toEqual(limits)
  })
})

describe('a day', () => {
  it.each<[string, (number | null)[][], string]>([
    ['all good', [[1]], 'up'],
    ['some bad', [[0.5]], 'degraded'],
    ['all bad', [[0]], 'down'],
    ['none', [[null]], 'unknown'],
    ['good here, bad there', [[1], [0]], 'degraded'],
    ['good here, nothing there', [[1], [null]], 'up'],
  ])('of runs that were %s', (_, means, state) => {
    const spans = daySpans(means.map((mean) => series('checkOk', mean)), 30_000) // prettier-ignore
    expect(spans).toEqual([{ state, fromAt: 0, untilAt: 30_000 }])
  })

  it('of nothing measured is no band', () => expect(daySpans([], 1)).toEqual([]))
})

it('the point that sees it worst speaks for the check', () => {
  const points = ['up', 'unknown', 'down', 'degraded'].map((state) => ({ state }))
  expect(worstPoint({ points } as Check)?.state).toBe('down')
  expect(worstPoint({ points: [] as Check['points'] } as Check)).toBeUndefined()
})

describe('the parts of a response time', () => {
  const of = (all: Series[]) => layers((metric) => all.find((one) => one.metric === metric))

  it('lie upon one another up to the whole; what no part explains is the rest', () => {
    const stack = of([series('checkMs', [100]), series('checkDnsMs', [10]), series('checkConnectMs', [30])])
    expect(stack.map(({ part, top }) => [part, top[0]])).toEqual([
      ['checkDnsMs', 10], ['checkConnectMs', 40], ['checkTlsMs', 40], ['checkFirstByteMs', 40], ['checkRestMs', 100],
    ]) // prettier-ignore
  })

  it('are one where they were not measured, and none where nothing was', () => {
    expect(of([series('checkMs', [100])]).map(({ part }) => part)).toEqual(['checkMs'])
    expect(of([])).toEqual([])
  })

  it('never lie below nothing, and end where nothing was measured', () => {
    const stack = of([series('checkMs', [5, null]), series('checkDnsMs', [10, 3])])
    expect(stack.at(-1)!.own).toEqual([0, null])
    expect(stack.every(({ top }) => top[1] === null)).toBe(true)
  })
})

describe('where a check belongs', () => {
  const [device, site, region] = ['dev', 'sit', 'reg'].map((id) => ({ id, name: id }))
  const check = (about: object) => ({ device: null, site: null, region: region!, ...about })

  it('is its device, else its site, else a region', () => {
    expect(placeOf(linkedOf(check({ device, site })), 'reg')).toEqual({ deviceId: 'dev', siteId: null })
    expect(placeOf(linkedOf(check({ site })), 'reg')).toEqual({ deviceId: null, siteId: 'sit' })
    expect(placeOf(linkedOf(check({})), 'reg')).toEqual({ deviceId: null, siteId: null, regionId: 'reg' })
  })

  it('is told only when it is another', () => {
    const linked = linkedOf(check({ device, site }))
    expect(isMoved(check({ device, site }), linked, 'elsewhere')).toBe(false)
    expect(isMoved(check({ device, site }), null, 'reg')).toBe(true)
    expect(isMoved(check({}), linked, 'reg')).toBe(true)
    expect(isMoved(check({}), null, 'reg')).toBe(false)
    expect(isMoved(check({}), null, 'elsewhere')).toBe(true)
  })
})
