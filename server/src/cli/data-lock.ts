import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from './failure.ts'

/** Two installations on one data folder would spoil it. Answers how to give the folder free again. */
export function lockData(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = lockFile(dataDir)
  const holder = holderOf(dataDir)
  if (holder !== undefined && holder !== process.pid) {
    throw new Failure(`${dataDir} 正被进程 ${holder} 使用 (is in use by process ${holder})`)
  }
  writeFileSync(file, `${process.pid}\n`)
  return () => rmSync(file, { force: true })
}

/** The process that runs on this folder; undefined when none does. */
export function holderOf(dataDir: string): number | undefined {
  const file = lockFile(dataDir)
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  return pid && isOurs(pid) ? pid : undefined
}

export const lockFile = (dataDir: string) => join(dataDir, 'zongheng.pid')

/** After a crash the number may belong to a stranger. */
function isOurs(pid: number): boolean {
  const cmdline = `/proc/${pid}/cmdline`
  return existsSync(cmdline) && readFileSync(cmdline, 'utf8').includes('cli/main.ts')
}
