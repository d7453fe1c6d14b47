import { Readable } from 'node:stream'
import { offsetMs } from '@zongheng/inventory/zone.ts'
import { byteOrderMark, csvCell } from '../http/csv.ts'
import type { Language } from '../http/problem-messages.ts'
import { metricWords } from './metric-words.ts'
import type { SeriesReader } from './answering.ts'
import type { SeriesKey, StepQuery } from './contract.ts'
import { scaled, type Shown } from './units.ts'

/** Rows that are read at a time: what is in memory. */
const rowsAtOnce = 1000

const words = {
  zh: { time: '时间', mean: '平均', min: '最小', max: '最大' },
  en: { time: 'Time', mean: 'mean', min: 'min', max: 'max' },
} as const

export interface CsvOptions {
  query: StepQuery
  timeZone: string
  language: Language
  nameOf: (entity: string) => string
  shownOf: (key: SeriesKey) => Shown
}

/** A row a step, three columns a series; RFC 4180. Cells are empty where nothing was measured. Times are the installation's. */
export function csvOf(store: SeriesReader, options: CsvOptions): Readable {
  return Readable.from(chunksOf(store, options))
}

async function* chunksOf(store: SeriesReader, options: CsvOptions): AsyncGenerator<string> {
  const { query, timeZone, shownOf } = options
  yield `${byteOrderMark}${headerOf(options)}\r\n`
  const rowsMs = Math.max(1, Math.floor(rowsAtOnce / columnsOf(query).length)) * query.stepMs
  for (let { from } = query; from < query.until; from += rowsMs) {
    const series = await store.read({ ...query, from, until: Math.min(query.until, from + rowsMs) })
    const columns = series.flatMap(({ entity, metric, mean, min, max }) =>
      [mean, min, max].map((column) => scaled(column, shownOf({ entity, metric }))),
    )
    const rows = series[0]!.atMs.map((at, i) =>
      [timeOf(at, timeZone), ...columns.map((column) => numberOf(column[i]))].join(','),
    )
    yield `${rows.join('\r\n')}\r\n`
  }
}

/** Without the noise of adding up doubles; empty where there is none. */
const numberOf = (value: number | null | undefined) => (value == null ? '' : Number(value.toPrecision(12)))

const columnsOf = ({ entities, metrics }: StepQuery): SeriesKey[] =>
  entities.flatMap((entity) => metrics.map((metric) => ({ entity, metric })))

function headerOf({ query, language, timeZone, nameOf, shownOf }: CsvOptions): string {
  const { time, ...figures } = words[language]
  const titles = columnsOf(query).flatMap((key) => {
    const { unit } = shownOf(key)
    const title = `${nameOf(key.entity)} ${metricWords[key.metric][language]}${unit && ` (${unit})`}`
    return Object.values(figures).map((figure) => `${title} ${figure}`)
  })
  return [`${time} (${timeZone})`, ...titles].map(csvCell).join(',')
}

/** `2026-11-22 09:30:00` */
export const timeOf = (ms: number, timeZone: string) =>
  new Date(ms + offsetMs(ms, timeZone)).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ')
