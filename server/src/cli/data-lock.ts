import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from './failure.ts'

/** Two installations on one data folder would spoil it. Answers how to give the folder free again. */
export function lockData(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'zongheng.pid')
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (holder && holder !== process.pid && isOurs(holder)) {
    throw new Failure(`${dataDir} 正被进程 ${holder} 使用 (is in use by process ${holder})`)
  }
  writeFileSync(file, `${process.pid}\n`)
  return () => rmSync(file, { force: true })
}

/** After a crash the number may belong to a stranger. */
function isOurs(pid: number): boolean {
  const cmdline = `/proc/${pid}/cmdline`
  return existsSync(cmdline) && readFileSync(cmdline, 'utf8').includes('cli/main.ts')
}
