import { readFileSync } from 'node:fs'
import {
  usualSyslogPorts,
  usualSyslogTlsPorts,
  usualTrapPorts,
  type ListenOptions,
  type PortChoice,
} from './ports.ts'

export class ListenSettingError extends Error {}

/**
 * Where to listen, by the environment: ZONGHENG_TRAP_PORTS and ZONGHENG_SYSLOG_PORTS are ports to try in turn (`162,1162`), or
 * `off`; ZONGHENG_LISTEN_HOST an address; ZONGHENG_SYSLOG_TLS_CERT and _KEY files in PEM, with ZONGHENG_SYSLOG_TLS_PORTS.
 */
export function listenSettings(env: NodeJS.ProcessEnv): ListenOptions {
  const { ZONGHENG_SYSLOG_TLS_CERT: cert, ZONGHENG_SYSLOG_TLS_KEY: key, ZONGHENG_LISTEN_HOST: host } = env
  const ports = (name: string, usual: PortChoice) => portsIn(name, env[name], usual)
  const tlsPorts = ports('ZONGHENG_SYSLOG_TLS_PORTS', usualSyslogTlsPorts)
  return {
    ...(host ? { host } : {}),
    trapPorts: ports('ZONGHENG_TRAP_PORTS', usualTrapPorts),
    syslogPorts: ports('ZONGHENG_SYSLOG_PORTS', usualSyslogPorts),
    syslogTls: cert && key && tlsPorts ? { ports: tlsPorts, cert: fileOf(cert), key: fileOf(key) } : null,
  }
}

function portsIn(name: string, text: string | undefined, usual: PortChoice): PortChoice | null {
  if (!text) return usual
  if (text === 'off') return null
  const ports = text.split(',').map((part) => (/^\d{1,5}$/.test(part.trim()) ? Number(part) : NaN))
  if (!ports.every((port) => port <= 65535))
    throw new ListenSettingError(`${name}: ${text} is neither ports nor off`)
  return ports
}

function fileOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ListenSettingError(`${file} is not readable`, { cause })
  }
}
