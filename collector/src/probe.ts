/** `zongheng probe HOST[:PORT]`: who a device is and what it measures, read once by hand. Exit code 2: bad arguments. */
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { askDevice, failureOf } from './discover/by-hand.ts'
import { discover } from './discover/discover.ts'
import { measure } from './discover/measure.ts'
import { ArgumentError, parseProbeArguments, type ProbeArguments } from './discover/probe-arguments.ts'
import { printReport } from './discover/probe-print.ts'
import { probeLanguage, probeWords, type ProbeWords } from './discover/probe-words.ts'
import { report, type Report } from './discover/report.ts'

const probe = (asked: ProbeArguments): Promise<Report> =>
  askDevice(asked, async (session) => {
    const discovery = await discover(session, loadProfiles())
    return report(`${asked.host}:${asked.port}`, discovery, await measure(session, discovery))
  })

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
    process.stderr.write(`zongheng probe: ${failureOf(error, words, `${asked.host}:${asked.port}`)}\n`)
    return 1
  }
}

process.exitCode = await run(process.argv.slice(2), probeWords[probeLanguage(process.env)])
