import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dateOf, startOfDate } from '@zongheng/inventory/calendar.ts'
import { loadConfig, type Config } from '../config.ts'
import { createLog } from '../log.ts'
import { capacityAtRest } from '../series/at-rest.ts'
import type { Capacity, SeriesStore } from '../series/contract.ts'
import { copySeries, type CopyProgress } from '../series/copy.ts'
import { EmbeddedSeries } from '../series/embedded.ts'
import { embeddedUrl, storeOf } from '../series/stores/address.ts'
import { SeriesStoreAway, SeriesStoreRefused } from '../series/stores/away.ts'
import { backendOf, openOutside } from '../series/stores/open.ts'
import { holderOf } from './data-lock.ts'
import { Failure } from './failure.ts'
import { cliLanguage } from './language.ts'
import type { Place } from './installation.ts'

export interface SeriesOptions extends Place {
  from?: string | undefined
  to?: string | undefined
  /** Dates: 2026-11-22. */
  since?: string | undefined
  until?: string | undefined
  json: boolean
}

/** `zongheng series status | copy --from STORE --to STORE`. Exit code 1 when a copy is not whole. */
export async function series([word]: string[], options: SeriesOptions): Promise<number> {
  const { config } = loadConfig(process.env, { dataDir: options.data }, options.config)
  try {
    if (word === 'status') return await status(config, options)
    if (word === 'copy') return await copy(config, options)
  } catch (error) {
    if (error instanceof SeriesStoreAway || error instanceof SeriesStoreRefused)
      throw new Failure(error.message)
    throw error
  }
  throw new Failure('zongheng series status | copy --from URL|embedded --to URL|embedded', 2)
}

async function status(config: Config, { json }: SeriesOptions): Promise<number> {
  const { kind, address } = storeOf(config.seriesUrl)
  const file = join(config.dataDir, 'series.db')
  if (kind === 'embedded' && !existsSync(file)) throw new Failure(words[cliLanguage()].noFile(file))
  const backend = kind === 'embedded' ? null : backendOf(kind, address)
  const capacity = backend ? await backend.capacity() : capacityAtRest(file)
  const complaints = (await backend?.inspect()) ?? []
  const language = cliLanguage()
  if (json) console.log(JSON.stringify({ store: kind, ...capacity, complaints: complaints.map((one) => one[language]) }))
  else console.log([words[language].status(backend?.name ?? file, capacity), ...complaints.map((one) => `! ${one[language]}`)].join('\n')) // prettier-ignore
  return complaints.length > 0 ? 1 : 0
}

interface Opened {
  store: SeriesStore
  settle: () => Promise<void>
  close: () => Promise<void>
}

async function copy(config: Config, options: SeriesOptions): Promise<number> {
  const text = words[cliLanguage()]
  if (!options.from || !options.to || options.from === options.to) throw new Failure(text.needsBoth, 2)
  const source = open(options.from, config, true)
  const target = open(options.to, config, false)
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const result = await copySeries(source.store, target.store, {
      ...(await periodOf(source.store, config, options)),
      settle: target.settle,
      signal: interrupted.signal,
      onProgress: options.json ? undefined : sometimes((progress) => console.error(text.progress(progress))),
    })
    console.log(options.json ? JSON.stringify(result) : text.result(result))
    return result.isDone && result.wrong === 0 ? 0 : 1
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    await Promise.all([source.close(), target.close()])
  }
}

const tellEveryMs = 2000

function sometimes<T>(tell: (value: T) => void): (value: T) => void {
  let toldMs = 0
  return (value) => {
    if (Date.now() - toldMs < tellEveryMs) return
    toldMs = Date.now()
    tell(value)
  }
}

function open(url: string, config: Config, mustExist: boolean): Opened {
  if (url === embeddedUrl) return openEmbedded(config, mustExist)
  // Its own outbox: a server that runs has the one in the data folder.
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-copy-'))
  const store = openOutside(url, { dataDir: folder, clock: Date.now, log: createLog('error') })
  if (!store) throw new Failure(words[cliLanguage()].needsBoth, 2)
  const close = async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  }
  return { store, settle: () => store.settle(), close }
}

function openEmbedded({ dataDir, seriesUrl, seriesCapacity, timezone }: Config, mustExist: boolean): Opened {
  const text = words[cliLanguage()]
  const file = join(dataDir, 'series.db')
  const pid = holderOf(dataDir)
  if (pid !== undefined && storeOf(seriesUrl).kind === 'embedded') throw new Failure(text.inUse(file, pid))
  if (mustExist && !existsSync(file)) throw new Failure(text.noFile(file))
  const failed = (error: Error) => {
    console.error(error.message)
    process.exit(1)
  }
  const store = new EmbeddedSeries(file, failed, { timeZone: timezone, mostSeries: seriesCapacity })
  return { store, settle: async () => {}, close: () => store.close() }
}

const aheadMs = 3_600_000

async function periodOf(source: SeriesStore, { timezone }: Config, { since, until }: SeriesOptions) {
  const { oldestMs } = await source.capacity()
  return {
    from: since === undefined ? (oldestMs ?? Date.now()) : dateAt(since, timezone),
    until: until === undefined ? Date.now() + aheadMs : dateAt(until, timezone),
  }
}

function dateAt(date: string, timezone: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN
  if (Number.isNaN(ms) || dateOf(ms, 'UTC') !== date) throw new Failure(words[cliLanguage()].noDate(date), 2)
  return startOfDate(date, timezone)
}

const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
const dayOf = (ms: number | null) => (ms === null ? '–' : new Date(ms).toISOString().slice(0, 10))

const words = {
  zh: {
    noFile: (file: string) => `没有文件 ${file}`,
    inUse: (file: string, pid: number) =>
      `${file} 正被进程 ${pid} 使用：先让服务改用新的时序数据库（seriesUrl）并重启，再复制`,
    needsBoth:
      '须给出不同的 --from 和 --to：embedded，或 victoriametrics+http://…，或 influxdb+http://…/库名',
    noDate: (date: string) => `${date} 不是日期（如 2026-11-22）`,
    status: (store: string, { series, mostSeries, bytes, oldestMs }: Capacity) =>
      `${store}：${series} 个序列${mostSeries === null ? '' : `（上限 ${mostSeries}）`}，${mebibytes(bytes)} MiB，最早 ${dayOf(oldestMs)}`,
    progress: ({ series, samples, copied }: CopyProgress) =>
      `${series} 个序列，${samples} 个样本，其中新复制 ${copied}`,
    result: ({ series, samples, copied, wrong, firstWrong, isDone, sourceSum, targetSum }: CopyProgress) =>
      [
        `${isDone ? '完成' : '已中断，可再次运行'}：${series} 个序列，${samples} 个样本，新复制 ${copied}`,
        `总和：来源 ${sourceSum}，目标 ${targetSum}`,
        wrong === 0
          ? '逐个核对一致'
          : `有 ${wrong} 个样本不一致，首个在 ${firstWrong?.entity} ${firstWrong?.metric}`,
      ].join('\n'),
  },
  en: {
    noFile: (file: string) => `there is no file ${file}`,
    inUse: (file: string, pid: number) =>
      `${file} is in use by process ${pid}: first let the server use the new store (seriesUrl) and start it anew, then copy`,
    needsBoth:
      '--from and --to are needed, and differ: embedded, victoriametrics+http://… or influxdb+http://…/database',
    noDate: (date: string) => `${date} is no date (such as 2026-11-22)`,
    status: (store: string, { series, mostSeries, bytes, oldestMs }: Capacity) =>
      `${store}: ${series} series${mostSeries === null ? '' : ` (made for ${mostSeries})`}, ${mebibytes(bytes)} MiB, the oldest of ${dayOf(oldestMs)}`,
    progress: ({ series, samples, copied }: CopyProgress) =>
      `${series} series, ${samples} samples, ${copied} of them new`,
    result: ({ series, samples, copied, wrong, firstWrong, isDone, sourceSum, targetSum }: CopyProgress) =>
      [
        `${isDone ? 'done' : 'interrupted, can be run again'}: ${series} series, ${samples} samples, ${copied} of them new`,
        `sums: source ${sourceSum}, target ${targetSum}`,
        wrong === 0
          ? 'read back one by one, all alike'
          : `${wrong} samples are not alike, the first in ${firstWrong?.entity} ${firstWrong?.metric}`,
      ].join('\n'),
  },
}
