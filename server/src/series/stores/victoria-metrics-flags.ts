import type { Complaint } from './backend.ts'

/** What a year of raw values and the reports on it need at least. */
const shortestRetentionDays = 400
const daysPer = { h: 1 / 24, d: 1, w: 7, y: 365 } as const

const complaint = (zh: string, en: string): Complaint => ({ zh, en })

/** What is wrong with the flags that a VictoriaMetrics says it was started with (`/flags`: `-name="value"`, only those given). */
export function flagComplaints(text: string): Complaint[] {
  const flags = new Map(
    Array.from(text.matchAll(/^-([\w.]+)="(.*)"$/gm), ([, name, value]) => [name!, value!]),
  )
  const complaints: Complaint[] = []
  const dedup = flags.get('dedup.minScrapeInterval')
  if (dedup !== '1ms')
    complaints.push(
      complaint(
        `VictoriaMetrics 须以 -dedup.minScrapeInterval=1ms 启动（现为 ${dedup ?? '未设置'}）：重发的数据否则会重复计入`,
        `VictoriaMetrics must be started with -dedup.minScrapeInterval=1ms (now: ${dedup ?? 'not set'}): what is sent twice would count twice`,
      ),
    )
  const retention = flags.get('retentionPeriod') ?? '1'
  if (retentionDays(retention) < shortestRetentionDays)
    complaints.push(
      complaint(
        `VictoriaMetrics 的 -retentionPeriod=${retention} 太短：更早的数据会被丢弃，建议 -retentionPeriod=5y`,
        `-retentionPeriod=${retention} of VictoriaMetrics is too short: older data is dropped; -retentionPeriod=5y is advised`,
      ),
    )
  for (const name of ['influxSkipMeasurement', 'influxMeasurementFieldSeparator', 'influxTrimTimestamp'])
    if (flags.has(name) && !isDefault(name, flags.get(name)!))
      complaints.push(
        complaint(
          `VictoriaMetrics 不能带 -${name} 启动：指标名或时间会因此改变`,
          `VictoriaMetrics must be started without -${name}: it changes names or times`,
        ),
      )
  return complaints
}

const defaults: Record<string, string> = {
  influxSkipMeasurement: 'false',
  influxMeasurementFieldSeparator: '_',
  influxTrimTimestamp: '1ms',
}
const isDefault = (name: string, value: string) => defaults[name] === value

/** A bare number counts months. */
function retentionDays(text: string): number {
  const [, number = '0', unit] = /^([\d.]+)([hdwy]?)$/.exec(text) ?? []
  return Number(number) * (unit ? daysPer[unit as keyof typeof daysPer] : 31)
}
