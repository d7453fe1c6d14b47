import { evidence } from '@zongheng/inventory/evidence.ts'
import { expect, it } from 'vitest'
import type { Outage, Span } from '../state/availability.ts'
import { causeOf, decisionOn, type Decision, type Ends, type Surroundings } from './cause.ts'

const ends: Ends = { siteIds: ['upper', 'lower'], deviceIds: ['a', 'z'], upsIds: ['ups'] }
const min = 60_000
const start = 1000 * min
const outage: Outage = {
  fromMs: start,
  untilMs: start + 30 * min,
  downMs: 30 * min,
  plannedMs: 0,
  errorBoundMs: 0,
  evidence: [],
}
const at = (from: number, until: number | null) => ({ fromMs: start + from * min, untilMs: until === null ? Infinity : start + until * min }) // prettier-ignore
const downAt = (id: string, from: number, until: number | null): [string, Span[]] => [
  id,
  [{ state: 'down', fromMs: start + from * min, untilMs: until === null ? null : start + until * min, evidence: [] }], // prettier-ignore
]
const none: Surroundings = { mainsLost: new Map(), onBattery: new Map(), histories: new Map() }
const mains = (from: number, until: number | null, site = 'lower') => ({
  ...none,
  mainsLost: new Map([[site, [at(from, until)]]]),
})
const shut = { ...outage, evidence: [evidence('end-admin-down', 'bad', start)] }

it.each<[name: string, outage: Outage, around: Surroundings, cause: string, sign: string]>([
  ['nothing else', outage, none, 'carrier', 'else'],
  ['a window over all of it', { ...outage, downMs: 0, plannedMs: 30 * min }, mains(-5, 5), 'planned', 'window'],
  ['a window over part of it', { ...outage, downMs: 5 * min, plannedMs: 25 * min }, none, 'carrier', 'else'],
  ['mains lost 10 min before', outage, mains(-10, 40), 'mains', 'mains-lost'],
  ['mains lost 2 h before, and not back', outage, mains(-120, null), 'mains', 'mains-lost'],
  ['mains lost and back 5 min before', outage, mains(-60, -5), 'mains', 'mains-lost'],
  ['mains lost at the upper end', outage, mains(-1, 1, 'upper'), 'mains', 'mains-lost'],
  ['mains back 20 min before', outage, mains(-60, -20), 'carrier', 'else'],
  ['mains lost while it was down', outage, mains(5, 40), 'carrier', 'else'],
  ['mains lost elsewhere', outage, mains(-5, 5, 'elsewhere'), 'carrier', 'else'],
  ['a UPS that measured battery', outage, { ...none, onBattery: new Map([['ups', [at(-3, -2)]]]) }, 'mains', 'on-battery'],
  ['the site dark by itself', outage, { ...none, histories: new Map([downAt('lower', 0, 30)]) }, 'mains', 'site-dark'],
  ['an interface shut by hand', shut, none, 'own', 'admin-down'],
  ['mains before shut', shut, mains(-1, 1), 'mains', 'mains-lost'],
  ['the router down as it began', outage, { ...none, histories: new Map([downAt('z', 1, 30)]) }, 'own', 'device-down'],
  ['the router down an hour before, and back', outage, { ...none, histories: new Map([downAt('z', -90, -60)]) }, 'carrier', 'else'],
  ['the router down while it lasted', outage, { ...none, histories: new Map([downAt('a', 10, 20)]) }, 'carrier', 'else'],
  ['another device down', outage, { ...none, histories: new Map([downAt('ups', 0, 20)]) }, 'carrier', 'else'],
])('%s', (_name, one, around, cause, sign) => {
  expect(causeOf(one, ends, around)).toMatchObject({ cause, sign })
}) // prettier-ignore

const decided = (id: string, from: number, until: number, atMs = 0): Decision => ({
  id,
  circuitId: 'cir',
  ...at(from, until),
  cause: 'own',
  note: null,
  decidedBy: null,
  atMs,
})

it.each<[name: string, decisions: Decision[], id: string | null]>([
  ['none', [], null],
  ['of another outage', [decided('x', -20, 0), decided('y', 30, 40)], null],
  ['that was made while it lasted', [decided('x', 0, 4)], 'x'],
  ['that lies over most of it', [decided('x', -50, 5), decided('y', 5, 60)], 'y'],
  ['the newest of two', [decided('x', 0, 30, 1), decided('y', 0, 30, 2)], 'y'],
])('a decision: %s', (_name, decisions, id) => {
  expect(decisionOn(outage, decisions, start + 60 * min)?.id ?? null).toBe(id)
})
