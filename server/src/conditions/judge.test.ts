import { beforeEach, describe, expect, it } from 'vitest'
import { noSettings } from '@zongheng/inventory/conditions/spec.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import { AlarmBook } from '../alarms/book.ts'
import type { EstateModel, SensorModel } from '../estate/model.ts'
import type { Held } from '../state/held.ts'
import { Judge } from '../state/judge.ts'
import { smallProvince } from '../state/testing.ts'
import type { Rule } from './compile.ts'
import { ConditionJudge } from './judge.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 22)
let model: EstateModel
let conditions: ConditionJudge
let judge: Judge
let now: number

beforeEach(() => {
  model = smallProvince()
  now = start
  conditions = new ConditionJudge(now)
  judge = new Judge(model, [], now, undefined, [conditions])
})

function sensor(id: string, deviceId: string, more: Partial<SensorModel>): void {
  const known = { id, deviceId, key: id, class: 'temperature', descr: '温度', unit: '°C', lowWarn: null, highWarn: null, highCritical: null, states: [] } as const // prettier-ignore
  model.devices.get(deviceId)!.sensors.push({ ...known, ...more } as SensorModel)
  judge.rebuild(model)
}

function say(metric: MetricName, id: string, value: number, spanMs?: number): void {
  judge.ingest(
    [
      {
        metric,
        ids: [id],
        entities: [0],
        atMs: [now],
        values: [value],
        ...(spanMs && { startMs: [now - spanMs] }),
      },
    ],
    now,
  )
}
const found = () =>
  [...judge.evaluate(now).findings.values()].map((one) =>
    [one.entityId, one.condition, one.severity].join(' '),
  )
const finding = () => [...judge.evaluate(now).findings.values()][0]!
const pass = (minutes: number) => (now += minutes * minute)

const rule = (id: string, more: Partial<Rule>): Rule => ({
  id: `rul_${id}`,
  regionId: '省',
  regionPath: '/省/',
  class: null,
  entities: null,
  basedOn: 'cpu-high',
  name: id,
  spec: null,
  settings: {},
  severity: null,
  priority: null,
  ...more,
})

describe('defaults', () => {
  it('a processor that is busy for three minutes', () => {
    for (let i = 0; i < 3; i++, pass(1)) say('cpuPercent', '市-rt', 97)
    expect(found()).toEqual([])
    say('cpuPercent', '市-rt', 97)
    expect(finding()).toMatchObject({
      entityId: '市-rt',
      condition: 'cpu-high',
      severity: 'warning',
      priority: null,
      values: { value: 97, limit: 90, unit: '%' },
      sinceMs: start,
    })
    pass(1)
    say('cpuPercent', '市-rt', 86)
    expect(found()).toEqual(['市-rt cpu-high warning'])
    pass(1)
    say('cpuPercent', '市-rt', 85)
    expect(found()).toEqual([])
    expect(judge.evaluate(now).isKnown('市-rt', 'cpu-high')).toBe(true)
  })

  // prettier-ignore
  it.each<[string, Partial<SensorModel>, number, string | null, number | null]>([
    ['air that is warm', {}, 31, 'minor', 30],
    ['air that is hot', {}, 36, 'major', 35],
    ['air that is cold', {}, 15, 'minor', 16],
    ['air that is well', {}, 25, null, null],
    ['a limit of its own', { highWarn: 27 }, 28, 'minor', 27],
    ['within a limit of its own', { highWarn: 40 }, 36, null, null],
  ])('%s', (_, more, value, severity, limit) => {
    model.devices.get('市-ups')!.role = 'environment'
    sensor('air', '市-ups', more)
    say('value', 'air', value)
    expect(found()).toEqual(severity === null ? [] : [`市-ups sensor-limit ${severity}`])
    if (limit !== null) expect(finding().values).toMatchObject({ sensor: '温度', value, limit, unit: '°C' })
  })

  it('of a room its worst probe speaks', () => {
    model.devices.get('市-ups')!.role = 'environment'
    sensor('a', '市-ups', { descr: '前' })
    sensor('b', '市-ups', { descr: '后' })
    say('value', 'a', 31)
    say('value', 'b', 37)
    expect(finding().values).toMatchObject({ sensor: '后', value: 37 })
    expect(judge.evaluate(now).findings.size).toBe(1)
  })

  it('a port that drops every few minutes', () => {
    model.devices.get('市-sw')!.interfaces.push({ id: 'port', ifName: 'GE1' })
    judge.rebuild(model)
    for (let i = 0; i <= 4; i++, pass(2)) say('ifOperStatus', 'port', 1 + (i % 2))
    expect(finding()).toMatchObject({
      entityType: 'interface',
      entityName: '市-sw GE1',
      condition: 'interface-flapping',
      values: { value: 4, minutes: 15 },
    })
  })

  it('traffic far from the same hour of past weeks says what is usual', () => {
    model.devices.get('市-rt')!.interfaces.push({ id: '市-primary-z', ifName: 'GE0/0/2' })
    judge.rebuild(model)
    for (const { slot } of conditions.engine.deviations())
      conditions.engine.setUsual(slot, { low: 12e6, high: 18e6 })
    for (let i = 0; i <= 15; i++, pass(1)) say('ifHCInOctets', '市-primary-z', (64e6 / 8) * 60, minute)
    expect(finding()).toMatchObject({
      condition: 'traffic-unusual',
      values: { low: 12, high: 18, value: 64, unit: 'Mbit/s' },
    })
  })

  it('a township line here and there is told by itself, a fifth of them once, for the city', () => {
    for (let i = 0; i < 10; i++) {
      const id = `镇${i}`
      model.regions.set(id, { id, code: id, name: id, tier: 'township', path: `/省/市/甲县/${id}/` })
      model.sites.set(id, { id, regionId: id, name: id })
      model.links.set(id, { id, regionId: id, name: id, upperSiteId: '甲县', lowerSiteId: id, circuits: [] })
    }
    const states = new Map<string, string>()
    const held = (id: string) => ({ type: 'link' as const, regionId: id, state: states.get(id) ?? 'normal', sinceMs: start, evidence: [] }) // prettier-ignore
    const judged = () => {
      conditions = new ConditionJudge(now)
      judge = new Judge(model, Array.from(model.links.keys(), (id) => [id, held(id)] as const), now, undefined, [conditions]) // prettier-ignore
      const { findings } = judge.evaluate(now)
      return { of: [...findings.values()].filter((one) => one.condition === 'townships-offline') }
    }
    states.set('镇0', 'down').set('镇1', 'down')
    expect(judged().of).toEqual([])
    states.set('镇2', 'down')
    expect(judged().of).toMatchObject([
      {
        entityType: 'region',
        entityId: '市',
        severity: 'major',
        values: { down: 3, total: 10, value: 30, limit: 20 },
      },
    ])
    const single = { entityId: '镇1', condition: 'link-state', values: { state: 'down' } } as never
    expect(conditions.gather(single)).toBe('市|townships-offline')
    expect(conditions.gather({ ...(single as object), entityId: '省-市' } as never)).toBeNull()
    const { of } = judged()
    expect(judge.evaluate(now).explain(of[0]!)).toBeNull()
  })

  it('townships that all hang on one router that is down are its, not the city’s', () => {
    const down = new Map<string, { type: 'link' | 'circuit' | 'device' }>([['甲县-rt', { type: 'device' }]])
    const [line] = model.links.get('市-甲县')!.circuits
    for (let i = 0; i < 5; i++) {
      const id = `镇${i}`
      const one = { ...line!, id: `${id}-line`, linkId: id, a: { ...line!.z, interfaceId: `${id}-a` }, z: { ...line!.z, interfaceId: `${id}-z`, deviceId: '甲县-sw' } } // prettier-ignore
      model.regions.set(id, { id, code: id, name: id, tier: 'township', path: `/省/市/甲县/${id}/` })
      model.sites.set(id, { id, regionId: id, name: id })
      model.circuits.set(one.id, one)
      model.links.set(id, { id, regionId: id, name: id, upperSiteId: '甲县', lowerSiteId: id, circuits: [one] }) // prettier-ignore
      down.set(id, { type: 'link' }).set(one.id, { type: 'circuit' })
    }
    const held = Array.from(down, ([id, { type }]): [string, Held] => [
      id,
      { type, regionId: '市', state: 'down', sinceMs: start, evidence: [] },
    ])
    conditions = new ConditionJudge(now)
    judge = new Judge(model, held, now, undefined, [conditions])
    const judged = judge.evaluate(now)
    const group = [...judged.findings.values()].find((one) => one.condition === 'townships-offline')!
    expect(group).toMatchObject({ values: { down: 5 } })
    expect(judged.explain(group)).toBe('甲县-rt|device-down')
  })
})

describe('rules', () => {
  it('the most specific counts, and says so', () => {
    conditions.setRules([
      rule('province', { settings: { above: 80 } }),
      rule('city', { regionId: '市', regionPath: '/省/市/', settings: { above: 70, forS: 0 } }),
      rule('one', { entities: ['市-gw'], settings: { above: 99 }, severity: 'major', priority: 'P2' }),
    ])
    for (const id of ['省-rt', '市-rt', '市-gw']) say('cpuPercent', id, 75)
    expect(found()).toEqual(['市-rt cpu-high warning'])
    const [explained] = conditions.compiler
      .explain(conditions.subjects!.get('device', '市-gw')!)
      .filter(({ condition }) => condition === 'cpu-high')
    expect(explained).toMatchObject({
      severity: 'major',
      settings: { above: 99, forS: 0 },
      origins: {
        above: { ruleId: 'rul_one', by: 'entity' },
        forS: { ruleId: 'rul_city', by: 'region' },
        easePercent: { from: 'default' },
      },
    })
  })

  it('what is switched off somewhere is not judged there, and what was told is over', () => {
    conditions.setRules([rule('now', { settings: { forS: 0 } })])
    say('cpuPercent', '市-rt', 97)
    expect(found()).toEqual(['市-rt cpu-high warning'])
    conditions.setRules([rule('off', { regionPath: '/省/市/', settings: { off: 1 } })])
    expect(found()).toEqual([])
    expect(conditions.isKnown('市-rt', 'cpu-high')).toBe(true)
  })

  it('one of its own goes by its id and its name', () => {
    const spec = {
      kind: 'threshold',
      metrics: ['responseMs' as const],
      as: 'value' as const,
      classes: ['core-router'],
      settings: { ...noSettings, above: 200 },
    } as const
    conditions.setRules([rule('slow', { basedOn: null, spec: { ...spec, metrics: ['responseMs'], classes: ['core-router'] }, severity: 'minor', priority: 'P3', name: '核心应答慢' })]) // prettier-ignore
    say('responseMs', '市-rt', 300)
    say('responseMs', '甲县-rt', 300)
    expect(found()).toEqual(['市-rt rul_slow minor'])
    expect(finding().values).toMatchObject({ rule: '核心应答慢', value: 300, limit: 200, unit: 'ms' })
  })
})

it('goes on after a restart where it stood, and clears nothing that nobody has looked at', () => {
  conditions.setRules([rule('now', { settings: { forS: 0, easePercent: 10 } })])
  say('cpuPercent', '市-rt', 97)
  const known = [...judge.evaluate(now).findings.values()]
  const book = new AlarmBook([])
  book.reconcile(judge.evaluate(now), now)
  expect([...book.open()].map(({ state }) => state)).toEqual(['firing'])
  const after = new ConditionJudge(now)
  after.setRules([rule('now', { settings: { forS: 0, easePercent: 10 } })])
  judge = new Judge(model, [], now, undefined, [after])
  expect(judge.evaluate(now).isKnown('市-rt', 'cpu-high')).toBe(false)
  judge.recall(known)
  pass(1)
  say('cpuPercent', '市-rt', 85)
  expect(found()).toEqual(['市-rt cpu-high warning'])
})

it('misses readings of a sensor, but not the minutes that a UPS tells on battery alone, nor the round trip of a test without an answer', () => {
  sensor('s_air', '市-rt', { class: 'temperature' })
  sensor('s_left', '市-rt', { class: 'runtime', unit: 'min' })
  sensor('s_trip', '市-rt', { class: 'rtt', unit: 'ms' })
  const missed = (id: string) =>
    conditions.compiler
      .of(conditions.subjects!.get('sensor', id)!)
      .some(({ condition }) => condition === 'sensor-silent')
  expect(['s_air', 's_left', 's_trip'].map(missed)).toEqual([true, false, false])
})
