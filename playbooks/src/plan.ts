import { placeholder, type Playbook } from './playbook.ts'
import type { PlatformName } from './platforms.ts'
import { refuseWriting } from './read-only.ts'

export interface PlannedCommand {
  step: string
  command: string
  timeoutMs: number
  expect: RegExp | null
}

/** What is in the way of a run; for the one who started it. */
export class PlanError extends Error {
  readonly code:
    'platform-unsupported' | 'input-missing' | 'input-invalid' | 'input-unknown' | 'not-read-only'
  /** The input or platform it is about. */
  readonly subject: string

  constructor(code: PlanError['code'], subject: string, message: string) {
    super(message)
    this.name = 'PlanError'
    this.code = code
    this.subject = subject
  }
}

export const defaultTimeoutMs = 20_000

/** The commands to run on a device of this platform, in order. Throws a PlanError. */
export function planPlaybook(
  playbook: Playbook,
  platform: PlatformName,
  given: Record<string, string> = {},
): PlannedCommand[] {
  const values = inputValues(playbook, given)
  const planned = playbook.steps.flatMap((step) =>
    (step.commands[platform] ?? []).map((command) => ({
      step: step.name,
      command: command.replace(placeholder, (_, name: string) => values[name]!),
      timeoutMs: step.timeoutS === undefined ? defaultTimeoutMs : step.timeoutS * 1000,
      expect: step.expect === undefined ? null : new RegExp(step.expect, 'm'),
    })),
  )
  if (planned.length === 0)
    throw new PlanError('platform-unsupported', platform, `${playbook.name} has no commands for ${platform}`)
  if (playbook.readOnly) for (const { command } of planned) mustRead(platform, command)
  return planned
}

function inputValues({ inputs = {} }: Playbook, given: Record<string, string>): Record<string, string> {
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(inputs, name))
  if (stranger !== undefined) throw new PlanError('input-unknown', stranger, `there is no input ${stranger}`)
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => {
      const value = Object.hasOwn(given, name) ? given[name]! : input.default
      if (value === undefined) throw new PlanError('input-missing', name, `input ${name} is missing`)
      if (value.length > 200 || /[\r\n\0]/.test(value) || !new RegExp(`^(?:${input.pattern})$`).test(value))
        throw new PlanError('input-invalid', name, `input ${name} does not fit ${input.pattern}`)
      return [name, value]
    }),
  )
}

/** Inputs may turn a reading command into another one. */
function mustRead(platform: PlatformName, command: string): void {
  const why = refuseWriting(platform, command)
  if (why !== null) throw new PlanError('not-read-only', command, `"${command}" ${why}`)
}
