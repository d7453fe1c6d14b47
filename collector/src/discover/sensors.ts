import type { Profile, SensorLimit, SensorRule } from '@zongheng/inventory/profile.ts'
import { sensorBounds, sensorUnits, type SensorState } from '@zongheng/inventory/sensor.ts'
import { discoverEntitySensors } from './entity-sensors.ts'
import { rawNumber, readNumber, type Reading, type SensorPlan } from './plan.ts'
import { readingOf, rowsOf, scaleColumns, wordColumns, wordRow } from './rows.ts'
import type { Tables } from './tables.ts'

const maxSensors = 2_000

const statesOf = (rule: SensorRule): SensorState[] =>
  Object.entries(rule.states ?? {}).map(([value, [text, severity]]) => ({
    value: Number(value),
    text,
    severity,
  }))

const limitColumns = ({ lowWarn, highWarn, highCritical }: SensorRule) =>
  [lowWarn, highWarn, highCritical].map((limit) => (typeof limit === 'object' ? limit.column : undefined))

async function limitOf(
  tables: Tables,
  sensorClass: SensorRule['class'],
  limit: SensorLimit | undefined,
  index: string,
): Promise<number | null> {
  if (limit === undefined) return null
  if (typeof limit === 'number') return limit
  const raw = rawNumber((await tables.column(limit.column)).get(index)?.value)
  if (!raw) return null // 0: the device sets no limit
  const value = raw * (limit.scale ?? 1)
  const [min, max] = sensorBounds[sensorClass] ?? [-Infinity, Infinity]
  return value >= min && value <= max ? value : null // 65535 and its like: none either
}

/** A number within what its class allows, unless the rule says other bounds. */
function bounded(rule: SensorRule, reading: Reading): Reading {
  const [min, max] = sensorBounds[rule.class] ?? [null, null]
  return { ...reading, min: reading.min ?? min, max: reading.max ?? max }
}

async function sensorsOfRule(tables: Tables, rule: SensorRule): Promise<SensorPlan[]> {
  const found: SensorPlan[] = []
  if (rule.ifAny && (await tables.column(rule.ifAny)).size === 0) return found
  const beside = [...wordColumns(rule), ...scaleColumns(rule), ...limitColumns(rule)]
  for (const [index, value] of await rowsOf(tables, rule.column, rule.where, rule.index, beside)) {
    const reading = bounded(rule, await readingOf(tables, rule, index))
    if (readNumber(reading, value.value) === null && !rule.keepEmpty) continue
    found.push({
      rule: rule.rule,
      reading,
      facts: {
        key: index === rule.bareIndex ? rule.key : `${rule.key}.${index}`,
        class: rule.class,
        descr: await wordRow(tables, rule, index, rule.key),
        unit: sensorUnits[rule.class],
        oid: reading.oid,
        lowWarn: await limitOf(tables, rule.class, rule.lowWarn, index),
        highWarn: await limitOf(tables, rule.class, rule.highWarn, index),
        highCritical: await limitOf(tables, rule.class, rule.highCritical, index),
        states: statesOf(rule),
      },
    })
  }
  return found
}

/** Everything the profile knows to measure and the device has; keys are unique, the first rule wins. */
export async function discoverSensors(tables: Tables, profile: Profile): Promise<SensorPlan[]> {
  const sensors = new Map<string, SensorPlan>()
  const add = (plans: SensorPlan[]) => {
    for (const plan of plans) {
      if (sensors.size < maxSensors && !sensors.has(plan.facts.key)) sensors.set(plan.facts.key, plan)
    }
  }
  const byRule = profile.sensors.map((rule) => sensorsOfRule(tables, rule))
  const byEntity = profile.entitySensors.map((table) => discoverEntitySensors(tables, table))
  for (const plans of await Promise.all([...byRule, ...byEntity])) add(plans)
  return [...sensors.values()]
}
