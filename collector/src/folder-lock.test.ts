import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { FolderInUse, lockFolder } from './folder-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'zongheng-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('one process holds a folder; the next gets it when that one is killed', async () => {
  const holder = spawn(
    process.execPath,
    [
      '-e',
      `import(${JSON.stringify(join(import.meta.dirname, 'folder-lock.ts'))}).then((m) => m.lockFolder(${JSON.stringify(folder)})).then(() => { console.log('held'); setInterval(() => {}, 1e6) })`,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  await once(holder.stdout, 'data')
  await expect(lockFolder(folder, 0)).rejects.toBeInstanceOf(FolderInUse)
  const waiting = lockFolder(folder)
  holder.kill('SIGKILL')
  const { release } = await waiting
  await expect(lockFolder(folder, 0)).rejects.toThrow('in use')
  release()
})
