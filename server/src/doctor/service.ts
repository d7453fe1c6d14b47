import { readFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { holderOf } from '../cli/data-lock.ts'
import type { Check } from './examine.ts'
import { error, ok, warn, type Sight } from './finding.ts'
import { isTls } from './address.ts'
import type { Patient } from './patient.ts'
import { lastBeat } from '../self/last-beat.ts'
import { awayCollectors } from './store.ts'

export const serviceChecks: readonly Check[] = [
  { id: 'server', look: server },
  { id: 'collectors', asksDatabase: true, look: present },
  { id: 'heartbeat', asksDatabase: true, look: heartbeat },
]

const patienceMs = 5000

async function server({ config }: Patient): Promise<Sight> {
  const pid = holderOf(config.dataDir)
  if (pid === undefined)
    return warn(
      ['服务没有运行', 'the server does not run'],
      ['npm start，或 systemctl start', 'npm start, or systemctl start'],
    )
  const place = placeOf(pid, config)
  if (place.port === 0) return ok(`服务在运行（进程 ${pid}）`, `the server runs (process ${pid})`)
  const answer = await healthOf(place, isTls(config)).catch((failure: Error) => failure)
  if (answer === 200)
    return ok(`服务在运行（进程 ${pid}），有应答`, `the server runs (process ${pid}) and answers`)
  const reason = answer instanceof Error ? answer.message : `HTTP ${answer}`
  return error(
    [
      `服务在运行（进程 ${pid}）但没有应答：${reason}`,
      `the server runs (process ${pid}) but does not answer: ${reason}`,
    ],
    ['查看日志（journalctl），再重新启动', 'look into the log (journalctl), then start it again'],
  )
}

interface Place {
  host: string
  port: number
}

/** Where it was told to listen: its options beat the configuration. 0: anywhere, and a demo takes what is free. */
function placeOf(pid: number, config: Patient['config']): Place {
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  const option = (name: string) => {
    const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
    return at < 0 ? undefined : (args[at]!.split('=')[1] ?? args[at + 1])
  }
  const host = option('--host') ?? config.host
  const port = Number(option('--port') ?? config.port)
  return {
    host: ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host,
    port: args.includes('demo') ? 0 : port,
  }
}

/** The status of its answer. Its certificate is another check's matter. */
async function healthOf(place: Place, overTls: boolean): Promise<number> {
  const options = { ...place, path: '/api/health', timeout: patienceMs }
  const request = overTls ? requestHttps({ ...options, rejectUnauthorized: false }) : requestHttp(options)
  request.on('timeout', () => request.destroy(new Error(`no answer in ${patienceMs / 1000} s`)))
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode!
}

/** Two beats may be missed before somebody is to look. */
async function heartbeat({ db, config, nowMs }: Patient): Promise<Sight[]> {
  const { heartbeatUrl, heartbeatIntervalS } = config
  if (!heartbeatUrl || holderOf(config.dataDir) === undefined) return []
  const beat = await lastBeat(db!)
  const lateMs = nowMs - (beat?.atMs ?? 0) - 3 * heartbeatIntervalS * 1000
  if (beat && beat.failure === null && lateMs <= 0) return [ok('心跳按时送达', 'the heartbeat gets there')]
  const since = beat ? new Date(beat.atMs).toISOString() : null
  const why = beat?.failure ?? null
  return [
    warn(
      why
        ? [`心跳没有送达：${why}`, `the heartbeat does not get there: ${why}`]
        : [`${since ?? '启动'} 以来没有心跳`, `no heartbeat since ${since ?? 'the start'}`],
      [
        '检查 heartbeatUrl 和到那里的网络；服务没有在判断时不发心跳，查看日志',
        'check heartbeatUrl and the way there; none is sent while nothing is judged: look into the log',
      ],
    ),
  ]
}

async function present({ db, config }: Patient): Promise<Sight[]> {
  if (holderOf(config.dataDir) === undefined) return []
  const away = await awayCollectors(db!)
  if (away.length === 0) return [ok('没有采集器失联', 'no collector is away')]
  return away.map(({ name, since }) => {
    const at = new Date(since).toISOString()
    return warn(
      [`采集器 ${name} 自 ${at} 失联`, `the collector ${name} is away since ${at}`],
      [
        '在它的机器上查看日志，并检查到服务器的网络',
        'look into the log on its machine, and at the network between',
      ],
    )
  })
}
