/** Memory and processor time of processes, as Linux tells them in /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ: the unit of times in /proc/PID/stat, 100 on every platform this runs on [proc(5)]. */
const ticksPerS = 100

export interface Usage {
  /** Resident memory, MiB; pages that several processes share are counted in each. */
  rssMiB: number
  /** The same with shared pages divided among those who share them. */
  pssMiB: number
  /** Processor seconds since the start, user and system. */
  cpuS: number
}

export function usageOf(pid: number): Usage {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kiB = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1])
  const [utime, stime] = statOf(pid).slice(11, 13).map(Number)
  return { rssMiB: kiB('Rss') / 1024, pssMiB: kiB('Pss') / 1024, cpuS: (utime! + stime!) / ticksPerS }
}

/** Processor seconds of children that have ended. */
export function endedChildrenCpuS(): number {
  const [cutime, cstime] = statOf(process.pid).slice(13, 15).map(Number)
  return (cutime! + cstime!) / ticksPerS
}

/** The process below `ancestor` whose command line names `script`. Throws when there is none. */
export function findBelow(ancestor: number, script: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number) // prettier-ignore
  const found = pids.find((pid) => isBelow(pid, ancestor) && commandOf(pid).includes(script))
  if (!found) throw new Error(`no process runs ${script}`)
  return found
}

function isBelow(pid: number, ancestor: number): boolean {
  for (let one = pid; one > 1; one = parentOf(one)) if (one === ancestor) return true
  return false
}

/** Other processes come and go while they are looked at. */
function gone<T>(read: () => T, instead: T): T {
  try {
    return read()
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return instead
    throw error
  }
}

const parentOf = (pid: number) => gone(() => Number(statOf(pid)[1]), 0)
const commandOf = (pid: number) => gone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '')

/** The fields after the command's name, which may hold anything: state, ppid, … */
const statOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
