/** The servers that Debian has for it, each on a folder of its own, written and read as the product does. */
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { silentLog } from '../../server/src/log.ts'
import type { SeriesStore } from '../../server/src/series/contract.ts'
import { outboxFile } from '../../server/src/series/stores/address.ts'
import { openOutside } from '../../server/src/series/stores/open.ts'
import { isInstalled, startServer, type ServerKind } from '../../server/src/series/stores/servers-testing.ts'
import { secondsOf, type Contender } from './contender.ts'
import { bytesUnder } from './disk.ts'

const ticksPerS = 100

/** Those that are installed; of the others it is said that they are left out. */
export function peers(): Contender[] {
  const all: [ServerKind, string][] = [
    ['victoriametrics', 'victoria-metrics'],
    ['influxdb', 'influxdb'],
  ]
  return all.flatMap(([kind, tool]) => {
    if (isInstalled(kind)) return [peer(kind, tool)]
    console.error(`bench: ${tool} is not installed, left out`)
    return []
  })
}

/** What it costs: the server's process, and ours for writing to it. A batch counts when the server has it. */
const peer = (kind: ServerKind, tool: string): Contender => ({
  tool,
  async start() {
    const server = await startServer(kind)
    const store = openOutside(server.url, { dataDir: server.folder, clock: Date.now, log: silentLog() })!
    const acknowledged: SeriesStore['append'] = async (...batch) => {
      const isNew = await store.append(...batch)
      await store.sent()
      return isNew
    }
    return {
      store: new Proxy(store, { get: (_, name) => (name === 'append' ? acknowledged : bound(store, name)) }),
      cpuS: () => secondsOf(process.cpuUsage()) + processorSeconds(server.pid()),
      settled: () => store.settle(),
      async held() {
        // Without our own outbox.
        const bytes = await quiet(() => bytesUnder(server.folder, outboxFile))
        return { used: bytes, allocated: bytes, pure: null }
      },
      async stop() {
        await store.close()
        await server.stop()
      },
    }
  },
})

function bound<T extends object>(target: T, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target)
  return typeof value === 'function' ? value.bind(target) : value
}

/** User and system time, of /proc/PID/stat. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerS
}

const quietS = 3
const mostS = 15

/** When it has not changed for a while: merging is over. */
async function quiet(measure: () => number): Promise<number> {
  let [bytes, unchangedS] = [measure(), 0]
  for (let s = 0; s < mostS && unchangedS < quietS; s++) {
    await setTimeout(1000)
    const now = measure()
    unchangedS = now === bytes ? unchangedS + 1 : 0
    bytes = now
  }
  return bytes
}
