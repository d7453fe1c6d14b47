import { addressChecks } from './address.ts'
import { databaseChecks } from './database.ts'
import { error, type Finding, type Sight } from './finding.ts'
import { folderChecks } from './folder.ts'
import { machineChecks } from './machine.ts'
import { admit, discharge, isCurrent, type Patient, type PatientOptions } from './patient.ts'
import { peopleChecks } from './people.ts'
import { secretChecks } from './secrets.ts'
import { seriesChecks } from './series.ts'
import { serviceChecks } from './service.ts'
import { trailChecks } from './trail.ts'

type Sights = Sight | Sight[]

export interface Check {
  id: string
  /** Asks the database: passed over when it does not open, or is of another version; that is a finding of its own. */
  asksDatabase?: boolean
  look: (patient: Patient) => Sights | Promise<Sights>
}

/** In the order in which an operator would mend them. */
export const checks: readonly Check[] = [
  ...machineChecks,
  ...folderChecks,
  ...databaseChecks,
  ...seriesChecks,
  ...secretChecks,
  ...trailChecks,
  ...serviceChecks,
  ...addressChecks,
  ...peopleChecks,
]

/** What is wrong with an installation and what to do. Needs no running server; changes nothing. */
export async function examine(options: PatientOptions): Promise<Finding[]> {
  const patient = await admit(options)
  try {
    const findings: Finding[] = []
    for (const check of checks)
      if (!check.asksDatabase || isCurrent(patient))
        for (const sight of await looked(check, patient)) findings.push({ check: check.id, ...sight })
    return findings
  } finally {
    await discharge(patient)
  }
}

/** A check that fails is a finding too: what it asked is damaged. */
async function looked({ id, look }: Check, patient: Patient): Promise<Sight[]> {
  try {
    return [await look(patient)].flat()
  } catch (failure) {
    const reason = (failure as Error).message
    return [
      error(
        [`检查 ${id} 无法完成：${reason}`, `the check ${id} could not be done: ${reason}`],
        ['先处理前面的问题，再运行一次', 'mend what is said above, and run it again'],
      ),
    ]
  }
}
