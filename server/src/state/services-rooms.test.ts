import { RelationGraph } from '@zongheng/inventory/relation-graph.ts'
import type { Relation, RelationDetails, RelationEnd } from '@zongheng/inventory/relation.ts'
import { ServiceNeeds } from '@zongheng/inventory/service-needs.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CheckModel } from '../estate/model.ts'
import type { RoomModel, ServiceModel } from '../estate/services-model.ts'
import { Judge } from './judge.ts'
import { RoomJudge } from './room-judge.ts'
import { ServiceJudge } from './service-judge.ts'
import { SmallWorld } from './testing.ts'

const service = (id: string): ServiceModel => ({ id, regionId: '省', name: id, kind: 'payroll', criticality: 'vital', ownerId: null, organisation: null, note: null }) // prettier-ignore
const needs = (fromId: string, toType: RelationEnd, toId: string, details: RelationDetails = {}): Relation => ({ id: `${fromId}>${toId}`, regionId: '省', kind: 'depends-on', fromType: 'service', fromId, toType, toId, details }) // prettier-ignore
const room = (site: string, standing: string[]): RoomModel => ({ id: `${site}机房`, regionId: site, siteId: site, name: `${site}机房`, floor: null, note: null, racks: [], standing }) // prettier-ignore

/** 工资统发 needs 甲县's line, and one of two gateways; 门户 needs 工资统发; 邮件 needs nothing. */
function world(): SmallWorld {
  const w = new SmallWorld()
  const services = ['门户', '工资统发', '邮件'].map(service)
  const relations = new RelationGraph([
    needs('工资统发', 'link', '市-甲县'),
    needs('工资统发', 'device', '省-gw', { group: '出口' }),
    needs('工资统发', 'device', '市-gw', { group: '出口' }),
    needs('门户', 'service', '工资统发'),
  ])
  const rooms = [room('甲县', ['甲县-ups', '甲县-rt', '甲县-sw'])]
  Object.assign(w.model, {
    services: new Map(services.map((one) => [one.id, one])),
    relations,
    needs: new ServiceNeeds(services.map(({ id }) => id), relations), // prettier-ignore
    rooms: new Map(rooms.map((one) => [one.id, one])),
  })
  w.judge = new Judge(w.model, [], w.now, undefined, [new RoomJudge(), new ServiceJudge()])
  w.pass(300)
  return w
}

describe('services', () => {
  let w: SmallWorld
  beforeEach(() => (w = world()))
  const states = () => ['工资统发', '门户', '邮件'].map((id) => w.state(id))

  it('are up while all they need is; those that need nothing are unknown', () => {
    expect(states()).toEqual(['up', 'up', 'unknown'])
    expect(w.firing()).toEqual([])
  })

  it('are down with a line they need, all of them at once, and people are told of the line alone', () => {
    w.broken.add('甲县-primary').add('甲县-backup')
    w.pass(60)
    expect(states()).toEqual(['down', 'down', 'unknown'])
    expect(w.roots()).toEqual(['link-state 市–甲县 critical'])
    expect([w.causeOf('工资统发'), w.causeOf('门户')]).toEqual(['市-甲县', '市-甲县'])
    expect(w.firedAsRoot()).toEqual(['市–甲县'])
  })

  it('are degraded on the backup line, and well again with it', () => {
    w.broken.add('甲县-primary')
    w.pass(120)
    expect(states()).toEqual(['degraded', 'degraded', 'unknown'])
    expect(w.causeOf('工资统发')).toBe('市-甲县')
    w.broken.clear()
    w.pass(120)
    expect(states()).toEqual(['up', 'up', 'unknown'])
    expect(w.firing()).toEqual([])
  })

  it('are degraded when what stands in is lost, which is explained by the device', () => {
    w.broken.add('省-gw')
    w.pass(240)
    expect(w.state('工资统发')).toBe('degraded')
    expect(w.causeOf('工资统发')).toBe('省-gw')
  })

  it('are told of themselves once nothing else explains them', () => {
    w.broken.add('甲县-primary').add('甲县-backup')
    w.pass(60)
    const since = w.judge.held('工资统发')!.sinceMs
    expect(w.judge.held('市-甲县')!.sinceMs).toBe(since)
    expect(w.judge.held('工资统发')!.evidence[0]).toMatchObject({ code: 'need-state', values: { id: '市-甲县', state: 'down' } }) // prettier-ignore
  })

  it('whose changes are kept as those of anything else', () => {
    w.broken.add('甲县-primary').add('甲县-backup')
    w.pass(60)
    const own = w.changes.filter(({ entityId }) => entityId === '门户')
    expect(own.map(({ from, to }) => [from, to])).toEqual([
      [null, 'unknown'],
      ['unknown', 'up'],
      ['up', 'down'],
    ])
  })
})

describe('services that need a check', () => {
  let w: SmallWorld
  const states = () => ['check', '工资统发'].map((id) => w.state(id))
  /** What a run found, a minute after the one before, and how things then stand for most of a minute. */
  const run = (ok: boolean, checkMs = 20) => {
    for (const [metric, value] of [['checkMs', checkMs], ['checkOk', ok ? 1 : 0]] as const)
      w.judge.observations.ingest([{ metric, ids: ['chp'], entities: [0], atMs: [w.now], values: [value] }]) // prettier-ignore
    w.pass(60)
    return [...states(), ...w.firing().map(({ finding }) => `${finding.condition} ${finding.entityName}`)]
  }
  beforeEach(() => {
    w = new SmallWorld()
    const relations = new RelationGraph([needs('工资统发', 'check', 'check')])
    const check: CheckModel = { id: 'check', regionId: '省', siteId: null, deviceId: null, name: '接口', spec: { kind: 'tcp', host: '10.0.0.1', port: 80, expect: '' }, limits: [{ metric: 'checkMs', warning: 500, critical: 3000 }], intervalS: 60, timeoutMs: 5000, credentialId: null, isEnabled: true, points: [{ id: 'chp', collectorId: 'col', outcome: null, outcomeAtMs: 0 }] } // prettier-ignore
    w.model.checks.set('check', check)
    Object.assign(w.model, { services: new Map([['工资统发', service('工资统发')]]), relations, needs: new ServiceNeeds(['工资统发'], relations) }) // prettier-ignore
    w.judge = new Judge(w.model, [], w.now, undefined, [new ServiceJudge()])
    expect(run(true)).toEqual(['up', 'up'])
  })

  it('are not troubled by one failure that the next run does not confirm', () => {
    expect(run(false)).toEqual(['degraded', 'up'])
    expect(run(true)).toEqual(['up', 'up'])
  })

  it('are down with it once it failed twice, and people are told of the check', () => {
    run(false)
    expect(run(false)).toEqual(['down', 'down', 'check-failed 接口', 'service-down 工资统发'])
    expect(w.firedAsRoot()).toEqual(['接口'])
  })

  it('are degraded with it when it is slow, at once after a failure too', () => {
    run(false)
    expect(run(true, 900).slice(0, 2)).toEqual(['degraded', 'degraded'])
  })
})

describe('rooms', () => {
  it('are degraded on battery, which the site has told already', () => {
    const w = world()
    expect(w.state('甲县机房')).toBe('up')
    w.onBattery.add('甲县')
    w.pass(120)
    expect(w.state('甲县机房')).toBe('degraded')
    expect(w.firing().map(({ finding }) => finding.condition)).toEqual(['mains-lost'])
    w.onBattery.clear()
    w.pass(120)
    expect(w.state('甲县机房')).toBe('up')
  })

  it('are down when their battery is empty', () => {
    const w = world()
    w.onBattery.add('甲县')
    w.pass(120)
    w.broken.add('甲县')
    w.pass(240)
    expect(w.state('甲县机房')).toBe('down')
    expect(w.roots()).toEqual(['mains-lost 甲县 major'])
  })

  it('are unreachable when their line is cut', () => {
    const w = world()
    w.broken.add('甲县-primary').add('甲县-backup')
    w.pass(120)
    expect(w.state('甲县机房')).toBe('unreachable')
    expect(w.roots()).toEqual(['link-state 市–甲县 critical'])
  })
})
