import { describe, expect, it } from 'vitest'
import { conditions, type BuiltInCondition, type Condition } from '../condition.ts'
import { Causes } from './causes.ts'
import { explainers, explainersOf, explainersOfRules, type Explainer } from './explainers.ts'
import { Faults } from './faults.ts'
import { EstateGraph } from './graph.ts'

/** P – A – B, two circuits each; a UPS, a probe and a router at each. */
const devices = ['P', 'A', 'B'].flatMap((siteId) =>
  ['access-router', 'ups', 'environment'].map((role) => ({ id: `${siteId}-${role}`, siteId, role })),
)
const links = ['PA', 'AB'].map(([upper, lower]) => ({
  id: `${upper}=${lower}`,
  upperSiteId: upper!,
  lowerSiteId: lower!,
  circuits: [1, 2].map((n) => ({
    id: `${upper}${lower}${n}`,
    aDeviceId: `${upper}-access-router`,
    zDeviceId: `${lower}-access-router`,
    aInterfaceId: `${upper}${lower}${n}-a`,
    zInterfaceId: `${upper}${lower}${n}-z`,
  })),
}))

interface World {
  /** `entity|condition` */
  found?: string[]
  down?: string[]
  dark?: string[]
  /** Of circuits and links: `state`, or `state seconds`. */
  standing?: Record<string, string>
}

type Asked = [entityType: string, entityId: string, deviceId?: string, siteId?: string]

function why(
  condition: Condition,
  [entityType, entityId, deviceId, siteId]: Asked,
  world: World,
  rule?: string,
): string | null {
  const { found = [], down = [], dark = [], standing = {} } = world
  const faults = new Faults(new EstateGraph(devices, links))
  const causes = new Causes(faults, ['P'])
  for (const { siteId: site } of devices) faults.setSight(site, dark.includes(site) ? 'dark' : 'seen')
  for (const id of down) faults.setDown(id, true)
  const all = new Set([...found, `${entityId}|${condition}`])
  const now = {
    has: (id: string, of: string) => all.has(`${id}|${of}`),
    size: all.size,
    standing: (id: string) => {
      const [state, seconds = '60'] = standing[id]?.split(' ') ?? []
      return state ? { state, forMs: Number(seconds) * 1000 } : undefined
    },
  }
  const cause = causes.explain({ condition, entityType, entityId, deviceId, siteId, rule }, now)
  return cause && `${cause.primary.entityId}|${cause.primary.condition}`
}

const routerB = 'B-access-router'
const port: Asked = ['interface', 'AB1-z', routerB, 'B']
const upperPort: Asked = ['interface', 'AB1-a', 'A-access-router', 'A']
const plainPort: Asked = ['interface', 'lan', routerB, 'B']
const circuit: Asked = ['circuit', 'AB1', routerB, 'B']
const check: Asked = ['check', 'chk', routerB, 'B']
const onUps: Asked = ['sensor', 'charge', 'B-ups', 'B']
const onRouter: Asked = ['sensor', 'fan', routerB, 'B']
const room: Asked = ['device', 'B-environment', 'B-environment', 'B']
const device: Asked = ['device', routerB, routerB, 'B']

const lineDown: World = {
  found: ['A=B|link-state'],
  down: ['AB1'],
  standing: { AB1: 'down', AB2: 'up 99999', 'A=B': 'on-backup' },
}
const lineDegraded: World = {
  found: ['A=B|link-state'],
  standing: { AB1: 'degraded', AB2: 'up 99999', 'A=B': 'degraded' },
}
const lineBack: World = { standing: { AB1: 'up 100', AB2: 'up 99999', 'A=B': 'normal 100' } }
const lineWell: World = { standing: { AB1: 'up 99999', AB2: 'up 99999', 'A=B': 'normal 99999' } }
const otherDown: World = {
  found: ['A=B|link-state'],
  down: ['AB2'],
  standing: { AB1: 'up 99999', AB2: 'down', 'A=B': 'unprotected' },
}
const upperDown: World = {
  found: ['P=A|link-state'],
  down: ['PA1'],
  standing: { PA1: 'down', 'P=A': 'on-backup', AB1: 'up 99999', 'A=B': 'normal 99999' },
}
const upperUnprotected: World = {
  found: ['P=A|link-state'],
  down: ['PA2'],
  standing: { PA2: 'down', 'P=A': 'unprotected', AB1: 'up 99999', 'A=B': 'normal 99999' },
}
const routerDown: World = { found: [`${routerB}|device-down`], down: [routerB] }
const upsDown: World = { found: ['B-ups|device-down'], down: ['B-ups'] }
const probeDown: World = { found: ['B-environment|device-down'], down: ['B-environment'] }
const noPower: World = {
  found: ['B|mains-lost', 'A=B|link-state'],
  down: ['AB1', 'AB2'],
  dark: ['B'],
  standing: { AB1: 'down', 'A=B': 'down' },
}
const mainsOnly: World = { found: ['B|mains-lost'] }
const cutOff: World = {
  found: ['A=B|link-state'],
  down: ['AB1', 'AB2'],
  dark: ['B'],
  standing: { AB1: 'down', 'A=B': 'down' },
}
const link = 'A=B|link-state'
const down = `${routerB}|device-down`
const mains = 'B|mains-lost'

describe('what explains a finding', () => {
  it.each<[BuiltInCondition, Asked, [name: string, World, string | null][]]>([
    ['link-state', ['link', 'A=B'], [['its router is down', { ...routerDown, down: [routerB, 'AB1', 'AB2'] }, down], ['no power', noPower, mains], ['itself', lineDown, null]]],
    ['link-asymmetric', ['link', 'A=B'], [['on its backup', lineDown, link], ['all well', lineWell, null]]],
    ['backup-unused', ['circuit', 'AB2', routerB, 'B'], [['it is dead', otherDown, link], ['the other one is', lineDown, null], ['all well', lineWell, null]]],
    ['device-down', device, [['no power', noPower, mains], ['its line is cut', lineDown, null]]],
    ['device-unreachable', device, [['no power', noPower, mains], ['cut off', cutOff, link]]],
    ['site-silent', ['site', 'B', undefined, 'B'], [['no power', noPower, mains], ['cut off', cutOff, link]]],
    ['mains-lost', ['site', 'B', 'B-ups', 'B'], [['the UPS is down', upsDown, null], ['cut off', cutOff, null]]],
    ['sensor-limit', onUps, [['no power', mainsOnly, mains], ['the UPS is down', upsDown, 'B-ups|device-down'], ['cut off', cutOff, null]]],
    ['sensor-limit', room, [['no power: it is hot all the same', mainsOnly, null], ['the probe is down', probeDown, null]]],
    ['sensor-state', onRouter, [['its device is down', routerDown, down], ['no power', mainsOnly, null]]],
    ['temperature-rising', ['sensor', 't', 'B-environment', 'B'], [['no power', mainsOnly, null], ['the probe is down', probeDown, null]]],
    ['battery-ageing', onUps, [['no power', mainsOnly, mains]]],
    ['sensor-silent', onRouter, [['its device is down', routerDown, down], ['its line is cut', lineDown, null]]],
    ['cpu-high', device, [['it is down', routerDown, down], ['its line is cut', lineDown, null]]],
    ['memory-high', device, [['it is down', routerDown, down]]],
    ['log-match', device, [['it is down', routerDown, down], ['its line is cut', lineDown, null]]],
    ['check-failed', check, [['its device is down', routerDown, down], ['cut off', cutOff, link], ['the way is another', upperDown, null]]],
    ['check-limit', check, [['its device is down', routerDown, down], ['the way is another', upperDown, 'P=A|link-state'], ['a backup on the way is dead', upperUnprotected, null]]],
    ['interface-errors', port, [['its line is down', lineDown, link], ['degraded', lineDegraded, link], ['back a moment ago', lineBack, link], ['well', lineWell, null], ['the other line is down', otherDown, null], ['its device is down', routerDown, down], ['no power', noPower, mains]]],
    ['interface-errors', plainPort, [['a line of its device is down', lineDown, null], ['its device is down', routerDown, down]]],
    ['interface-discards', ['interface', 'AB2-z', routerB, 'B'], [['it stands in', lineDown, link], ['well', lineWell, null]]],
    ['interface-discards', port, [['the backup is dead', otherDown, null]]],
    ['interface-flapping', port, [['its line is down', lineDown, link], ['back a moment ago', lineBack, link], ['its upper end flaps', { ...lineWell, found: ['AB1-a|interface-flapping'] }, 'AB1-a|interface-flapping']]],
    ['interface-flapping', upperPort, [['its lower end flaps', { ...lineWell, found: ['AB1-z|interface-flapping'] }, null], ['no power below', noPower, mains]]],
    ['duplex-mismatch', port, [['its device is down', routerDown, down], ['its line is down', lineDown, null]]],
    ['traffic-unusual', port, [['its line is down', lineDown, link], ['the way is another', upperDown, 'P=A|link-state'], ['the backup is dead', otherDown, null]]],
    ['latency-unusual', circuit, [['degraded', lineDegraded, link], ['the way is another', upperDown, 'P=A|link-state'], ['well', lineWell, null]]],
    ['line-filling', port, [['its line is down', lineDown, link], ['well', lineWell, null]]],
    ['collector-late', ['collector', 'col', undefined, 'B'], [['cut off', cutOff, null]]],
    ['collector-fault', ['collector', 'col', undefined, 'B'], [['cut off', cutOff, null]]],
    ['series-capacity', ['server', 'server'], [['cut off', cutOff, null]]],
    ['alarm-storm', ['region', 'reg'], [['cut off', cutOff, null]]],
  ])('%s of %j', (condition, asked, rows) => {
    expect(rows.map(([name, world]) => [name, why(condition, asked, world)])).toEqual(rows.map(([name, , cause]) => [name, cause]))
  }) // prettier-ignore

  it.each<[name: string, Asked, World, string | null]>([
    ['a port follows its line', port, lineDown, link],
    ['a port follows its device', plainPort, routerDown, down],
    ['a circuit follows its link', circuit, lineDegraded, link],
    ['a device follows its site', device, cutOff, link],
    ['a sensor follows its device', onRouter, routerDown, down],
    ['a room’s sensor follows nothing', room, mainsOnly, null],
    ['a check follows its device', check, routerDown, down],
    ['a well one stands for itself', port, lineWell, null],
  ])('a rule of one’s own: %s', (_, asked, world, cause) => {
    expect(why('rul_1', asked, world)).toBe(cause)
  })

  it.each<[rule: string, World, string | null]>([
    ['power', mainsOnly, mains],
    ['fan', mainsOnly, null],
    ['fan', routerDown, down],
    ['rul_own', routerDown, down],
    ['sign-in-flood', routerDown, null],
    ['configured', routerDown, null],
  ])('what a device told, by rule %s', (rule, world, cause) => {
    expect(why('log-match', device, world, rule)).toBe(cause)
  })
})

it('says of every condition what may explain it', () => {
  expect(Object.keys(explainers).sort()).toEqual([...conditions].sort())
  const answeredElsewhere: Explainer[] = ['needs', 'parts', 'members', 'server-way']
  const elsewhere = conditions.filter((one) => explainers[one].some((by) => answeredElsewhere.includes(by)))
  expect(elsewhere).toEqual([
    'collector-away',
    'townships-offline',
    'service-down',
    'service-degraded',
    'room-state',
  ])
  expect(explainersOf({ condition: 'rul_1', entityType: 'service' })).toEqual([])
  expect(explainersOfRules.region).toEqual(['members'])
})
