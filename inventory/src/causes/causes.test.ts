import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estateOf, Evidence, Explained, linkOf, type Broken, type Estate } from './testing.ts'

const broken = (ids: string, telling = ''): Broken => ({
  ids: new Set(ids.split(' ').filter(Boolean)),
  telling: new Set(telling.split(' ').filter(Boolean)),
})

const idsOf = ({ devices, links }: Estate) => [
  ...new Set([...devices.map((one) => one.siteId), ...devices.map((one) => one.id)]),
  ...links.flatMap((link) => link.circuits.map((one) => one.id)),
]

function look(estate: Estate, what: Broken): Explained {
  const explained = new Explained(estate)
  explained.take(new Evidence(estate, what), idsOf(estate))
  return explained
}

const tree = estateOf(['P'], [linkOf('P', 'A', '11', '22'), linkOf('A', 'B', '11', '22')])
const ring = estateOf(['P'], [linkOf('P', 'A', '11'), linkOf('P', 'B', '11'), linkOf('A', 'B', '22'), linkOf('B', 'C', '11')]) // prettier-ignore
const twin = estateOf(['P'], [linkOf('P', 'A', '11'), linkOf('P', 'B', '11'), linkOf('A', 'T', '11'), linkOf('B', 'T', '12')]) // prettier-ignore
const twoRoots = estateOf(['P', 'Q'], [linkOf('P', 'A', '11'), linkOf('Q', 'A', '12')])

describe('what is told of', () => {
  it.each<[string, Estate, Broken, string[], Record<string, string[]>]>([
    ['nothing', tree, broken(''), [], {}],
    ['a line of two', tree, broken('P=A#0'), ['P=A|link-state'], {}],
    [
      'a link: all behind it hangs on it',
      tree,
      broken('P=A#0 P=A#1'),
      ['P=A|link-state'],
      { 'B-sw|device-unreachable': ['P=A|link-state'] },
    ],
    [
      'a link, with another one dead behind it',
      tree,
      broken('P=A#0 P=A#1 A=B#0 A=B#1'),
      ['P=A|link-state'],
      { 'B-sw|device-unreachable': ['P=A|link-state'] },
    ],
    [
      'a router: its circuits hang on it',
      tree,
      broken('A-r1'),
      ['A-r1|device-down'],
      { 'P=A|link-state': ['A-r1|device-down'], 'A=B|link-state': ['A-r1|device-down'] },
    ],
    [
      'a router, and the line that stood in for it',
      tree,
      broken('A-r1 A=B#1'),
      ['A-r1|device-down', 'A=B|link-state'],
      { 'B-sw|device-unreachable': ['A-r1|device-down', 'A=B|link-state'] },
    ],
    [
      'power, as its UPS told',
      tree,
      broken('A', 'A'),
      ['A|mains-lost'],
      { 'P=A|link-state': ['A|mains-lost'], 'B-sw|device-unreachable': ['A|mains-lost'] },
    ],
    ['a ring that is open', ring, broken('P=A#0'), ['P=A|link-state'], {}],
    [
      'a ring cut twice: the nearer cut, and the one beside it',
      ring,
      broken('P=B#0 A=B#0'),
      ['A=B|link-state', 'P=B|link-state'],
      { 'C-sw|device-unreachable': ['P=B|link-state', 'A=B|link-state'] },
    ],
    [
      'a ring without power at one site and a cut',
      ring,
      broken('A P=B#0', 'A'),
      ['A|mains-lost', 'P=B|link-state'],
      { 'B-sw|device-unreachable': ['A|mains-lost', 'P=B|link-state'] },
    ],
    ['one of two uplinks', twin, broken('A=T#0'), ['A=T|link-state'], {}],
    [
      'both uplinks',
      twin,
      broken('A=T#0 B=T#0'),
      ['A=T|link-state', 'B=T|link-state'],
      { 'T-sw|device-unreachable': ['A=T|link-state', 'B=T|link-state'] },
    ],
    [
      'both uplinks at different distances',
      twin,
      broken('P=B#0 A=T#0'),
      ['A=T|link-state', 'P=B|link-state'],
      { 'T-sw|device-unreachable': ['P=B|link-state', 'A=T|link-state'] },
    ],
    ['one of two collectors’ lines', twoRoots, broken('P=A#0'), ['P=A|link-state'], {}],
    [
      'both collectors’ lines',
      twoRoots,
      broken('P=A#0 Q=A#0'),
      ['P=A|link-state', 'Q=A|link-state'],
      { 'A-sw|device-unreachable': ['P=A|link-state', 'Q=A|link-state'] },
    ],
  ])('%s', (_, estate, what, roots, causes) => {
    const explained = look(estate, what)
    expect(explained.roots()).toEqual(roots)
    expect(explained.told()).toMatchObject(causes)
  })
})

it('what still fails behind a cause surfaces by itself once that is mended', () => {
  const explained = new Explained(tree)
  const take = (what: Broken) => explained.take(new Evidence(tree, what), idsOf(tree))
  take(broken('P=A#0 P=A#1 A=B#0 A=B#1 A-sw'))
  expect(explained.roots()).toEqual(['P=A|link-state'])
  take(broken('A=B#0 A=B#1 A-sw'))
  expect(explained.roots()).toEqual(['A-sw|device-down', 'A=B|link-state'])
  take(broken('A-sw'))
  expect(explained.roots()).toEqual(['A-sw|device-down'])
})

/** A tree with links across: rings, double uplinks, links within a tier; one collector or two. */
const estates = fc.integer({ min: 2, max: 7 }).chain((count) => {
  const ends = fc.array(fc.constantFrom('11', '12', '21', '22'), { minLength: 1, maxLength: 2 })
  const down = fc.tuple(...Array.from({ length: count - 1 }, (_, i) => fc.tuple(fc.nat(i), ends)))
  const across = fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1), ends), { maxLength: 4 })
  return fc.tuple(down, across, fc.boolean()).map(([parents, others, hasTwoRoots]) => {
    const links = parents.map(([parent, list], i) => linkOf(`s${parent}`, `s${i + 1}`, ...list))
    for (const [a, b, list] of others) {
      const id = `s${Math.min(a, b)}=s${Math.max(a, b)}`
      if (a !== b && !links.some((link) => link.id === id))
        links.push(linkOf(`s${Math.min(a, b)}`, `s${Math.max(a, b)}`, ...list))
    }
    return estateOf(hasTwoRoots ? ['s0', `s${count - 1}`] : ['s0'], links)
  })
})

/** An estate, and what is broken at each step. Collectors' own sites keep their power. */
const courses = estates.chain((estate) => {
  const ids = idsOf(estate).filter((id) => !estate.roots.includes(id))
  const step = fc.record({
    ids: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 6 }).map((list) => new Set(list)),
    telling: fc.subarray(ids.filter((id) => !/[-=]/.test(id))).map((list) => new Set(list)),
  })
  const steps = fc.array(step, { minLength: 1, maxLength: 5 })
  const order = fc.shuffledSubarray(idsOf(estate), { minLength: idsOf(estate).length })
  return fc.tuple(fc.constant(estate), steps, order)
})

it('the same outage is told anew when another site than before says that its mains are lost', () => {
  const estate = estateOf(['s0'], [linkOf('s0', 's1', '22'), linkOf('s1', 's2', '11', '22'), linkOf('s0', 's2', '11', '22')]) // prettier-ignore
  const kept = new Explained(estate)
  const order =
    's2-sw s1=s2#0 s1-sw s0=s1#0 s0 s1=s2#1 s0=s2#1 s0-r2 s0=s2#0 s0-sw s1 s0-r1 s1-r2 s2 s1-r1 s2-r2 s2-r1'
  const last = broken('s2 s1', 's2')
  kept.take(new Evidence(estate, broken('s0=s2#0 s0=s2#1 s1', 's1')), order.split(' '))
  kept.take(new Evidence(estate, last), order.split(' '))
  expect(kept.told()).toEqual(look(estate, last).told())
})

describe('on estates with redundant ways, whatever fails in whatever order', () => {
  it('step by step the same is told as from scratch, in any order of what was heard', () => {
    fc.assert(
      fc.property(courses, fc.boolean(), ([estate, steps, order], asksBetween) => {
        const kept = new Explained(estate)
        for (const step of steps) {
          kept.take(new Evidence(estate, step), order)
          if (asksBetween || step === steps.at(-1)) expect(kept.told()).toEqual(look(estate, step).told())
        }
      }),
      { numRuns: 400 },
    )
  })

  it('each finding is a root, or explained by roots that are found now', () => {
    fc.assert(
      fc.property(courses, ([estate, [step]]) => {
        const explained = look(estate, step!)
        const told = explained.told()
        for (const cause of Object.values(told).flat()) expect(told[cause]).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('each root has truly failed, and each failure in sight is a root or stands on one that ends it', () => {
    fc.assert(
      fc.property(courses, ([estate, [step]]) => {
        const explained = look(estate, step!)
        const roots = new Set(explained.roots())
        const evidence = new Evidence(estate, step!)
        for (const root of roots) expect(isTrue(root, estate, step!), root).toBe(true)
        for (const { id, circuits } of estate.links)
          for (const circuit of circuits) {
            if (!evidence.down.has(circuit.id) || !step!.ids.has(circuit.id)) continue
            const ends = [circuit.aDeviceId, circuit.zDeviceId].flatMap((end) => [
              `${end}|device-down`,
              `${end.split('-')[0]}|mains-lost`,
            ])
            expect([`${id}|link-state`, ...ends].some((key) => roots.has(key))).toBe(true)
          }
        for (const siteId of evidence.dark)
          expect(explained.why(siteId, 'site-silent') !== null || roots.has(`${siteId}|site-silent`)).toBe(
            true,
          )
      }),
      { numRuns: 400 },
    )
  })

  it('once the roots are mended, what still fails by itself is told', () => {
    fc.assert(
      fc.property(courses, ([estate, [step], order]) => {
        const kept = new Explained(estate)
        let ids: ReadonlySet<string> = step!.ids
        for (let round = 0; ids.size; round++) {
          kept.take(new Evidence(estate, { ids, telling: step!.telling }), order)
          const entities = new Set(kept.roots().map((key) => key.split('|')[0]!))
          expect(entities.size, `round ${round}`).toBeGreaterThan(0)
          const left = new Set([...ids].filter((id) => !entities.has(id) && !entities.has(id.split('#')[0]!) && !isEnded(id, entities, estate))) // prettier-ignore
          expect(left.size).toBeLessThan(ids.size)
          ids = left
        }
      }),
      { numRuns: 400 },
    )
  })
})

/** Something of a root's own is broken: the device, the power, or for a link a circuit or what it ends at. */
function isTrue(root: string, { links }: Estate, { ids }: Broken): boolean {
  const [entityId] = root.split('|') as [string]
  if (ids.has(entityId)) return true
  const link = links.find(({ id }) => id === entityId)
  const parts = link?.circuits.flatMap(({ id, aDeviceId, zDeviceId }) =>
    [id, aDeviceId, zDeviceId].flatMap((part) => [part, part.split('-')[0]!]),
  )
  return parts?.some((part) => ids.has(part)) ?? false
}

/** Whoever mends a link finds what is broken at its ends. */
function isEnded(id: string, entities: ReadonlySet<string>, { links }: Estate): boolean {
  return links.some(
    (link) =>
      entities.has(link.id) &&
      link.circuits.some(({ aDeviceId, zDeviceId }) =>
        [aDeviceId, zDeviceId].some((end) => end === id || end.split('-')[0] === id),
      ),
  )
}
