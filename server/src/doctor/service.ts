import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { holderOf } from '../cli/data-lock.ts'
import type { Check } from './examine.ts'
import { error, ok, warn, type Sight } from './finding.ts'
import { isTls } from './address.ts'
import type { Patient } from './patient.ts'
import { awayCollectors } from './store.ts'

export const serviceChecks: readonly Check[] = [
  { id: 'server', look: server },
  { id: 'collectors', asksDatabase: true, look: present },
]

const patienceMs = 5000

async function server({ config }: Patient): Promise<Sight> {
  const pid = holderOf(config.dataDir)
  if (pid === undefined)
    return warn(
      ['服务没有运行', 'the server does not run'],
      ['npm start，或 systemctl start', 'npm start, or systemctl start'],
    )
  if (config.port === 0) return ok(`服务在运行（进程 ${pid}）`, `the server runs (process ${pid})`)
  const answer = await healthOf(config).catch((failure: Error) => failure)
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

/** The status of its answer. Its certificate is another check's matter. */
async function healthOf(config: Patient['config']): Promise<number> {
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host
  const options = { host, port: config.port, path: '/api/health', timeout: patienceMs }
  const request = isTls(config)
    ? requestHttps({ ...options, rejectUnauthorized: false })
    : requestHttp(options)
  request.on('timeout', () => request.destroy(new Error(`no answer in ${patienceMs / 1000} s`)))
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode!
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
