import { readdirSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'

const own = /^\.zongheng-backup-(\d+)-/

/** A folder for its owner alone, for the while of a backup. What a process that was killed left in its own is cleared away. */
export async function openWorkshop(folder: string): Promise<string> {
  for (const name of readdirSync(folder)) {
    const [, pid] = own.exec(name) ?? []
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true })
  }
  return mkdtemp(join(folder, `.zongheng-backup-${process.pid}-`))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // somebody else's
  }
}
