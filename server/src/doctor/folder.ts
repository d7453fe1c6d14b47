import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { holderOf, lockFile } from '../cli/data-lock.ts'
import type { Check } from './examine.ts'
import { error, ok, warn, type Sight } from './finding.ts'
import { sqliteFile, type Patient } from './patient.ts'

export const folderChecks: readonly Check[] = [
  { id: 'config', look: configuration },
  { id: 'data-folder', look: dataFolder },
  { id: 'owner', look: owner },
  { id: 'disk', look: disk },
  { id: 'clock', look: clock },
  { id: 'crash', look: crash },
  { id: 'leftovers', look: leftovers },
]

function configuration({ configProblem }: Patient): Sight {
  if (configProblem === null) return ok('配置可以读取', 'the configuration can be read')
  return error(
    [`配置有误：${configProblem}`, `the configuration is wrong: ${configProblem}`],
    ['改正后再运行；zongheng config 列出全部设置', 'mend it; zongheng config lists every setting'],
  )
}

function dataFolder({ config: { dataDir } }: Patient): Sight {
  if (!existsSync(dataDir))
    return error(
      [`没有数据目录 ${dataDir}`, `there is no data folder ${dataDir}`],
      ['用 --data 指出它；首次启动会自动建立', 'name it by --data; the first start makes it'],
    )
  const { mode } = statSync(dataDir)
  if ((mode & 0o077) === 0) return ok(`数据目录 ${dataDir}`, `data folder ${dataDir}`)
  return warn(
    [`${dataDir} 对其他用户开放（${octal(mode)}）`, `${dataDir} is open to other users (${octal(mode)})`],
    [`chmod 700 ${dataDir}`, `chmod 700 ${dataDir}`],
  )
}

const octal = (mode: number) => (mode & 0o777).toString(8)

/** A command run as another user leaves files that the server cannot write. */
function owner({ config: { dataDir } }: Patient): Sight[] {
  if (!existsSync(dataDir)) return []
  const { uid } = statSync(dataDir)
  const foreign = readdirSync(dataDir).filter((name) => statSync(join(dataDir, name)).uid !== uid)
  if (foreign.length === 0) return [ok('文件属主一致', 'one user owns all files')]
  const names = foreign.slice(0, 5).join(', ')
  return [
    error(
      [`属主与数据目录不同：${names}`, `another user owns ${names}`],
      [`chown -R --reference=${dataDir} ${dataDir}`, `chown -R --reference=${dataDir} ${dataDir}`],
    ),
  ]
}

const dayMs = 86_400_000
const gibibyte = 1024 ** 3
const daysEnough = 30

async function disk({ config, nowMs }: Patient): Promise<Sight[]> {
  const { dataDir } = config
  if (!existsSync(dataDir)) return []
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const daysLeft = free / growthPerDay(config, nowMs)
  const gib = (free / gibibyte).toFixed(1)
  const known = Number.isFinite(daysLeft) && daysLeft < 3650
  const words: [string, string] = known
    ? [
        `剩余 ${gib} GiB，按目前的增长可用 ${Math.floor(daysLeft)} 天`,
        `${gib} GiB free, enough for ${Math.floor(daysLeft)} days as it grows now`,
      ]
    : [`剩余 ${gib} GiB`, `${gib} GiB free`]
  const remedy: [string, string] = [
    '扩大磁盘，或清理数据目录以外的文件',
    'enlarge the disk, or clear what is not of the data folder',
  ]
  if (free < gibibyte / 4) return [error(words, remedy)]
  return [free < gibibyte || daysLeft < daysEnough ? warn(words, remedy) : ok(...words)]
}

/** What the databases grew by, on the average since they were made. 0 when they are of today. */
function growthPerDay(config: Patient['config'], nowMs: number): number {
  const files = [sqliteFile(config), join(config.dataDir, 'series.db')].filter((file) => file !== undefined)
  const known = files.filter((file) => existsSync(file)).map((file) => statSync(file))
  const ageDays = (nowMs - Math.min(...known.map(({ birthtimeMs }) => birthtimeMs))) / dayMs
  return ageDays < 1 ? 0 : known.reduce((sum, { size }) => sum + size, 0) / ageDays
}

const skewMs = 5 * 60_000

/** No file is of the future, nor the product younger than today. */
function clock({ config: { dataDir }, nowMs }: Patient): Sight {
  const product = new URL('../version.ts', import.meta.url)
  const paths = existsSync(dataDir) ? readdirSync(dataDir).map((name) => join(dataDir, name)) : []
  const newest = Math.max(...[product, ...paths].map((path) => statSync(path).mtimeMs))
  if (newest <= nowMs + skewMs) return ok('时钟与文件时间相符', 'the clock agrees with the files')
  const ahead = new Date(newest).toISOString()
  return error(
    [`时钟慢了：已有 ${ahead} 的文件`, `the clock is behind: there is a file of ${ahead}`],
    ['启用 NTP（timedatectl set-ntp true）', 'switch NTP on (timedatectl set-ntp true)'],
  )
}

function crash({ config: { dataDir } }: Patient): Sight {
  const file = lockFile(dataDir)
  if (!existsSync(file) || holderOf(dataDir) !== undefined)
    return ok('没有异常退出的痕迹', 'no trace of a crash')
  const [pid, at] = [readFileSync(file, 'utf8').trim(), statSync(file).mtime.toISOString()]
  return warn(
    [`进程 ${pid}（${at} 启动）没有正常退出`, `process ${pid}, started ${at}, did not end in an orderly way`],
    [
      '数据不会因此丢失；查看日志（journalctl）找原因，再启动',
      'nothing is lost by that; look into the log (journalctl) for why, and start it again',
    ],
  )
}

/** Of restores and backups, beside the data folder. */
function leftovers({ config: { dataDir } }: Patient): Sight {
  const folder = dirname(dataDir)
  const names = existsSync(folder) ? readdirSync(folder) : []
  const left = names.filter(
    (name) =>
      /^\.(before|restoring)-\d{8}T/.test(name.slice(basename(dataDir).length)) &&
      name.startsWith(basename(dataDir)),
  )
  if (left.length === 0) return ok('没有恢复后的遗留目录', 'no leftovers of a restore')
  return warn(
    [`恢复后的遗留目录：${left.join('，')}`, `leftovers of a restore: ${left.join(', ')}`],
    ['确认恢复无误后删除', 'delete them once the restore has proved right'],
  )
}
