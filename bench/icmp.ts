/**
 * What an echo costs: ten thousand addresses asked on the collector's schedule, beside fping alone with the same addresses in one
 * list, and beside one fping for each address. `npm run bench:icmp [-- --targets 10000] [--interval 10] [--intervals 2] [--json]`
 *
 * Addresses are loopback: the kernel's part of an echo is in all rows. Fails when the schedule was not kept or an echo was lost.
 */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { newSealingKeys, sealFor, type Target } from '../collector/src/contract.ts'
import { fping } from '../collector/src/icmp/fping.ts'
import { Icmp, lost } from '../collector/src/icmp/icmp.ts'
import { DevicePinger } from '../collector/src/probe/device-pings.ts'
import { SnmpEngine } from '../collector/src/snmp/engine.ts'
import { MemoryRecorder } from '../collector/src/testing.ts'
import { endedChildrenCpuS } from './process-meter.ts'
import { machine, spreadOf, table } from './report.ts'

const { values: options } = parseArgs({
  options: {
    targets: { type: 'string', default: '10000' },
    interval: { type: 'string', default: '10' },
    intervals: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})
const count = Number(options.targets)
const intervalS = Number(options.interval)
const intervals = Number(options.intervals)
const addresses = Array.from({ length: count }, (_, i) => `127.1.${i >> 8}.${i & 255}`)
const say = (line: string) => console.error(line)

interface Row {
  tool: string
  echoes: number
  cpuMicrosPerEcho: number
  cpuSecondsPerMillion: number
}

/** Processor seconds of this process and of its children that have ended. */
function cpuS(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 + endedChildrenCpuS()
}

function row(tool: string, echoes: number, seconds: number): Row {
  const perMillion = (seconds / echoes) * 1e6
  return { tool, echoes, cpuMicrosPerEcho: perMillion, cpuSecondsPerMillion: perMillion }
}

interface Scheduled extends Row {
  lost: number
  /** The longest that any address waited for its next echo. */
  longestGapS: number
}

/** The collector's own way: schedule, rounds, figures once a minute. The first two intervals are left out: places are taken in them. */
async function zongheng(): Promise<Scheduled> {
  const asked = new Map<string, number>()
  let [echoes, losses, longestGapMs] = [0, 0, 0]
  const engine = new SnmpEngine()
  const icmp = new Icmp({
    ask: async (list, timeoutMs) => {
      const nowMs = performance.now()
      for (const address of list) {
        longestGapMs = Math.max(longestGapMs, nowMs - (asked.get(address) ?? nowMs))
        asked.set(address, nowMs)
      }
      const answers = await fping(list, timeoutMs)
      echoes += answers.length
      losses += answers.filter((rttMs) => rttMs === lost || Number.isNaN(rttMs)).length
      return answers
    },
  })
  const keys = newSealingKeys()
  const snmp = sealFor(keys.publicKey, {})
  const recorder = new MemoryRecorder()
  const onError = (error: Error) => say(error.message)
  const pinger = new DevicePinger({
    engine,
    icmp,
    keys,
    recorder,
    now: Date.now,
    onSilence: () => {},
    onError,
  })
  for (const [i, address] of addresses.entries()) pinger.set(targetAt(`dev_${i}`, address, snmp))
  await delay(2.2 * intervalS * 1000)
  ;[echoes, losses, longestGapMs] = [0, 0, 0]
  const before = cpuS()
  await delay(intervals * intervalS * 1000)
  const seconds = cpuS() - before
  const result = { ...row('zongheng icmp', echoes, seconds), lost: losses, longestGapS: longestGapMs / 1000 }
  pinger.close()
  engine.close()
  return result
}

const targetAt = (deviceId: string, address: string, snmp: string): Target => ({
  deviceId,
  siteId: 'sit_1',
  address,
  port: 161,
  snmp,
  pollIntervalS: 60,
  interfaces: [],
  sensors: [],
  ping: { kind: 'icmp', intervalS },
})

/** All addresses in one process, with the same flags. Median of three. */
async function fpingAlone(): Promise<Row> {
  const rounds: number[] = []
  for (let round = 0; round < 3; round++) {
    const before = endedChildrenCpuS()
    const child = spawn('fping', ['-q', '-C1', '-t1200', '-i0.1'], { stdio: ['pipe', 'ignore', 'ignore'] })
    child.stdin.end(addresses.join('\n'))
    await once(child, 'exit')
    rounds.push(endedChildrenCpuS() - before)
  }
  return row('fping', count, spreadOf(rounds).median)
}

/** One process an echo, as simple monitors do it; of a sample. */
async function fpingEach(): Promise<Row> {
  const run = promisify(execFile)
  const sample = addresses.slice(0, 200)
  const before = cpuS()
  for (const address of sample) await run('fping', ['-q', '-C1', '-t1200', address])
  return row('fping per echo', sample.length, cpuS() - before)
}

function hasFping(): boolean {
  try {
    execFileSync('fping', ['-q', '-c1', '127.0.0.1'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function report(rows: (Row & { ratio: number })[], ours: Scheduled): void {
  if (options.json) return rows.forEach((one) => console.log(JSON.stringify(one)))
  const cells = rows.map((one) => [
    one.tool,
    `${one.echoes}`,
    one.cpuMicrosPerEcho.toFixed(1),
    one.ratio.toFixed(2),
  ])
  console.log(`${machine()}\n\n${table([['', 'echoes', 'CPU µs per echo', 'ratio to ours'], ...cells])}\n`)
  const share = ((ours.cpuMicrosPerEcho * count) / intervalS / 1e4).toFixed(1)
  console.log(
    `${count} addresses every ${intervalS} s: ${share} % of one core, ${ours.lost} lost, longest gap ${ours.longestGapS.toFixed(1)} s`,
  )
}

if (!hasFping()) {
  say('fping is not installed, or may not send ICMP: nothing to measure')
  process.exit(1)
}
const ours = await zongheng()
const rows = [ours, await fpingAlone(), await fpingEach()]
report(
  rows.map((one) => ({ ...one, ratio: one.cpuMicrosPerEcho / ours.cpuMicrosPerEcho })),
  ours,
)
const isKept = ours.lost === 0 && ours.echoes >= count * intervals && ours.longestGapS < intervalS * 1.1
if (!isKept)
  say(`the schedule was not kept: ${ours.echoes} echoes of ${count * intervals}, ${ours.lost} lost`)
process.exitCode = isKept ? 0 : 1
