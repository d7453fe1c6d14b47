import { describe, expect, it } from 'vitest'
import type { EstateModel } from '../estate/model.ts'
import { lineTo } from './line.ts'

type LinkCase = [id: string, upper: string, lower: string, bps: number[]]

/** Only what a line is reckoned from. */
function estate(links: LinkCase[]): EstateModel {
  const model = {
    collectors: new Map([
      ['col_province', { siteId: 'province' }],
      ['col_city', { siteId: 'city' }],
      ['col_nowhere', { siteId: null }],
    ]),
    links: new Map(
      links.map(([id, upperSiteId, lowerSiteId, bps]) => [
        id,
        { id, upperSiteId, lowerSiteId, circuits: bps.map((bandwidthBps) => ({ bandwidthBps })) },
      ]),
    ),
  }
  return model as unknown as EstateModel
}

const tiers: LinkCase[] = [
  ['upper', 'province', 'city', [100e6, 20e6]],
  ['lower', 'city', 'county', [50e6, 30e6]],
  ['last', 'county', 'town', [4e6, 2e6]],
]

describe('the line between a collector and a site', () => {
  it.each<[name: string, links: LinkCase[], siteId: string, collectorId: string, line: string | null]>([
    ['is the narrowest on the way', tiers, 'county', 'col_province', 'upper 20000000'],
    ['ends where the collector stands', tiers, 'county', 'col_city', 'lower 30000000'],
    ['counts a backup', tiers, 'town', 'col_province', 'last 2000000'],
    ['is none at home', tiers, 'city', 'col_city', null],
    ['goes to the top for one that stands nowhere', tiers, 'county', 'col_nowhere', 'upper 20000000'],
    ['is none without a circuit', [['bare', 'province', 'city', []]], 'city', 'col_province', null],
    [
      'is the wider of two links',
      [...tiers, ['wide', 'city', 'county', [1e9]]],
      'county',
      'col_city',
      'wide 1000000000',
    ],
    [
      'ends in a ring',
      [
        ['a', 'x', 'y', [1e6]],
        ['b', 'y', 'x', [2e6]],
      ],
      'x',
      'col_province',
      'a 1000000',
    ],
  ])('%s', (_, links, siteId, collectorId, line) => {
    const found = lineTo(estate(links), siteId, collectorId)
    expect(found && `${found.id} ${found.bps}`).toBe(line)
  })
})
