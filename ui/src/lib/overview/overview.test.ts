import { describe, expect, it } from 'vitest'
import { ringOrder } from './bearing.ts'
import { callouts, pack, type Pin } from './callouts.ts'
import { findings } from './findings.ts'
import { columns, hourTicks, nowCounts, slices } from './history.ts'
import { circuitLoad, linkLoad } from './load.ts'
import { around, barPath, boxHeight, leafAt, radial, spread } from './radial.ts'
import { tierTree, type TierTree } from './tree.ts'
import { province, someLink } from './testing.ts'

describe('the ring resembles the map', () => {
  it('puts the cities of Hebei clockwise from Chengde', () => {
    const codes = ['130100', '130200', '130300', '130600', '130700', '130800', '131000']
    expect(codes.sort((a, b) => ringOrder(a) - ringOrder(b))).toEqual([
      '130800',
      '130300',
      '130200',
      '131000',
      '130100',
      '130600',
      '130700',
    ])
  })
  it('falls back to the code', () => {
    expect(['410300', '410100', '410200'].sort((a, b) => ringOrder(a) - ringOrder(b))).toEqual([
      '410100',
      '410200',
      '410300',
    ])
  })
})

const order = () => 0
const { links } = province([3, 0, 2])

describe('the tree of tiers', () => {
  it('has the province in the middle, cities around it, counties outside', () => {
    const tree = tierTree(links, null, order)
    expect(tree?.siteId).toBe('province')
    expect(tree?.uplinkId).toBeNull()
    expect(tree?.branches.map((branch) => branch.children.length)).toEqual([3, 0, 2])
  })
  it('has a city in the middle of its own map, its way up apart', () => {
    const own = links.filter((link) => link.id.startsWith('c0'))
    const tree = tierTree(own, 'c0', order)
    expect(tree).toMatchObject({ siteId: 'c0', uplinkId: 'c0' })
    expect(tree?.branches).toHaveLength(3)
  })
  it('hangs a county alone from its city', () => {
    const own = links.filter((link) => link.id === 'c0-1')
    expect(tierTree(own, 'c0-1', order)).toMatchObject({
      siteId: 'c0',
      uplinkId: null,
      branches: [{ linkId: 'c0-1' }],
    })
  })
  it('is nothing without links', () => expect(tierTree([], null, order)).toBeNull())
  it('draws a site once though two links lead to it, and does not follow a circle', () => {
    const circle = [
      someLink('a', 'x', 'y'),
      someLink('b', 'x', 'y'),
      someLink('c', 'y', 'x'),
      someLink('d', 'z', 'x'),
    ]
    const tree = tierTree(circle, null, order)
    expect(tree?.siteId).toBe('z')
    expect(tree?.branches).toHaveLength(1)
    expect(tree?.branches[0]?.children).toHaveLength(1)
  })
})

const hebei = [11, 7, 14, 10, 16, 11, 18, 18, 22, 24, 16]
const treeOf = (counts: number[]): TierTree => tierTree(province(counts).links, null, order)!
const frame = { width: 950, height: 616, margin: 175 }
const short = (name: string) => name

describe('the radial layout', () => {
  const map = radial(treeOf(hebei), frame, short)

  it('keeps every leaf inside its own sector, in order round the circle', () => {
    const angles = map.branches.flatMap((branch) => branch.leaves.map((leaf) => leaf.angle))
    expect(angles).toEqual([...angles].sort((a, b) => a - b))
    expect(angles[0]).toBeGreaterThan(0)
    expect(angles.at(-1)).toBeLessThan(2 * Math.PI)
  })
  it('keeps everything within the frame, bars over the limit included', () => {
    expect(map.radii.bar + map.radii.barLength * 1.15).toBeLessThan(frame.height / 2)
    for (const branch of map.branches) {
      expect(branch.x - branch.width / 2).toBeGreaterThan(frame.margin)
      expect(branch.x + branch.width / 2).toBeLessThan(frame.width - frame.margin)
    }
  })
  it.each([
    ['a province', hebei],
    ['a city of 24 counties', new Array<number>(24).fill(0)],
    ['three cities', [1, 1, 1]],
    ['one county', [0]],
    ['sizes far apart', [60, 1, 1, 1, 1, 1, 60]],
  ])('names of %s do not overlap', (_, counts) => {
    const { branches } = radial(treeOf(counts), frame, short)
    for (const a of branches)
      for (const b of branches.filter((other) => other !== a))
        expect(Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= boxHeight).toBe(true)
  })
  it('uses a wider ring when there is no tier below', () => {
    expect(radial(treeOf([0, 0, 0]), frame, short).radii.ring).toBeGreaterThan(map.radii.ring)
  })
  it('draws load outwards, never longer than the picture allows', () => {
    const length = (share: number) => {
      const [, x1, y1, x2, y2] = barPath(map, 1, share)
        .match(/M(\S+) (\S+)L(\S+) (\S+)/)!
        .map(Number)
      return Math.hypot(x2! - x1!, y2! - y1!)
    }
    expect(length(0.5)).toBeCloseTo(map.radii.barLength / 2, 0)
    expect(length(9)).toBeCloseTo(length(1.15), 1)
  })
  it('knows which leaf a point means', () => {
    for (const leaf of map.branches.flatMap((branch) => branch.leaves)) {
      expect(leafAt(map, leaf)).toBe(leaf)
      expect(leafAt(map, around(map.centre, map.radii.outer, leaf.angle))).toBe(leaf)
    }
  })
  it.each([
    ['the middle', 0, 0],
    ['the ring of cities', 138, 1],
    ['the gap between two sectors', 246, 0],
    ['far outside', 400, 1],
  ])('means no leaf in %s', (_, radius, angle) =>
    expect(leafAt(map, around(map.centre, radius, angle))).toBeNull(),
  )
  it('leaves names alone that do not touch', () =>
    expect(spread([0, 2, 4], [50, 50, 50], 150)).toEqual([0, 2, 4]))
})

describe('callouts', () => {
  it.each([
    ['apart already', [10, 60, 110], [10, 60, 110]],
    ['too near', [10, 20, 30], [10, 48, 86]],
    ['at the foot', [580, 590, 600], [524, 562, 600]],
    ['above the top', [-50, 0], [10, 48]],
    ['nothing', [], []],
  ])('%s', (_, wanted, placed) => expect(pack(wanted, 10, 600, 38)).toEqual(placed))

  const map = radial(treeOf(hebei), frame, short)
  const margins = { top: 26, crumbs: 0, bottom: 582, legend: 34, pitch: 38, inset: 148 }
  const pins = (count: number): Pin<number>[] =>
    Array.from({ length: count }, (_, i) => {
      const angle = (i / count) * 2 * Math.PI
      return { item: i, rank: i, angle, anchor: around(map.centre, map.radii.leaf, angle) }
    })

  it.each([1, 10, 24, 178])('of %i findings none covers another, and none is lost', (count) => {
    const { shown, leftOver } = callouts(pins(count), map, frame.width, margins)
    expect(shown.length + leftOver.length).toBe(count)
    for (const side of ['left', 'right'] as const) {
      const heights = shown.filter((callout) => callout.side === side).map((callout) => callout.y)
      const gaps = heights.slice(1).map((y, i) => y - heights[i]!)
      expect(Math.min(38, ...gaps)).toBeGreaterThanOrEqual(38)
      expect(Math.max(0, ...heights)).toBeLessThanOrEqual(
        margins.bottom - (side === 'right' ? margins.legend : 0),
      )
    }
  })
  it('keeps the worst of each side when there is no room for all', () => {
    const { shown, leftOver } = callouts(pins(178), map, frame.width, margins)
    const right = (item: number) => item <= 89
    for (const side of [true, false]) {
      const kept = shown.map((callout) => callout.item).filter((item) => right(item) === side)
      const left = leftOver.filter((item) => right(item) === side)
      expect(Math.max(...kept)).toBeLessThan(Math.min(...left))
    }
  })
})

describe('findings', () => {
  const minute = 60_000
  const set =
    (id: string, state: 'down' | 'unknown' | 'on-backup' | 'unprotected', since: number) =>
    (link: (typeof links)[0]) => (link.id === id ? { ...link, state, since } : link)

  it('are none when all is normal', () => expect(findings(links)).toEqual([]))
  it('come worst first, the newest before older ones', () => {
    const some = links
      .map(set('c0-0', 'unprotected', 5))
      .map(set('c0-1', 'down', 1))
      .map(set('c2-0', 'down', 2))
    expect(findings(some).map((finding) => finding.id)).toEqual(['c2-0', 'c0-1', 'c0-0'])
  })
  it('fold what is unknown behind a broken link into it', () => {
    const dark = ['c0-0', 'c0-1', 'c0-2'].reduce(
      (all, id) => all.map(set(id, 'unknown', 9)),
      links.map(set('c0', 'down', 9)),
    )
    expect(findings(dark)).toMatchObject([{ id: 'c0', hidden: 3 }])
  })
  it('join siblings that changed together', () => {
    const moved = ['c0-0', 'c0-1', 'c0-2'].reduce(
      (all, id, i) => all.map(set(id, 'on-backup', i * minute)),
      links,
    )
    expect(findings(moved)).toMatchObject([
      { state: 'on-backup', members: [{ id: 'c0-0' }, { id: 'c0-1' }, { id: 'c0-2' }] },
    ])
  })
  it('keep siblings apart that changed hours apart', () => {
    const moved = ['c0-0', 'c0-1', 'c0-2'].reduce(
      (all, id, i) => all.map(set(id, 'on-backup', i * 60 * minute)),
      links,
    )
    expect(findings(moved)).toHaveLength(3)
  })
})

describe('the history strip', () => {
  const histories = [
    {
      linkId: 'a',
      spans: [
        { state: 'normal', fromAt: 0, untilAt: 250 },
        { state: 'down', fromAt: 250, untilAt: 260 },
        { state: 'normal', fromAt: 260, untilAt: null },
      ],
    },
    { linkId: 'b', spans: [{ state: 'on-backup', fromAt: -50, untilAt: 120 }] },
  ]
  const made = slices(histories, 0, 400, 4)

  it('counts each link by the worst of the slice', () =>
    expect(made.map((slice) => slice.counts.down)).toEqual([0, 0, 1, 0]))
  it('cuts what began before', () =>
    expect(made.map((slice) => slice.counts['on-backup'])).toEqual([1, 1, 0, 0]))
  it('counts a link nowhere when nothing is recorded of it', () =>
    expect(Object.values(made[3]!.counts).reduce((a, b) => a + b)).toBe(1))
  it('stacks the worst at the bottom', () => {
    const { area } = columns(made, { left: 0, base: 40, step: 10, unit: 5 })['on-backup']
    expect(area).toBe('M0.0 35.0h10.2v5.0h-10.2zM10.0 35.0h10.2v5.0h-10.2z')
  })
  it('ends with what is now', () => expect(nowCounts(links)).toMatchObject({ normal: links.length, down: 0 }))
  it('ticks on whole hours of the wall clock', () => {
    const from = Date.UTC(2026, 10, 22, 1, 56)
    expect(
      hourTicks(from, from + 6 * 3_600_000, 2).map((at) => new Date(at).toISOString().slice(11, 16)),
    ).toEqual(['02:00', '04:00', '06:00'])
  })
})

describe('load', () => {
  const [circuit] = links[0]!.circuits
  it.each([
    [4e6, 1e6, 0.4],
    [null, 9e6, 0.9],
    [null, null, null],
    [0, 0, 0],
  ])('in %s out %s is %s of 10 Mbit/s', (inBps, outBps, share) =>
    expect(circuitLoad({ ...circuit!, inBps, outBps, bandwidthBps: 1e7 })).toBe(share),
  )
  it('of a link that no circuit carries is not known', () =>
    expect(linkLoad({ ...links[0]!, activeCircuitId: null })).toBeNull())
})
