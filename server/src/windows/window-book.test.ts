import { RelationGraph } from '@zongheng/inventory/relation-graph.ts'
import type { Relation } from '@zongheng/inventory/relation.ts'
import { ServiceNeeds } from '@zongheng/inventory/service-needs.ts'
import { describe, expect, it } from 'vitest'
import type { EstateModel } from '../estate/model.ts'
import type { ServiceModel } from '../estate/services-model.ts'
import type { Finding } from '../state/finding.ts'
import { smallProvince } from '../state/testing.ts'
import { WindowBook, type Window } from './window-book.ts'

const model = smallProvince()
/** Payments need mail and a link; mail needs a site. */
const withServices: EstateModel = (() => {
  const need = (fromId: string, toType: Relation['toType'], toId: string): Relation => ({ id: `${fromId}-${toId}`, regionId: '市', kind: 'depends-on', fromType: 'service', fromId, toType, toId, details: {} }) // prettier-ignore
  const relations = new RelationGraph([
    need('svc_pay', 'service', 'svc_mail'),
    need('svc_pay', 'link', '市-乙县'),
    need('svc_mail', 'site', '甲县'),
  ])
  const services = ['svc_pay', 'svc_mail'].map((id): [string, ServiceModel] => [id, { id, regionId: '市', name: id, kind: 'other', criticality: 'vital', ownerId: null, organisation: null, note: null }]) // prettier-ignore
  return { ...model, relations, services: new Map(services), needs: new ServiceNeeds(['svc_pay', 'svc_mail'], relations) } // prettier-ignore
})()
const start = Date.UTC(2026, 10, 22, 14)
const hourMs = 3_600_000
const window = (scopes: string[], more: Partial<Window> = {}): Window => ({
  id: 'win_1',
  regionId: '市',
  title: '割接',
  source: 'manual',
  reference: null,
  carrierId: null,
  note: null,
  createdBy: null,
  createdAtMs: 0,
  cancelledAtMs: null,
  scopes: scopes.map((id) => ({ type: 'device', id })),
  startsAtMs: start,
  endsAtMs: start + 2 * hourMs,
  recurrence: null,
  recursUntilMs: null,
  ...more,
})
const book = (...windows: Window[]) => new WindowBook(windows, 'Asia/Shanghai')

describe('what a window covers', () => {
  it.each<[string, string, boolean]>([
    ['甲县-rt', '甲县-rt', true],
    ['甲县', '甲县-sw', true],
    ['甲县', '甲县-ups-source', true],
    ['甲县', '甲县-primary', true],
    ['甲县-rt', '甲县-primary', true],
    ['市-甲县', '甲县-backup', true],
    ['甲县-primary', '甲县-backup', false],
    ['甲县', '乙县-rt', false],
    ['省', '乙县-primary', true],
    ['甲县-rt', '甲县-sw', false],
    ['甲县', '没有的', false],
  ])('over %s: %s is %s', (scope, entity, yes) =>
    expect(book(window([scope])).at(model, entity, start + 1) !== null).toBe(yes),
  )

  it.each([
    [start - 1, false],
    [start, true],
    [start + 2 * hourMs - 1, true],
    [start + 2 * hourMs, false],
  ])('at %s: %s', (nowMs, yes) =>
    expect(book(window(['甲县'])).at(model, '甲县-rt', nowMs) !== null).toBe(yes),
  )

  it('and only until it is cancelled', () => {
    const cancelled = book(window(['甲县'], { cancelledAtMs: start + hourMs }))
    expect(cancelled.at(model, '甲县-rt', start + hourMs - 1)).not.toBeNull()
    expect(cancelled.at(model, '甲县-rt', start + hourMs)).toBeNull()
    expect(cancelled.spans(model, '甲县-primary', 0, Infinity)).toEqual([
      { fromMs: start, untilMs: start + hourMs },
    ])
    const early = window(['甲县'], { cancelledAtMs: start + hourMs })
    expect(cancelled.runs(early, start + hourMs, start + 24 * hourMs)).toEqual([])
    expect(cancelled.runs(early, start, start + 24 * hourMs)).toHaveLength(1)
    const never = window(['甲县'], { cancelledAtMs: start - hourMs })
    expect(cancelled.runs(never, start - 2 * hourMs, start + 24 * hourMs)).toEqual([])
  })

  it.each<[string, string, boolean]>([
    ['svc_pay', '甲县-rt', true],
    ['svc_pay', '甲县-primary', true],
    ['svc_pay', '甲县-ups-source', true],
    ['svc_pay', '甲县-sw', true],
    ['svc_pay', '市-乙县', true],
    ['svc_pay', '乙县-primary', true],
    ['svc_pay', '乙县-rt', false],
    ['svc_mail', '乙县-primary', false],
    ['svc_mail', 'svc_mail', true],
    ['svc_pay', 'svc_mail', true],
    ['svc_mail', 'svc_pay', false],
    ['甲县', 'svc_mail', false],
    ['市', 'svc_pay', true],
  ])('over the service or region %s: %s is %s', (scope, entity, yes) =>
    expect(book(window([scope])).at(withServices, entity, start + 1) !== null).toBe(yes),
  )

  it('lies over a link when it covers one of its circuits', () => {
    const one = book(window(['甲县-primary']))
    expect(one.overlay(model, '市-甲县', start)).toEqual({ windowId: 'win_1', title: '割接', untilMs: start + 2 * hourMs }) // prettier-ignore
    expect(one.overlay(model, '市-乙县', start)).toBeNull()
  })
})

describe('what it mutes', () => {
  const finding = (entityType: Finding['entityType'], entityId: string, more: Partial<Finding> = {}) =>
    ({ entityType, entityId, regionId: '甲县', siteId: null, deviceId: null, ...more }) as Finding
  const link = finding('link', '市-甲县')
  const muted = (
    one: WindowBook,
    about: Finding,
    ill: string[],
    startedMs = start + 1,
    nowMs = start + hourMs,
  ) => one.muting(model, about, startedMs, nowMs, (id) => ill.includes(id)) !== null

  it.each<[string, string[], string[], boolean]>([
    ['the announced circuit alone', ['甲县-primary'], ['甲县-primary'], true],
    [
      'the other one as well, which nobody announced',
      ['甲县-primary'],
      ['甲县-primary', '甲县-backup'],
      false,
    ],
    ['only the other one', ['甲县-primary'], ['甲县-backup'], false],
    ['both, of a site under work', ['甲县'], ['甲县-primary', '甲县-backup'], true],
    ['both, of the router under work', ['甲县-rt'], ['甲县-primary', '甲县-backup'], true],
    ['both, each announced', ['甲县-primary', '甲县-backup'], ['甲县-primary', '甲县-backup'], true],
  ])('on a link: %s', (_, scopes, ill, yes) => expect(muted(book(window(scopes)), link, ill)).toBe(yes))

  it('not what began before it', () => {
    const device = finding('device', '甲县-rt')
    expect(muted(book(window(['甲县'])), device, [], start - 1)).toBe(false)
    expect(muted(book(window(['甲县'])), device, [], start)).toBe(true)
  })
  it('not what goes on after it', () =>
    expect(muted(book(window(['甲县'])), finding('device', '甲县-rt'), [], start, start + 2 * hourMs)).toBe(
      false,
    ))
  it('not what began in an earlier occurrence', () => {
    const nightly = book(window(['甲县'], { recurrence: { every: 'week', weekdays: [0, 1, 2, 3, 4, 5, 6] } }))
    const device = finding('device', '甲县-rt')
    expect(muted(nightly, device, [], start + 1, start + 24 * hourMs + 5)).toBe(false)
    expect(muted(nightly, device, [], start + 24 * hourMs + 1, start + 24 * hourMs + 5)).toBe(true)
  })
  it('of a business service what is said of it', () =>
    expect(muted(book(window(['svc_1'])), finding('service' as Finding['entityType'], 'svc_1'), [])).toBe(
      true,
    ))
})

it('planned time is merged and clipped', () => {
  const both = book(
    window(['甲县'], { id: 'win_1' }),
    window(['甲县-primary'], { id: 'win_2', startsAtMs: start + hourMs, endsAtMs: start + 3 * hourMs }),
  )
  expect(both.spans(model, '甲县-primary', start + 1, start + 9 * hourMs)).toEqual([{ fromMs: start + 1, untilMs: start + 3 * hourMs }]) // prettier-ignore
  expect(both.spans(model, '甲县-backup', 0, Infinity)).toEqual([
    { fromMs: start, untilMs: start + 2 * hourMs },
  ])
})
