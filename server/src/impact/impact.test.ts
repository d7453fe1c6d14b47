import { beforeAll, describe, expect, it } from 'vitest'
import { SmallWorld } from '../state/testing.ts'
import { ImpactService } from './service.ts'

const whole = { regionPaths: ['/省/'] }
const ofCounty = { regionPaths: ['/省/市/甲县/'] }
const busyBps: Record<string, number> = {
  '甲县-primary-a': 9e6,
  '甲县-backup-a': 2e6,
  '市-primary-a': 4e6,
}

let impact: ImpactService
const world = new SmallWorld()

beforeAll(() => {
  const { judge, model } = world
  for (const circuit of model.circuits.values())
    if (circuit.role === 'backup') Object.assign(circuit, { carrierId: 'org-2', carrier: '移动' })
  world.pass(60)
  const state = {
    judge,
    model,
    activeCircuitOf: (id: string) => judge.activeCircuitOf(id),
    circuit: () => undefined,
  }
  const busy = {
    of: async (ids: string[]) =>
      new Map(ids.flatMap((id) => (id in busyBps ? [[id, busyBps[id]!] as const] : []))),
  }
  impact = new ImpactService({
    state,
    clock: () => world.now,
    busy,
    servicesHit: (ids) => (ids.has('乙县') ? [{ id: 'svc', name: '预算编制', regionId: '省' }] : []),
  })
})

const names = ({ items }: { items: { name: string }[] }) => items.map(({ name }) => name)

describe('what if', () => {
  it('a circuit fails: the link loses its protection, and the backup would carry more than is rented', async () => {
    const answer = await impact.whatIf(whole, ['甲县-primary'])
    expect(answer.failing).toEqual([{ type: 'circuit', id: '甲县-primary', name: 'NO-甲县-primary' }])
    expect(names(answer.bareLinks)).toEqual(['市–甲县'])
    expect(answer.sites).toEqual({ items: [], total: 0, outside: 0 })
    expect(answer.takenOver.items).toEqual([
      {
        circuitId: '甲县-backup',
        number: 'NO-甲县-backup',
        link: { id: '市-甲县', name: '市–甲县' },
        ownBps: 2e6,
        addedBps: 9e6,
        bandwidthBps: 10e6,
        percent: expect.closeTo(110) as number,
        isOverloaded: true,
        basis: 'p95',
      },
    ])
  })

  it('a link fails: all behind it is cut off, with the services there', async () => {
    const answer = await impact.whatIf(whole, ['省-市'])
    expect(names(answer.sites).sort()).toEqual(['乙县', '市', '甲县'])
    expect(answer.devices).toEqual({ total: 10, outside: 0 })
    expect(names(answer.lostLinks)).toEqual(['省–市'])
    expect(names(answer.services)).toEqual(['预算编制'])
  })

  it('a carrier fails: its circuits fail together', async () => {
    const answer = await impact.whatIf(whole, ['org-2'])
    expect(answer.failing).toEqual([{ type: 'carrier', id: 'org-2', name: '移动' }])
    expect(names(answer.bareLinks).sort()).toEqual(['市–乙县', '市–甲县', '省–市'].sort())
    expect(answer.takenOver.total).toBe(0)
  })

  it('two that stand in for each other fail together', async () => {
    const answer = await impact.whatIf(whole, ['甲县-primary', '甲县-backup'])
    expect(names(answer.sites)).toEqual(['甲县'])
  })

  it('what lies beyond the viewer’s regions is counted, unnamed, and cannot be asked for', async () => {
    const answer = await impact.whatIf(ofCounty, ['org'])
    expect(answer.bareLinks).toEqual({ items: [{ id: '市-甲县', name: '市–甲县' }], total: 1, outside: 2 })
    await expect(impact.whatIf(ofCounty, ['乙县'])).rejects.toMatchObject({ status: 404 })
    await expect(impact.whatIf(ofCounty, ['nobody'])).rejects.toMatchObject({ status: 404 })
  })
})

describe('single points of failure', () => {
  const told = (page: { items: { type: string; name: string; sites: number }[] }) =>
    page.items.map(({ type, name, sites }) => `${type} ${name} ${sites}`)

  it('are the sites and devices that all ways lead over, the graver first', () => {
    expect(told(impact.weakPoints(whole, {}))).toEqual([
      'site 省 3',
      'site 市 2',
      'device 乙县-rt 1',
      'device 甲县-rt 1',
      'carrier 电信 0',
      'carrier 移动 0',
    ])
    const [carrier] = impact.weakPoints(whole, { type: 'carrier' }).items
    expect(carrier).toMatchObject({ name: '电信', sites: 0, bareLinks: 3 })
  })

  it('come by pages, by kind, and within the viewer’s regions', () => {
    const first = impact.weakPoints(whole, { limit: 3 })
    expect(told(first)).toHaveLength(3)
    expect(told(impact.weakPoints(whole, { limit: 3, cursor: first.next! }))).toEqual([
      'device 甲县-rt 1',
      'carrier 电信 0',
      'carrier 移动 0',
    ])
    expect(told(impact.weakPoints(whole, { type: 'site' }))).toEqual(['site 省 3', 'site 市 2'])
    expect(told(impact.weakPoints(ofCounty, { type: 'device' }))).toEqual(['device 甲县-rt 1'])
  })
})
