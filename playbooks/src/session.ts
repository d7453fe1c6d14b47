import { connect, type SshTarget } from './connect.ts'
import { ExecSession } from './exec-session.ts'
import type { Platform } from './platforms.ts'
import { ShellSession } from './shell-session.ts'

export type { SshTarget }

/** What a device answered. `cut`: it said more than is kept. `exitCode`: null where commands have none. */
export interface CommandOutput {
  output: string
  cut: boolean
  exitCode: number | null
}

/** A signed-in session. */
export interface Session {
  /** False once it cannot take another command. */
  readonly alive: boolean
  /** Rejects with a SessionError. */
  run(command: string, timeoutMs: number): Promise<CommandOutput>
  close(): void
}

/** Signs in and makes ready: prompt known, pager off, level raised where there is a password for it. */
export async function openSession(
  target: SshTarget,
  platform: Platform,
  signal?: AbortSignal,
): Promise<Session> {
  const client = await connect(target, platform.legacyAlgorithms, signal)
  if (platform.mode === 'exec') return new ExecSession(client, signal)
  try {
    return await ShellSession.open(client, platform, target, signal)
  } catch (error) {
    client.destroy()
    throw error
  }
}
