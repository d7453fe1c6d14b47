import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../../collector/src/', import.meta.url)

/** Only a collector opens a connection to a device: a script of its own, in a process of its own. Answers its exit code. */
export async function runCollectorScript(name: string, args: string[]): Promise<number> {
  const script = fileURLToPath(new URL(name, folder))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
