/** What routers say of the tests that they run over their lines by themselves: Cisco's IP SLA, Huawei's and H3C's NQA. */
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { expect, it } from 'vitest'
import { discover } from './discover.ts'
import { objectsOf, type Made } from './from-rules-testing.ts'
import { measure } from './measure.ts'
import { readNumber } from './plan.ts'
import { readerOf } from './recording.ts'

const profiles = loadProfiles()
const introductions = {
  'cisco-iosxe': ['1.3.6.1.4.1.9.1.2093', 'Cisco IOS Software [Bengaluru], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M)'], // prettier-ignore
  'huawei-vrp': ['1.3.6.1.4.1.2011.2.23.291', ''],
  'h3c-comware': ['1.3.6.1.4.1.25506.1.766', ''],
} as const
type Family = keyof typeof introductions
type Row = Record<string, number | string>

/** Each row's columns at its index. */
function tableOf(rows: Record<string, Row>): [string, number | string][] {
  return Object.entries(rows).flatMap(([index, row]) =>
    Object.entries(row).map(([column, value]): [string, number | string] => [`${column}.${index}`, value]),
  )
}

function deviceOf(family: Family, rows: Record<string, Row>) {
  const [sysObjectID, sysDescr] = introductions[family]
  const objects = objectsOf(new Map([['1.3.6.1.2.1.1.1.0', sysDescr], ...tableOf(rows)]) satisfies Made)
  const reader = readerOf([
    ...objects.slice(0, 1),
    { oid: '1.3.6.1.2.1.1.2.0', value: { type: 'oid', value: sysObjectID } },
    ...objects.slice(1),
  ])
  const walked: string[] = []
  const walk: typeof reader.walk = (oid, options) => {
    walked.push(oid)
    return reader.walk(oid, options)
  }
  return { reader: { ...reader, walk }, walked }
}

/** What is shown of the device's tests: class, name, value and unit, or what a state means. */
async function shown(family: Family, rows: Record<string, Row>): Promise<string[]> {
  const { reader } = deviceOf(family, rows)
  const discovery = await discover(reader, profiles)
  expect(discovery.profile).toBe(family)
  const lookup = await measure(reader, discovery)
  return discovery.sensors.map(({ facts, reading }) => {
    const value = readNumber(reading, lookup(reading.oid))
    const state = facts.states.find((one) => one.value === value)
    const says = state ? `${state.text}, ${state.severity}` : `${value} ${facts.unit}`.trim()
    return `${facts.class} ${facts.descr}: ${says}`
  })
}

const rttMon = '1.3.6.1.4.1.9.9.42.1'
const sla = {
  tag: `${rttMon}.2.1.1.3`,
  packets: `${rttMon}.2.2.1.18`,
  codec: `${rttMon}.2.2.1.27`,
  precision: `${rttMon}.2.2.1.37`,
  completion: `${rttMon}.2.10.1.1`,
  sense: `${rttMon}.2.10.1.2`,
  lostOut: `${rttMon}.5.2.1.26`,
  lostBack: `${rttMon}.5.2.1.27`,
  lostSomewhere: `${rttMon}.5.2.1.29`,
  mos: `${rttMon}.5.2.1.42`,
  jitter: `${rttMon}.5.2.1.46`,
  icmpJitter: `${rttMon}.5.4.1.44`,
}

it('Cisco: an echo, a jitter operation in microseconds, one with a codec and one by ICMP', async () => {
  const rows: Record<string, Row> = {
    10: { [sla.tag]: '县局-市局', [sla.completion]: 12, [sla.sense]: 1, [sla.precision]: 1 },
    20: { [sla.tag]: '', [sla.completion]: 8450, [sla.sense]: 3, [sla.precision]: 2, [sla.packets]: 50, [sla.codec]: 0, [sla.jitter]: 640, [sla.lostOut]: 1, [sla.lostBack]: 0, [sla.lostSomewhere]: 0, [sla.mos]: 0 }, // prettier-ignore
    30: { [sla.tag]: 'voice', [sla.completion]: 9, [sla.sense]: 1, [sla.precision]: 1, [sla.packets]: 10, [sla.codec]: 2, [sla.jitter]: 2, [sla.lostOut]: 4, [sla.lostBack]: 0, [sla.lostSomewhere]: 0, [sla.mos]: 434 }, // prettier-ignore
    40: { [sla.tag]: 'ZX-04', [sla.completion]: 3, [sla.sense]: 1, [sla.icmpJitter]: 1 },
  }
  expect(await shown('cisco-iosxe', rows)).toEqual([
    'state IP SLA 10 县局-市局: ok, ok',
    'state IP SLA 20: over threshold, warning',
    'state IP SLA 30 voice: ok, ok',
    'state IP SLA 40 ZX-04: ok, ok',
    'rtt IP SLA 10 县局-市局: 12 ms',
    'rtt IP SLA 30 voice: 9 ms',
    'rtt IP SLA 40 ZX-04: 3 ms',
    'rtt IP SLA 20: 8.45 ms',
    'jitter IP SLA 30 voice: 2 ms',
    'jitter IP SLA 20: 0.64 ms',
    'jitter IP SLA 40 ZX-04: 1 ms',
    'mos IP SLA 30 voice: 4.34',
    'loss IP SLA 20 →: 2 %',
    'loss IP SLA 20 ←: 0 %',
    'loss IP SLA 20 ↔: 0 %',
  ])
})

it('Cisco: operations that fail have a reason and no round trip', async () => {
  const rows: Record<string, Row> = {
    10: { [sla.tag]: 'ZX-01', [sla.completion]: 0, [sla.sense]: 4 },
    11: { [sla.tag]: 'ZX-02', [sla.completion]: 0, [sla.sense]: 0 },
    20: { [sla.tag]: 'ZX-03', [sla.completion]: 0, [sla.sense]: 22, [sla.packets]: 20, [sla.jitter]: 0, [sla.lostOut]: 5, [sla.lostBack]: 3, [sla.lostSomewhere]: 12 }, // prettier-ignore
  }
  expect(await shown('cisco-iosxe', rows)).toEqual([
    'state IP SLA 10 ZX-01: timed out, critical',
    'state IP SLA 11 ZX-02: no result, unknown',
    'state IP SLA 20 ZX-03: no connection to responder, critical',
    'rtt IP SLA 10 ZX-01: null ms',
    'rtt IP SLA 11 ZX-02: null ms',
    'rtt IP SLA 20 ZX-03: null ms',
    'jitter IP SLA 20 ZX-03: 0 ms',
    'loss IP SLA 20 ZX-03 →: 25 %',
    'loss IP SLA 20 ZX-03 ←: 15 %',
    'loss IP SLA 20 ZX-03 ↔: 60 %',
  ])
})

/** An index of two texts: the length of each, then its octets. */
const named = (...words: string[]) =>
  words.flatMap((word) => [Buffer.byteLength(word), ...Buffer.from(word)]).join('.')
const ping = '1.3.6.1.2.1.80.1'
const dismanPing = { descr: `${ping}.2.1.17`, status: `${ping}.3.1.1`, average: `${ping}.3.1.6` }
const nqa = '1.3.6.1.4.1.2011.5.25.111'
const vrp = {
  tag: `${nqa}.2.1.1.3`,
  type: `${nqa}.2.1.1.4`,
  timeUnit: `${nqa}.2.2.1.83`,
  jitterRtt: `${nqa}.4.15.1.7`,
  jitterLoss: `${nqa}.4.15.1.8`,
  jitter: `${nqa}.4.15.1.9`,
  completions: `${nqa}.4.17.1.1`,
  loss: `${nqa}.4.17.1.4`,
}

it('Huawei: an ICMP and two jitter tests, of which one counts microseconds', async () => {
  const rows: Record<string, Row> = {
    [named('admin', '乡镇01')]: { [vrp.tag]: '到市局', [vrp.type]: 6, [vrp.completions]: 1, [vrp.loss]: 0, [dismanPing.average]: 6, [dismanPing.status]: 1 }, // prettier-ignore
    [named('admin', 'voip')]: { [vrp.type]: 5, [vrp.timeUnit]: 2, [vrp.jitterRtt]: 18, [vrp.jitterLoss]: 1, [vrp.jitter]: 3 }, // prettier-ignore
    [named('admin', 'fine')]: { [vrp.type]: 5, [vrp.timeUnit]: 1, [vrp.jitterRtt]: 18000, [vrp.jitterLoss]: 0, [vrp.jitter]: 3000 }, // prettier-ignore
  }
  expect(await shown('huawei-vrp', rows)).toEqual([
    'state NQA admin 乡镇01 到市局: ok, ok',
    'loss NQA admin 乡镇01 到市局: 0 %',
    'rtt NQA admin voip: 18 ms',
    'jitter NQA admin voip: 3 ms',
    'loss NQA admin fine: 0 %',
    'loss NQA admin voip: 1 %',
    'rtt NQA admin 乡镇01: 6 ms',
    'state NQA admin 乡镇01: test runs, ok',
  ])
})

it('Huawei: a test that fails, and one without a result', async () => {
  const rows: Record<string, Row> = {
    [named('admin', 'zx1')]: { [vrp.type]: 6, [vrp.completions]: 2, [vrp.loss]: 100, [dismanPing.average]: 0, [dismanPing.status]: 1 }, // prettier-ignore
    [named('admin', 'zx2')]: { [vrp.type]: 6, [vrp.completions]: 0, [vrp.loss]: 0, [dismanPing.average]: 0, [dismanPing.status]: 2 }, // prettier-ignore
  }
  expect(await shown('huawei-vrp', rows)).toEqual([
    'state NQA admin zx1: failed, critical',
    'state NQA admin zx2: no result, unknown',
    'loss NQA admin zx1: 100 %',
    'loss NQA admin zx2: 0 %',
    'rtt NQA admin zx1: null ms',
    'rtt NQA admin zx2: null ms',
    'state NQA admin zx1: test runs, ok',
    'state NQA admin zx2: test stopped, unknown',
  ])
})

const hh3cNqa = '1.3.6.1.4.1.25506.8.3.1'
const comware = {
  loss: `${hh3cNqa}.3.1.10`,
  jitterOut: `${hh3cNqa}.4.1.24`,
  jitterBack: `${hh3cNqa}.4.1.26`,
  element: `${hh3cNqa}.13.1.4`,
  status: `${hh3cNqa}.13.1.11`,
}

it('H3C: a test with jitter, and one that reacts to its failures', async () => {
  const rows: Record<string, Row> = {
    [named('admin', 'jx')]: { [dismanPing.descr]: '教育局', [dismanPing.average]: 5, [dismanPing.status]: 1, [comware.loss]: 0, [comware.jitterOut]: 2, [comware.jitterBack]: 1 }, // prettier-ignore
    [named('admin', 'sj')]: { [dismanPing.average]: 7, [dismanPing.status]: 3, [comware.loss]: 10 },
    [`${named('admin', 'sj')}.1`]: { [comware.element]: 2, [comware.status]: 3 },
  }
  expect(await shown('h3c-comware', rows)).toEqual([
    'loss NQA admin jx 教育局: 0 %',
    'loss NQA admin sj: 10 %',
    'jitter NQA admin jx 教育局 →: 2 ms',
    'jitter NQA admin jx 教育局 ←: 1 ms',
    'state NQA admin sj reaction 1: ok, ok',
    'rtt NQA admin jx 教育局: 5 ms',
    'rtt NQA admin sj: 7 ms',
    'state NQA admin jx 教育局: test runs, ok',
    'state NQA admin sj: test completed, ok',
  ])
})

it('H3C: a test that fails, and one that takes too long', async () => {
  const rows: Record<string, Row> = {
    [named('admin', 'sj')]: { [dismanPing.average]: 0, [dismanPing.status]: 1, [comware.loss]: 100 },
    [`${named('admin', 'sj')}.1`]: { [comware.element]: 2, [comware.status]: 2 },
    [`${named('admin', 'sj')}.2`]: { [comware.element]: 1, [comware.status]: 2 },
    [`${named('admin', 'sj')}.3`]: { [comware.element]: 1, [comware.status]: 1 },
  }
  expect(await shown('h3c-comware', rows)).toEqual([
    'loss NQA admin sj: 100 %',
    'state NQA admin sj reaction 1: probes fail, critical',
    'state NQA admin sj reaction 2: over threshold, warning',
    'state NQA admin sj reaction 3: no result, unknown',
    'rtt NQA admin sj: null ms',
    'state NQA admin sj: test runs, ok',
  ])
})

it.each([
  ['cisco-iosxe', [sla.sense]],
  ['huawei-vrp', [vrp.type, dismanPing.average]],
  ['h3c-comware', [comware.loss, dismanPing.average]],
] as const)('%s without tests is asked for a column of each table and no more', async (family, columns) => {
  const { reader, walked } = deviceOf(family, {})
  await discover(reader, profiles)
  const roots = [rttMon, nqa, ping, hh3cNqa]
  expect(walked.filter((oid) => roots.some((root) => oid.startsWith(`${root}.`))).sort()).toEqual(
    [...columns].sort(),
  )
})
