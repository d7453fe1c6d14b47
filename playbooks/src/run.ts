import { maskSecrets } from './mask.ts'
import { PlanError, planPlaybook, type PlannedCommand } from './plan.ts'
import { platforms, type Platform, type PlatformName } from './platforms.ts'
import type { Playbook } from './playbook.ts'
import { SessionError, toSessionError, type SessionErrorCode } from './session-error.ts'
import { openSession, type CommandOutput, type Session, type SshTarget } from './session.ts'

export interface TranscriptEntry {
  atMs: number
  step: string
  command: string
  output: string
}

export interface RunOptions {
  inputs?: Record<string, string>
  signal?: AbortSignal
  /** Told before each command. */
  onStep?: (step: { step: string; command: string; index: number; count: number }) => void
}

/** `error` with outcome `done`: the first of the commands that failed without ending the run. */
export interface RunResult {
  outcome: 'done' | 'failed' | 'cancelled'
  transcript: TranscriptEntry[]
  error?: { code: SessionErrorCode | PlanError['code']; text: string }
}

/** Characters of a whole transcript. */
const maxTranscriptChars = 4 * 1024 * 1024

/** Runs a playbook on one device. Never rejects: what failed is in the result, with the transcript up to there. */
export async function runPlaybook(
  playbook: Playbook,
  target: SshTarget & { platform: PlatformName },
  options: RunOptions = {},
): Promise<RunResult> {
  const secrets = [target.password, target.enablePassword].filter((secret) => secret !== undefined)
  const run: Run = {
    playbook,
    platform: platforms[target.platform],
    mask: (text) => maskSecrets(text, secrets),
    options,
    transcript: [],
  }
  let session: Session | null = null
  try {
    const commands = planPlaybook(playbook, target.platform, options.inputs)
    session = await openSession(target, run.platform, options.signal)
    const error = await perform(run, session, commands)
    return { outcome: 'done', transcript: run.transcript, ...(error && { error: told(run, error) }) }
  } catch (error) {
    const known = error instanceof PlanError ? error : toSessionError(error)
    const outcome = known.code === 'aborted' ? 'cancelled' : 'failed'
    return { outcome, transcript: run.transcript, error: told(run, known) }
  } finally {
    session?.close()
  }
}

interface Run {
  playbook: Playbook
  platform: Platform
  mask: (text: string) => string
  options: RunOptions
  transcript: TranscriptEntry[]
}

const told = (run: Run, error: SessionError | PlanError) => ({
  code: error.code,
  text: run.mask(error.message),
})

/** The first failure that was passed over; throws the one that ended the run. */
async function perform(run: Run, session: Session, commands: PlannedCommand[]): Promise<SessionError | null> {
  let first: SessionError | null = null
  for (const [index, planned] of commands.entries()) {
    run.options.onStep?.({ step: planned.step, command: planned.command, index, count: commands.length })
    try {
      await performOne(run, session, planned)
    } catch (error) {
      const known = toSessionError(error)
      if (run.playbook.onError !== 'continue' || !session.alive) throw known
      first ??= known
    }
  }
  return first
}

async function performOne(run: Run, session: Session, planned: PlannedCommand): Promise<void> {
  const { step, command, timeoutMs } = planned
  const atMs = Date.now()
  const note = (output: string) =>
    run.transcript.push({ atMs, step, command: run.mask(command), output: roomFor(run, output) })
  const result = await session.run(command, timeoutMs).catch((error: unknown) => {
    note(toSessionError(error).output)
    throw error
  })
  note(result.output)
  judge(run.platform, planned, result)
}

function judge(platform: Platform, { command, expect }: PlannedCommand, result: CommandOutput): void {
  const { output, cut, exitCode } = result
  const refusal = platform.refusal.exec(output.slice(0, 2000))
  if (refusal)
    throw new SessionError(
      'rejected',
      `the device does not take "${command}": ${lineAt(output, refusal.index)}`,
    )
  if (exitCode !== null && exitCode !== 0)
    throw new SessionError('rejected', `"${command}" ended with ${exitCode}: ${lineAt(output, 0)}`)
  if (cut)
    throw new SessionError(
      'output-limit',
      `"${command}" said more than is kept; its beginning is in the transcript`,
    )
  if (expect && !expect.test(output))
    throw new SessionError('unexpected', `"${command}" did not say ${expect.source}`)
}

const lineAt = (text: string, index: number) => text.slice(index).trimStart().split('\n')[0]!.slice(0, 200)

/** The output without secrets, as far as the transcript still has room. */
function roomFor(run: Run, output: string): string {
  const used = run.transcript.reduce((sum, entry) => sum + entry.output.length, 0)
  return run.mask(output).slice(0, Math.max(0, maxTranscriptChars - used))
}
