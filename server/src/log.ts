import pino, { type Logger } from 'pino'

export type Log = Logger

const secrets = [
  'password',
  'community',
  'authKey',
  'privKey',
  'privateKey',
  'token',
  'cookie',
  'authorization',
]

/** JSON lines on stderr; stdout belongs to the command. */
export function createLog(level: string, name = 'server'): Log {
  const redact = secrets.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])
  return pino({ level, name, redact }, pino.destination({ fd: 2, sync: true }))
}

export const silentLog = (): Log => pino({ level: 'silent' })
