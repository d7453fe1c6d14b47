import type { Topology } from '@zongheng/server/api.ts'
import { expect, it } from 'vitest'
import { deviceGraph, siteGraph, worstLook } from './graph.ts'

const site = (id: string, tier: 'city' | 'county') => ({ id, name: id, tier, region: { id, name: id } })
const device = (id: string, siteId: string, role: 'core-router' | 'access-router' | 'ups' = 'core-router') => ({ id, name: id, role, siteId, state: 'up' as const, isTold: true }) // prettier-ignore
const says = { carrier: null, number: null, bandwidthBps: null, access: null, role: null }
const end = (deviceId: string) => ({ deviceId, interfaceId: null, ifName: null, ifAlias: '', says })
const connection = (a: string, z: string, more: object = {}) => ({
  key: `${a}~${z}`, layers: [2 as const], a: end(a), z: end(z), agreement: 'both' as const, by: ['lldp'], standing: 'recorded' as const,
  linkId: null, circuits: [], ...more,
}) // prettier-ignore
const topology = (more: Partial<Topology> = {}): Topology => ({
  sites: [site('市', 'city'), site('县', 'county')],
  devices: [device('RT', '县', 'access-router'), device('CR', '市'), device('VPN', '市'), device('UPS', '县', 'ups')],
  connections: [connection('CR', 'RT'), connection('RT', 'VPN', { standing: 'elsewhere' })],
  proposals: [], differences: [], unconfirmed: [], strangers: [], isCut: false, newestAt: null, ...more,
}) // prettier-ignore

it('leaves out whom nobody names, and counts them on their site', () => {
  const { nodes, alone } = deviceGraph(topology())
  expect(nodes.map(({ id }) => id).sort()).toEqual(['CR', 'RT', 'VPN', '县', '市'])
  expect([...alone]).toEqual([['县', 1]])
})

it('goes from the upper tier down, whichever end is told first', () => {
  expect(deviceGraph(topology()).edges.map(({ from, to, look }) => [from, to, look])).toEqual([
    ['CR', 'RT', 'recorded'],
    ['VPN', 'RT', 'elsewhere'],
  ])
})

it('draws what is recorded and seen by nobody', () => {
  const unconfirmed = [{ circuit: { id: 'cir_1', name: 'NO-1' }, linkId: 'lnk_1', a: 'RT', z: 'CR' }]
  const { edges } = deviceGraph(topology({ connections: [], unconfirmed }))
  expect(edges).toMatchObject([{ id: 'cir_1', from: 'CR', to: 'RT', look: 'unconfirmed' }])
})

it('as sites joins two by one line that shows the worst of them, and none with itself', () => {
  const inside = connection('CR', 'VPN', { standing: 'inside' })
  const { nodes, edges, alone } = siteGraph(topology({ connections: [...topology().connections, inside] }))
  expect(nodes.map(({ id }) => id)).toEqual(['市', '县'])
  expect(edges).toMatchObject([{ from: '市', to: '县', look: 'elsewhere' }])
  expect(edges[0]!.connections).toHaveLength(2)
  expect([...alone]).toEqual([
    ['县', 2],
    ['市', 2],
  ])
})

it('what contradicts itself is worse than what is not recorded', () => {
  expect(worstLook(['recorded', 'unrecorded', 'conflicting', 'inside'])).toBe('conflicting')
})
