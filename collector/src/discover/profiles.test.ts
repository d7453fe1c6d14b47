import { forDevice, loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { recognise } from '@zongheng/inventory/profile-recognise.ts'
import type {
  EntitySensorTable,
  Find,
  MemoryRule,
  ProcessorRule,
  Profile,
  SensorRule,
  ValueColumn,
} from '@zongheng/inventory/profile.ts'
import { sensorUnits } from '@zongheng/inventory/sensor.ts'
import { describe, expect, it } from 'vitest'
import { indexesFor, objectsOf, putRow, textsFor, type Made } from './from-rules-testing.ts'
import { identify } from './identity.ts'
import { memoryUse, readNumber, type MemoryPlan } from './plan.ts'
import { readerOf } from './recording.ts'
import { discoverSensors } from './sensors.ts'
import { Tables } from './tables.ts'
import { discoverMemory, discoverProcessors, discoverStorage } from './usage.ts'
import { discoverBgpPeers } from './bgp-peers.ts'
import { discoverVlans } from './vlans.ts'

const profiles = loadProfiles()
const tablesOf = (made: Made) => new Tables(readerOf(objectsOf(made)), Infinity, () => 0)
const numbers = [42, 21, 7, 1, 100, 420, 4_200, 42_000, 420_000, 4_200_000, 42_000_000, 420_000_000, -42, -4_200, 0, 2, 3, 4, 5, 0.5] // prettier-ignore
const texts = (match: string | undefined) => (match ? textsFor(match) : numbers)

/** A device of this family, as it says itself. */
function introduced(profile: Profile): { sysObjectID: string; sysDescr: string; sysName: string } {
  const [prefix = '1.3.6.1.4.1.99999'] = profile.recognise.flatMap(({ sysObjectID }) => sysObjectID ?? [])
  return { sysObjectID: `${prefix}${'.1'.repeat(profile.ownTree?.drop ?? 0)}`, sysDescr: '', sysName: '' }
}

const own = <R extends { rule: string }>(profile: Profile, rules: R[]) =>
  rules.filter(({ rule }) => rule.startsWith(`${profile.name}/`))

/** One row that the rule keeps and reads, tried with each index and value that may do. */
async function firstThat<T>(
  tries: Iterable<Made>,
  read: (made: Made) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const made of tries) {
    const found = await read(made)
    if (found !== undefined) return found
  }
  return undefined
}

function* rowsFor(rule: SensorRule | ProcessorRule, raws: (number | string)[]): Generator<Made> {
  for (const index of indexesFor(rule.index).slice(0, 12))
    for (const raw of raws) {
      const made: Made = new Map()
      if (!putRow(made, rule.where, index, { column: rule.column, values: [raw] })) continue
      if ('ifAny' in rule && rule.ifAny && !made.has(`${rule.ifAny}.${index}`))
        made.set(`${rule.ifAny}.${index}`, 1)
      const extras = { scaleColumn: 2, divisorColumn: 10, digitsColumn: 1 } as const
      for (const key of Object.keys(extras) as (keyof typeof extras)[]) {
        const column = rule[key]
        if (column && !made.has(`${column}.${index}`)) made.set(`${column}.${index}`, extras[key])
      }
      for (const key of ['lowWarn', 'highWarn', 'highCritical'] as const) {
        const limit = key in rule ? (rule as SensorRule)[key] : undefined
        if (typeof limit === 'object' && !made.has(`${limit.column}.${index}`))
          made.set(`${limit.column}.${index}`, 90)
      }
      yield made
    }
}

/** raw × scale × (its columns), as the rule says. */
function scaleIn(made: Made, rule: SensorRule | ProcessorRule, index: string): number {
  const at = (column: string | undefined) =>
    column === undefined ? undefined : Number(made.get(`${column}.${index}`))
  return (
    (rule.scale * (at(rule.scaleColumn) ?? 1)) /
    (at(rule.divisorColumn) || 1) /
    10 ** (at(rule.digitsColumn) ?? 0)
  )
}

const noMeaning = 'has no states: what its codes mean must be in the profile'
/** A state in which the device has no such part when it is discovered, and that it may come to be in. */
const isLeftOut = ({ where, column, invalid }: SensorRule, code: number) =>
  invalid.includes(code) || where.some((rule) => rule.column === column && rule.notIn?.includes(code))

async function sensorProblem(profile: Profile, rule: SensorRule): Promise<string | null> {
  const codes = Object.keys(rule.states ?? {}).map(Number)
  if (rule.class === 'state') {
    if (codes.length === 0) return noMeaning
    const rawOf = (code: number) => rule.codes ? Object.keys(rule.codes).filter((raw) => rule.codes?.[raw] === code).map(Number) : [code] // prettier-ignore
    for (const code of codes.filter((one) => !isLeftOut(rule, one))) {
      const plan = await firstThat(rowsFor(rule, rawOf(code)), (made) => sensorOf(profile, rule, made))
      if (!plan) return `its state ${code} is never reached`
      if (!plan.facts.states.some(({ value }) => value === code)) return `its state ${code} is not told`
    }
    return null
  }
  const raws = rule.codes ? Object.keys(rule.codes).map(Number) : texts(rule.match)
  const plan = await firstThat(rowsFor(rule, raws), (made) => sensorOf(profile, rule, made))
  if (!plan)
    return 'finds nothing on a device that has what it reads: a rule before it takes all of it, or no value can pass'
  return plan.facts.unit === sensorUnits[rule.class] ? null : `is in ${plan.facts.unit}`
}

/** What the whole profile makes of a device that has this rule's row; undefined when another rule took it. */
async function sensorOf(profile: Profile, rule: SensorRule, made: Made) {
  const plans = await discoverSensors(tablesOf(made), profile)
  const plan = plans.find((one) => one.rule === rule.rule)
  if (!plan) return undefined
  const index = plan.reading.oid.slice(rule.column.length + 1)
  expect(plan.reading.scale, rule.rule).toBeCloseTo(scaleIn(made, rule, index), 9)
  for (const key of ['lowWarn', 'highWarn', 'highCritical'] as const) {
    const limit = rule[key]
    const given =
      typeof limit === 'object'
        ? Number(made.get(`${limit.column}.${index}`)) * (limit.scale ?? 1)
        : (limit ?? null)
    expect(plan.facts[key], `${rule.rule} ${key}`).toBe(
      given === 0 && typeof limit === 'object' ? null : given,
    )
  }
  return plan
}

async function processorProblem(profile: Profile, rule: ProcessorRule): Promise<string | null> {
  const found = await firstThat(rowsFor(rule, texts(rule.match)), async (made) =>
    (await discoverProcessors(tablesOf(made), profile)).find((plan) => plan.rule === rule.rule),
  )
  return found ? null : 'finds no processor on a device that has one'
}

function* poolsFor(rule: MemoryRule): Generator<Made> {
  const columns = [rule.percent, rule.used, rule.size, ...(rule.free ?? [])].filter(
    (one) => one !== undefined,
  )
  const amounts = (column: ValueColumn) => column === rule.size ? [100, 102_400, 104_857_600, 100_000, 1e8, 1e11] : column === rule.percent ? texts(column.match) : [30, 1, 30_000, 30_000_000] // prettier-ignore
  const [first, ...others] = columns as [ValueColumn, ...ValueColumn[]]
  for (const index of [...(Array.isArray(rule.main) ? rule.main : []), ...indexesFor(rule.index)].slice(
    0,
    12,
  ))
    for (const amount of amounts(first))
      for (const other of others[0] ? amounts(others[0]) : [0]) {
        const made: Made = new Map()
        if (!putRow(made, rule.where, index, { column: first.column, values: [amount] })) continue
        for (const column of others) made.set(`${column.column}.${index}`, column === others[0] ? other : 1)
        yield made
      }
}

async function poolProblem(
  profile: Profile,
  list: 'memory' | 'storage',
  rule: MemoryRule,
): Promise<string | null> {
  const discover = list === 'memory' ? discoverMemory : discoverStorage
  const found = await firstThat<MemoryPlan>(poolsFor(rule), async (made) => {
    const plan = (await discover(tablesOf(made), profile)).find((one) => one.rule === rule.rule)
    return plan && memoryUse(plan, (oid) => made.get(oid)) ? plan : undefined
  })
  return found ? null : `finds no ${list} on a device that has some`
}

/** A row of celsius(8), in units(9), of precision 1: 42.0 °C. */
async function entityProblem(profile: Profile, { entry, rule }: EntitySensorTable): Promise<string | null> {
  const made: Made = new Map([8, 9, 1, 420, 1].map((value, i) => [`${entry}.${i + 1}.7`, value]))
  const plan = (await discoverSensors(tablesOf(made), profile)).find((one) => one.rule === rule)
  return plan && readNumber(plan.reading, 420) === 42 ? null : 'finds no sensor in a table of one'
}

async function vlanProblem(profile: Profile, { column }: Profile['vlans'][number]): Promise<string | null> {
  const found = await discoverVlans(tablesOf(new Map([[`${column}.7`, 'office']])), profile)
  return found[0]?.id === 7 && found[0].name === 'office' ? null : 'finds no VLAN'
}

async function bgpProblem(profile: Profile, { state }: Profile['bgpPeers'][number]): Promise<string | null> {
  const found = await discoverBgpPeers(tablesOf(new Map([[`${state}.1.4.10.9.0.1`, 6]])), profile)
  return found[0]?.peer === '10.9.0.1' && found[0].state === 'established' ? null : 'finds no peer'
}

/** Models by numbers with which no device would be of this profile. */
const strayModels = ({ name, models, recognise: rules }: Profile): string[] =>
  Object.keys(models)
    .filter(
      (model) =>
        !rules.some(({ sysObjectID = [] }) =>
          sysObjectID.some((prefix) => `${model}.`.startsWith(`${prefix}.`)),
        ),
    ) // prettier-ignore
    .map((model) => `${name}/models/${model}: no device with this number is of this profile`)

const fields = ['hardware', 'version', 'serial'] as const

async function findProblem(
  profile: Profile,
  field: (typeof fields)[number],
  find: Find,
): Promise<string | null> {
  const samples = find.match ? textsFor(find.match) : ['AB-1234', '42']
  if (samples.length === 0) return `matches no text that can be made: write it more plainly`
  for (const text of samples) {
    const made: Made = new Map()
    if (find.oid) made.set(find.oid, text)
    if (find.column && !putRow(made, find.where, '1', { column: find.column, values: [text] })) continue
    const system = { ...introduced(profile), ...(find.sysDescr && { sysDescr: text }) }
    const { origins } = await identify(tablesOf(made), profile, system)
    if (origins[field]?.rule === find.rule) return null
  }
  return `gives no ${field}: what is before it takes all that it would`
}

function recognitionProblems(profile: Profile): string[] {
  return own(profile, profile.recognise).flatMap(({ rule, sysObjectID = [''], sysDescr, probe }) =>
    sysObjectID.flatMap((prefix) => {
      const descrs = sysDescr ? textsFor(sysDescr) : ['']
      const answers = probe?.match ? textsFor(probe.match) : ['1']
      const known = descrs.flatMap((descr) => answers.map((answer) => recognise(profiles, { sysObjectID: prefix, sysDescr: descr, probed: new Map(probe ? [[probe.oid, answer]] : []) }))) // prettier-ignore
      if (known.some((one) => one.rule === rule)) return []
      return [`${rule} ${prefix}: is taken by ${known[0]?.rule ?? 'nobody'}`]
    }),
  )
}

/** Profiles with codes whose meaning no MIB at hand says: they are shown as numbers. No other may join them. */
const meaningless = new Set(['apc-cooling', 'asentria', 'huawei-oceanstor', 'lenovo-xcc', 'rittal-cmc3']) // prettier-ignore

async function ruleProblems(profile: Profile): Promise<string[]> {
  const found: (string | null)[] = []
  const told = async (rule: string, problem: Promise<string | null>) => {
    const text = await problem
    if (text !== null) found.push(`${rule}: ${text}`)
  }
  for (const rule of own(profile, profile.sensors)) {
    const problem = sensorProblem(profile, rule)
    if (!meaningless.has(profile.name) || (await problem) !== noMeaning) await told(rule.rule, problem)
  }
  for (const table of own(profile, profile.entitySensors))
    await told(table.rule, entityProblem(profile, table))
  for (const rule of own(profile, profile.vlans)) await told(rule.rule, vlanProblem(profile, rule))
  for (const rule of own(profile, profile.bgpPeers)) await told(rule.rule, bgpProblem(profile, rule))
  for (const rule of own(profile, profile.processors)) await told(rule.rule, processorProblem(profile, rule))
  for (const list of ['memory', 'storage'] as const)
    for (const rule of own(profile, profile[list])) await told(rule.rule, poolProblem(profile, list, rule))
  for (const field of fields)
    for (const find of own(profile, profile[field])) await told(find.rule, findProblem(profile, field, find))
  return found.filter((problem) => problem !== null)
}

describe('every profile, on devices made from its own rules', () => {
  it.each(profiles.map(({ name }) => name))('%s', async (name) => {
    const profile = profiles.find((one) => one.name === name)!
    const resolved = forDevice(profile, introduced(profile).sysObjectID)
    expect([
      ...recognitionProblems(profile),
      ...strayModels(profile),
      ...(await ruleProblems(resolved)),
    ]).toEqual([])
  })
})
