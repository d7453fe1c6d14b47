import { readFile } from 'node:fs/promises'
import type { Assignment, AssignmentChange, CheckProbe, LegProbe } from './contract.ts'
import { replaceFile } from './files.ts'
import { held, type HeldTarget } from './poll/held-target.ts'

/** What an assignment does to those who measure. */
export interface Assigned {
  setTarget(target: HeldTarget): void
  setProbe(probe: LegProbe): void
  setCheck(check: CheckProbe): void
  removeTarget(deviceId: string): void
  removeProbe(circuitId: string): void
  removeCheck(checkId: string): void
}

const saveWithinMs = 2_000

/** The last assignment, kept on disk, credentials sealed as they came: a collector without its server goes on from it. */
export class AssignmentKeeper {
  readonly #file: string
  readonly #assigned: Assigned
  readonly #onError: (error: Error) => void
  readonly #targets = new Map<string, HeldTarget>()
  readonly #probes = new Map<string, LegProbe>()
  readonly #checks = new Map<string, CheckProbe>()
  #version = 0
  #saveTimer: NodeJS.Timeout | undefined
  #saving: Promise<void> = Promise.resolve()

  constructor(file: string, assigned: Assigned, onError: (error: Error) => void) {
    this.#file = file
    this.#assigned = assigned
    this.#onError = onError
  }

  /** Goes on with what was assigned last. */
  async load(): Promise<void> {
    const kept = await readKept(this.#file)
    if (kept) this.#replace(kept)
  }

  replace(assignment: Assignment): void {
    this.#replace(assignment)
    this.#saveSoon()
  }

  /** False when a change before this one is missing. */
  apply(change: AssignmentChange): boolean {
    if (change.version !== this.#version + 1) return false
    this.#version = change.version
    this.#set(change)
    change.removedDeviceIds.forEach((id) => this.#removeTarget(id))
    change.removedCircuitIds.forEach((id) => this.#removeProbe(id))
    change.removedCheckIds?.forEach((id) => this.#removeCheck(id))
    this.#saveSoon()
    return true
  }

  async close(): Promise<void> {
    if (this.#saveTimer) this.#save()
    await this.#saving
  }

  #replace(assignment: Assignment): void {
    this.#version = assignment.version
    const deviceIds = new Set(assignment.targets.map(({ deviceId }) => deviceId))
    const circuitIds = new Set(assignment.probes.map(({ circuitId }) => circuitId))
    const checkIds = new Set(assignment.checks?.map(({ checkId }) => checkId))
    for (const id of [...this.#targets.keys()]) if (!deviceIds.has(id)) this.#removeTarget(id)
    for (const id of [...this.#probes.keys()]) if (!circuitIds.has(id)) this.#removeProbe(id)
    for (const id of [...this.#checks.keys()]) if (!checkIds.has(id)) this.#removeCheck(id)
    this.#set(assignment)
  }

  /** One that cannot be measured must not cost the others. */
  #set({ targets, probes, checks = [] }: Pick<Assignment, 'targets' | 'probes' | 'checks'>): void {
    for (const told of targets) {
      const target = held(told)
      this.#try(
        () => this.#assigned.setTarget(target),
        () => this.#targets.set(target.deviceId, target),
      )
    }
    for (const probe of probes)
      this.#try(
        () => this.#assigned.setProbe(probe),
        () => this.#probes.set(probe.circuitId, probe),
      )
    for (const check of checks)
      this.#try(
        () => this.#assigned.setCheck(check),
        () => this.#checks.set(check.checkId, check),
      )
  }

  #try(assign: () => void, keep: () => void): void {
    keep()
    try {
      assign()
    } catch (error) {
      this.#onError(error as Error)
    }
  }

  #removeTarget(deviceId: string): void {
    this.#targets.delete(deviceId)
    this.#assigned.removeTarget(deviceId)
  }

  #removeProbe(circuitId: string): void {
    this.#probes.delete(circuitId)
    this.#assigned.removeProbe(circuitId)
  }

  #removeCheck(checkId: string): void {
    this.#checks.delete(checkId)
    this.#assigned.removeCheck(checkId)
  }

  #saveSoon(): void {
    this.#saveTimer ??= setTimeout(() => this.#save(), saveWithinMs)
  }

  #save(): void {
    clearTimeout(this.#saveTimer)
    this.#saveTimer = undefined
    const kept = {
      version: this.#version,
      targets: [...this.#targets.values()],
      probes: [...this.#probes.values()],
      checks: [...this.#checks.values()],
    }
    const save = () => replaceFile(this.#file, inPieces(kept))
    this.#saving = this.#saving.then(save).catch((error: unknown) => this.#onError(error as Error))
  }
}

const targetsPerPiece = 50

/** As JSON: that of ten thousand switches is tens of megabytes, and never whole in memory. */
function* inPieces({ targets, ...rest }: { targets: HeldTarget[] }): Generator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"targets":[`
  for (let at = 0; at < targets.length; at += targetsPerPiece) {
    const piece = targets.slice(at, at + targetsPerPiece).map((target) => JSON.stringify(target))
    yield `${at > 0 ? ',' : ''}${piece.join(',')}`
  }
  yield ']}'
}

async function readKept(file: string): Promise<Assignment | null> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Assignment
    return Array.isArray(kept.targets) && Array.isArray(kept.probes) ? kept : null
  } catch (error) {
    // without it the server's assignment is waited for
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
