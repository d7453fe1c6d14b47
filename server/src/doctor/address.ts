import { ConfigError } from '../config.ts'
import { expiresSoonMs, readCertificate } from '../http/certificate.ts'
import type { Check } from './examine.ts'
import { error, ok, warn, type Sight } from './finding.ts'
import type { Patient } from './patient.ts'

export const addressChecks: readonly Check[] = [
  { id: 'address', look: address },
  { id: 'certificate', look: certificate },
]

export const isTls = ({ tlsCert, tlsKey }: Patient['config']): boolean => tlsCert !== '' || tlsKey !== ''

const dayMs = 86_400_000

function certificate({ config, nowMs }: Patient): Sight[] {
  if (!isTls(config)) return []
  const renewed: [string, string] = [
    '更换证书文件；服务会自动读取新证书',
    'put a new certificate in its place: the server takes it up by itself',
  ]
  try {
    const { names, validUntilMs } = readCertificate(config, nowMs)!
    const days = Math.floor((validUntilMs - nowMs) / dayMs)
    const words: [string, string] = [
      `证书（${names}）还有 ${days} 天到期`,
      `the certificate (${names}) is valid for ${days} more days`,
    ]
    return [validUntilMs - nowMs < expiresSoonMs ? warn(words, renewed) : ok(...words)]
  } catch (failure) {
    if (!(failure instanceof ConfigError)) throw failure
    return [
      error(
        [`证书不能用：${failure.message}`, `the certificate cannot be used: ${failure.message}`],
        renewed,
      ),
    ]
  }
}

const loopback = /^(127\.|::1$|localhost$)/

/** How browsers come to the server: by whom they are encrypted, and whose headers it believes. */
export function address({ config }: Pick<Patient, 'config'>): Sight[] {
  const { host, publicOrigin, trustProxy } = config
  const isLocal = loopback.test(host)
  const sights = [
    ...(!isLocal && !isTls(config) ? [plain(host)] : []),
    ...(!isLocal && trustProxy ? [goesRound(host)] : []),
    ...(publicOrigin.startsWith('https:') && !trustProxy && !isTls(config) ? [insecureCookie()] : []),
    ...(publicOrigin.startsWith('http:') ? [plainOrigin(publicOrigin)] : []),
  ]
  return sights.length > 0 ? sights : [ok('监听地址与代理设置相符', 'address and proxy settings agree')]
}

const plain = (host: string) =>
  warn(
    [`在 ${host} 上以明文 HTTP 提供服务`, `it speaks plain HTTP on ${host}`],
    [
      '配置证书，或监听 127.0.0.1 并在前面放反向代理',
      'give it a certificate, or listen on 127.0.0.1 behind a reverse proxy',
    ],
  )

const goesRound = (host: string) =>
  warn(
    [
      `trustProxy 已打开，却监听 ${host}：任何人都能绕过代理伪造来源地址`,
      `trustProxy is on, but it listens on ${host}: anybody can go round the proxy and forge addresses`,
    ],
    [
      '把 host 设为 127.0.0.1，或用防火墙只放行代理',
      'set host to 127.0.0.1, or let only the proxy through the firewall',
    ],
  )

const insecureCookie = () =>
  warn(
    [
      'publicOrigin 是 https，但 trustProxy 没有打开：会话 Cookie 不带 Secure',
      'publicOrigin is https but trustProxy is off: the session cookie is not Secure',
    ],
    ['设置 trustProxy: true', 'set trustProxy: true'],
  )

const plainOrigin = (origin: string) =>
  warn(
    [`publicOrigin ${origin} 是明文`, `publicOrigin ${origin} is plain HTTP`],
    ['给代理配置证书，改为 https', 'give the proxy a certificate, and make it https'],
  )
