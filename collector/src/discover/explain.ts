/** Which rule gave what of a discovery: the provenance that its plans carry, put together. */
import type { Explanation, MeasuredKind, MeasuredOrigin } from '@zongheng/inventory/explanation.ts'
import type { Discovery, MemoryPlan, Reading } from './plan.ts'

function origin(
  kind: MeasuredKind,
  { rule, descr }: { rule?: string; descr: string },
  [first, ...others]: [Reading, ...Reading[]],
  key: string | null = null,
): MeasuredOrigin[] {
  if (rule === undefined) return []
  const oids = [first, ...others].map(({ oid }) => oid)
  return [{ kind, key, descr, rule, oids, scale: first.scale, offset: first.offset }]
}

function readingsOf({ read }: MemoryPlan): [Reading, ...Reading[]] {
  if (read.kind === 'percent') return [read.percent]
  if (read.kind === 'used-size') return [read.used, read.size]
  return read.kind === 'used-free' ? [read.used, read.free] : [read.size, ...read.free]
}

/** Null for what an earlier version discovered. */
export function explain(discovery: Discovery): Explanation | null {
  const { profile, recognition, processors, memory, storage = [], sensors } = discovery
  if (!recognition) return null
  const measured = [
    ...processors.flatMap((plan) => origin('processor', plan, [plan.reading])),
    ...memory.flatMap((plan) => origin('memory', plan, readingsOf(plan))),
    ...storage.flatMap((plan) => origin('storage', plan, readingsOf(plan))),
    ...sensors.flatMap(({ rule, facts, reading }) => origin('sensor', { rule, descr: facts.descr }, [reading], facts.key)), // prettier-ignore
  ]
  return { profile, ...recognition, measured }
}
