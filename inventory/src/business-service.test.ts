import { describe, expect, it } from 'vitest'
import { healthOf, judgeGroup, judgeService, type Health } from './business-service.ts'
import { RelationGraph } from './relation-graph.ts'
import type { Relation, RelationDetails, RelationEnd, RelationKind } from './relation.ts'
import { faultOf } from './relation.ts'
import { ServiceNeeds } from './service-needs.ts'

const relation = (
  fromId: string,
  toId: string,
  details: RelationDetails = {},
  toType: RelationEnd = 'device',
  kind: RelationKind = 'depends-on',
): Relation => ({ id: `${fromId}>${toId}`, regionId: 'r', kind, fromType: 'service', fromId, toType, toId, details }) // prettier-ignore

describe('a group of which some must do', () => {
  it.each<[string, Health[], number, Health]>([
    ['all up', ['up', 'up'], 1, 'up'],
    ['one of two failed', ['up', 'down'], 1, 'degraded'],
    ['one of two is out of reach', ['up', 'unreachable'], 1, 'degraded'],
    ['one of two is only degraded', ['up', 'degraded'], 1, 'up'],
    ['one of two is not known', ['up', 'unknown'], 1, 'unknown'],
    ['what is left is degraded', ['degraded', 'down'], 1, 'degraded'],
    ['what is left is not known', ['unknown', 'down'], 1, 'unknown'],
    ['none is left', ['down', 'unreachable'], 1, 'down'],
    ['all are out of reach', ['unreachable', 'unreachable'], 1, 'unreachable'],
    ['two of three', ['up', 'up', 'down'], 2, 'degraded'],
    ['two of three are wanted, one is left', ['up', 'down', 'down'], 2, 'down'],
    ['two of three are wanted, one is left and one is not known', ['up', 'down', 'unknown'], 2, 'unknown'],
    ['more are wanted than there are', ['up', 'up'], 5, 'up'],
    ['a need of its own', ['degraded'], 1, 'degraded'],
  ])('%s', (_name, members, needed, state) => expect(judgeGroup(members, needed)).toBe(state))
})

describe('a service', () => {
  const need = (id: string, health: Health, group: string | null = null, needed = 1) => ({ id, health, group, needed }) // prettier-ignore

  it.each<[string, Parameters<typeof judgeService>[0], Health, string[]]>([
    ['needs nothing', [], 'unknown', []],
    ['has all it needs', [need('a', 'up'), need('b', 'up')], 'up', []],
    ['is down as soon as one is', [need('a', 'up'), need('b', 'down'), need('c', 'degraded')], 'down', ['b']],
    ['is never up when one is unknown', [need('a', 'up'), need('b', 'unknown')], 'unknown', ['b']],
    ['tells what is known to be ill before what is not known', [need('a', 'degraded'), need('b', 'unknown')], 'degraded', ['a']],
    ['is degraded without its second', [need('a', 'up', 'g'), need('b', 'down', 'g'), need('c', 'up')], 'degraded', ['b']],
    ['is down without both', [need('a', 'down', 'g'), need('b', 'down', 'g'), need('c', 'up')], 'down', ['a', 'b']],
  ])('%s', (_name, needs, state, decisive) => expect(judgeService(needs)).toEqual({ state, decisive })) // prettier-ignore

  it.each<[RelationEnd, string, Health]>([
    ['link', 'on-backup', 'degraded'],
    ['link', 'unprotected', 'up'],
    ['link', 'down', 'down'],
    ['link', 'unknown', 'unknown'],
    ['device', 'unreachable', 'unreachable'],
    ['check', 'paused', 'unknown'],
    ['site', 'up', 'up'],
  ])('takes a %s that is %s for %s', (type, state, health) => expect(healthOf(type, state)).toBe(health))
})

describe('what if', () => {
  const relations = [
    relation('portal', 'web1', { group: 'web' }),
    relation('portal', 'web2', { group: 'web' }),
    relation('payroll', 'portal', {}, 'service'),
    relation('mail', 'mx'),
  ]
  const needs = new ServiceNeeds(['payroll', 'portal', 'mail'], new RelationGraph(relations))
  const allWell = () => 'up'

  it('one of two fails: what needs them is degraded, up to the top', () =>
    expect(needs.whatIf(new Set(['web1']), allWell)).toEqual([
      { id: 'portal', health: 'degraded' },
      { id: 'payroll', health: 'degraded' },
    ]))
  it('both fail: all that needs them is down', () =>
    expect(needs.whatIf(new Set(['web1', 'web2']), allWell).map(({ health }) => health)).toEqual(['down', 'down'])) // prettier-ignore
  it('something fails that nobody needs', () => expect(needs.whatIf(new Set(['x']), allWell)).toEqual([]))
  it('orders what is needed before what needs it', () =>
    expect([needs.depth('portal'), needs.depth('payroll')]).toEqual([0, 1]))
  it('ends in a circle', () => {
    const circle = [relation('a', 'b', {}, 'service'), relation('b', 'a', {}, 'service')]
    expect(new ServiceNeeds(['a', 'b'], new RelationGraph(circle)).affected(['a'])).toHaveLength(2)
  })
  it('answers for five hundred neighbours among fifty thousand', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => relation(`s${i}`, i < 500 ? 'hub' : `d${i}`))
    const graph = new RelationGraph(many)
    const all = new ServiceNeeds(many.map(({ fromId }) => fromId), graph) // prettier-ignore
    expect(all.whatIf(new Set(['hub']), allWell)).toHaveLength(500)
  })
})

describe('a relation', () => {
  it.each<[string, Partial<Relation>, string | null]>([
    ['a service on a device', {}, null],
    ['a device on a service', { fromType: 'device', toType: 'service' }, 'end-type'],
    ['on itself', { toId: 'a' }, 'same-end'],
    ['a feed where nothing is fed', { details: { feed: 'A' } }, 'detail'],
    ['a number without a group', { details: { needed: 2 } }, 'detail'],
    ['a feed of power', { kind: 'powers', fromType: 'device', details: { feed: 'B' } }, null],
    ['a service that stands in for a device', { kind: 'stands-in' }, 'end-type'],
  ])('%s', (_name, change, fault) =>
    expect(faultOf({ ...relation('a', 'b'), ...change })).toBe(fault)) // prettier-ignore

  const graph = new RelationGraph([
    relation('a', 'b', {}, 'service'),
    relation('b', 'c', {}, 'service', 'runs-on'),
  ])
  it.each<[string, RelationKind, string, string, boolean]>([
    ['that leads back', 'depends-on', 'c', 'a', true],
    ['that leads on', 'depends-on', 'c', 'd', false],
    ['of another family', 'powers', 'c', 'a', false],
    ['of none', 'connects', 'b', 'a', false],
  ])('%s', (_name, kind, from, to, closes) => expect(graph.closesCircle(kind, from, to)).toBe(closes))
})
