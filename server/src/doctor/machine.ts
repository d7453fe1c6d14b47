import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import { promisify } from 'node:util'
import type { Check } from './examine.ts'
import { error, ok, warn, type Sight } from './finding.ts'
import type { Patient } from './patient.ts'
import { holderOf } from '../cli/data-lock.ts'

const run = promisify(execFile)
const mebibyte = 1024 * 1024

export const machineChecks: readonly Check[] = [
  { id: 'node', look: node },
  { id: 'memory', look: memory },
  { id: 'open-files', look: openFiles },
  { id: 'timezone', look: timezone },
  { id: 'fping', look: fping },
]

const oldestNode = 24

export function node(_patient?: Patient, version = process.versions.node): Sight {
  if (Number.parseInt(version) >= oldestNode) return ok(`Node ${version}`, `Node ${version}`)
  return error(
    [`Node ${version} 太旧`, `Node ${version} is too old`],
    [`使用随产品安装的 Node ${oldestNode}`, `use the Node ${oldestNode} that comes with the product`],
  )
}

function memory(): Sight {
  const [total, free] = [totalmem(), availableMemory()].map((octets) => Math.round(octets / mebibyte))
  const words: [string, string] = [
    `内存 ${total} MiB，可用 ${free} MiB`,
    `${total} MiB of memory, ${free} available`,
  ]
  if (total! >= 1000 && free! >= 128) return ok(...words)
  return warn(words, [
    '一个省约需 1 GiB；增加内存或停掉别的程序',
    'a province takes about 1 GiB: add some, or stop others',
  ])
}

/** What the kernel could give without swapping; Node knows only what nobody uses. */
function availableMemory(): number {
  const kibibytes = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024
}

const fewestOpenFiles = 4096

/** Of the running server, else of us. Node raises the soft limit to the hard one by itself. */
function openFiles({ config }: Patient): Sight {
  const limits = readFileSync(`/proc/${holderOf(config.dataDir) ?? 'self'}/limits`, 'utf8')
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? '?'
  const words: [string, string] = [`打开文件数上限 ${hard}`, `at most ${hard} open files`]
  if (hard === 'unlimited' || Number(hard) >= fewestOpenFiles) return ok(...words)
  return warn(words, ['提高 LimitNOFILE（或 ulimit -Hn）', 'raise LimitNOFILE (or ulimit -Hn)'])
}

function timezone({ config: { timezone } }: Patient): Sight {
  try {
    new Intl.DateTimeFormat('zh-CN', { timeZone: timezone })
    return ok(`时区 ${timezone}`, `time zone ${timezone}`)
  } catch {
    return error(
      [`不认识时区 ${timezone}`, `there is no time zone ${timezone}`],
      ['把 timezone 改为 Asia/Shanghai 这样的名称', 'set timezone to a name like Asia/Shanghai'],
    )
  }
}

/** As the collector calls it. Exit status 1: it could ask, and had no answer. */
async function fping(): Promise<Sight> {
  try {
    await run('fping', ['-q', '-C1', '-t500', '--', '127.0.0.1'])
    return ok('fping 可用', 'fping works')
  } catch (failure) {
    const { code, message } = failure as Error & { code?: string | number }
    const isMissing = code === 'ENOENT'
    const reason = message.trim().split('\n').at(-1)
    return warn(
      isMissing
        ? ['没有安装 fping', 'fping is not installed']
        : [`fping 不能用：${reason}`, `fping fails: ${reason}`],
      isMissing
        ? ['apt install fping；或者改用 SNMP、TCP 探测', 'apt install fping, or probe by SNMP or TCP']
        : ['setcap cap_net_raw+ep "$(command -v fping)"', 'setcap cap_net_raw+ep "$(command -v fping)"'],
    )
  }
}
