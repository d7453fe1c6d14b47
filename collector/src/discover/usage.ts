import type { MemoryRule, ProcessorRule, Profile, ValueColumn } from '@zongheng/inventory/profile.ts'
import {
  memoryUse,
  readNumber,
  type MemoryPlan,
  type MemoryRead,
  type MemoryUse,
  type ProcessorPlan,
  type RawValue,
} from './plan.ts'
import { readingOf, rowsOf, scaleColumns, wordColumns, wordRow } from './rows.ts'
import type { Tables } from './tables.ts'

const maxRules = 512

async function processorsOfRule(tables: Tables, rule: ProcessorRule): Promise<ProcessorPlan[]> {
  const found: ProcessorPlan[] = []
  const beside = [...wordColumns(rule), ...scaleColumns(rule)]
  for (const [index, value] of await rowsOf(tables, rule.column, rule.where, rule.index, beside)) {
    const reading = await readingOf(tables, rule, index)
    const load = readNumber(reading, value.value)
    if (load === null || load < 0 || load > 100) continue
    found.push({ rule: rule.rule, descr: await wordRow(tables, rule, index, 'CPU'), reading })
  }
  return found
}

/** The device's processors. */
export async function discoverProcessors(tables: Tables, profile: Profile): Promise<ProcessorPlan[]> {
  const found: ProcessorPlan[] = []
  await tables.columns(profile.processors.map(({ column }) => column))
  for (const rule of profile.processors) {
    if (!rule.otherwise || found.length === 0) found.push(...(await processorsOfRule(tables, rule)))
  }
  return found.slice(0, maxRules)
}

async function memoryRead(tables: Tables, rule: MemoryRule, index: string): Promise<MemoryRead | null> {
  const { percent, used, size, free } = rule
  const read = (column: ValueColumn) => readingOf(tables, column, index)
  if (percent) return { kind: 'percent', percent: await read(percent) }
  if (used && size) return { kind: 'used-size', used: await read(used), size: await read(size) }
  if (used && free?.[0]) return { kind: 'used-free', used: await read(used), free: await read(free[0]) }
  if (size && free)
    return { kind: 'free-size', free: await Promise.all(free.map(read)), size: await read(size) }
  return null
}

const columnsOf = ({ percent, used, size, free }: MemoryRule) =>
  [percent, used, size, ...(free ?? [])].filter((column) => column !== undefined)

/** What the columns that the rule has just read make of a pool; null when that cannot be. */
async function useNow(
  tables: Tables,
  rule: MemoryRule,
  index: string,
  plan: MemoryPlan,
): Promise<MemoryUse | null> {
  const values = new Map<string, RawValue>()
  for (const { column } of columnsOf(rule))
    values.set(`${column}.${index}`, (await tables.column(column)).get(index)?.value)
  return memoryUse(plan, (oid) => values.get(oid))
}

interface Pool {
  plan: MemoryPlan
  now: MemoryUse
}

async function memoryOfRule(tables: Tables, rule: MemoryRule): Promise<Pool[]> {
  const [first, ...others] = columnsOf(rule)
  if (!first) return []
  const found: Pool[] = []
  const beside = [...wordColumns(rule), ...scaleColumns(first), ...others.flatMap((one) => [one.column, ...scaleColumns(one)])] // prettier-ignore
  for (const index of (await rowsOf(tables, first.column, rule.where, rule.index, beside)).keys()) {
    const read = await memoryRead(tables, rule, index)
    if (!read) continue
    const main = typeof rule.main === 'boolean' ? rule.main : rule.main.includes(index)
    const plan = { rule: rule.rule, descr: await wordRow(tables, rule, index, 'memory'), main, read }
    const now = await useNow(tables, rule, index, plan)
    if (now) found.push({ plan, now })
  }
  return found
}

async function poolsOf(tables: Tables, rules: readonly MemoryRule[]): Promise<Pool[]> {
  const found: Pool[] = []
  await tables.columns(rules.map((rule) => columnsOf(rule)[0]?.column))
  for (const rule of rules) {
    if (!rule.otherwise || found.length === 0) found.push(...(await memoryOfRule(tables, rule)))
  }
  return found.slice(0, maxRules)
}

/** The device's pools of memory. */
export const discoverMemory = async (tables: Tables, profile: Profile): Promise<MemoryPlan[]> =>
  (await poolsOf(tables, profile.memory)).map(({ plan }) => plan)

/** Its disks and file systems. */
export const discoverStorage = async (tables: Tables, profile: Profile): Promise<MemoryPlan[]> =>
  (await poolsOf(tables, profile.storage)).map(({ plan, now }) => ({ ...plan, total: now.totalBytes }))
