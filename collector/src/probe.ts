/** `zongheng probe HOST[:PORT]`: who a device is and what it measures, read once by hand. Exit code 2: bad arguments. */
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { discover } from './discover/discover.ts'
import { measure } from './discover/measure.ts'
import { ArgumentError, parseProbeArguments, type ProbeArguments } from './discover/probe-arguments.ts'
import { printReport } from './discover/probe-print.ts'
import { probeLanguage, probeWords, type ProbeWords } from './discover/probe-words.ts'
import { report, type Report } from './discover/report.ts'
import { SnmpEngine } from './snmp/engine.ts'
import { SnmpError } from './snmp/error.ts'
import { openSession, resolvePeer } from './snmp/open.ts'

const retries = 2
const triesTogether = 1 + 1.5 + 1.5 ** 2 // each try waits half as long again as the one before

async function probe({ host, port, credential, timeoutMs }: ProbeArguments): Promise<Report> {
  const engine = new SnmpEngine({ sockets: 1 })
  try {
    const peer = await resolvePeer(host, port)
    const session = openSession(engine, peer, credential, { timeoutMs: timeoutMs / triesTogether, retries })
    try {
      const discovery = await discover(session, loadProfiles())
      return report(`${host}:${port}`, discovery, await measure(session, discovery))
    } finally {
      session.close()
    }
  } finally {
    engine.close()
  }
}

function explain(error: unknown, words: ProbeWords, peer: string): string {
  if (!(error instanceof SnmpError)) throw error
  const detail = error.message.replace(`${peer}: `, '')
  return words.error[error.code]?.(peer, detail) ?? `${peer}: ${detail}`
}

async function run(args: string[], words: ProbeWords): Promise<number> {
  let asked: ProbeArguments | null
  try {
    asked = parseProbeArguments(args)
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    process.stderr.write(`zongheng probe: ${words.argument[error.code](error.detail)}\n\n${words.usage}\n`)
    return 2
  }
  if (!asked) {
    process.stdout.write(`${words.usage}\n`)
    return 0
  }
  try {
    const found = await probe(asked)
    process.stdout.write(`${asked.json ? JSON.stringify(found) : printReport(found, words)}\n`)
    return 0
  } catch (error) {
    process.stderr.write(`zongheng probe: ${explain(error, words, `${asked.host}:${asked.port}`)}\n`)
    return 1
  }
}

process.exitCode = await run(process.argv.slice(2), probeWords[probeLanguage(process.env)])
