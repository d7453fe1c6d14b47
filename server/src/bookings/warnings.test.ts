import { expect, it } from 'vitest'
import { warningsOf, type Booked } from './warnings.ts'

const M = 1_000_000
const booked = (id: string, fromMs: number, untilMs: number, mbps: number, ...siteIds: string[]): Booked => ({
  id,
  title: id,
  fromMs,
  untilMs,
  bandwidthBps: mbps * M,
  siteIds,
})
const lines = (siteId: string) => (siteId === 'hall' ? 100 * M : siteId === 'county' ? 2 * M : null)

it.each<[string, Booked, Booked[], string]>([
  ['alone on a wide line: nothing', booked('own', 0, 10, 8, 'hall'), [], ''],
  ['half of a line is its own', booked('own', 0, 10, 1, 'county'), [], ''],
  ['more than half of a line is not', booked('own', 0, 10, 2, 'county'), [], 'bandwidth county 2'],
  ['a site without a line is not judged', booked('own', 0, 10, 9, 'elsewhere'), [], ''],
  ['where no bandwidth is said, only the site counts', booked('own', 0, 10, 0, 'county'), [], ''],
  ['two at one site', booked('own', 0, 10, 8, 'hall'), [booked('b', 5, 15, 8, 'hall')], 'overlap hall'],
  ['one after the other', booked('own', 0, 10, 8, 'hall'), [booked('b', 10, 15, 8, 'hall')], ''],
  ['itself, when it is changed', booked('own', 0, 10, 8, 'hall'), [booked('own', 0, 10, 8, 'hall')], ''],
  [
    'others that do not meet each other do not add up',
    booked('own', 0, 20, 20, 'hall'),
    [booked('b', 0, 10, 30, 'hall'), booked('c', 10, 20, 30, 'hall')],
    'overlap hall, overlap hall',
  ],
  [
    'others that do meet add up',
    booked('own', 0, 20, 20, 'hall'),
    [booked('b', 0, 11, 30, 'hall'), booked('c', 10, 20, 30, 'hall')],
    'overlap hall, overlap hall, bandwidth hall 80',
  ],
])('%s', (_name, own, others, expected) => {
  const told = warningsOf(own, others, lines).map(({ code, siteId, neededBps }) =>
    [code, siteId, neededBps && neededBps / M].filter((one) => one !== null).join(' '),
  )
  expect(told.join(', ')).toBe(expected)
})
