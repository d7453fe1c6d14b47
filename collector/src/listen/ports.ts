/** Where to listen: the standard ports need rights that a collector may not have. */

/** Tried in turn; the first is the one that senders use unasked. 0: any that is free. */
export type PortChoice = readonly number[]

export interface ListenOptions {
  /** All addresses unless told. */
  host?: string
  /** Null: not at all. */
  trapPorts: PortChoice | null
  syslogPorts: PortChoice | null
  /** Syslog over TLS [RFC 5425], once there is a certificate. */
  syslogTls: { ports: PortChoice; cert: string; key: string } | null
}

export const usualTrapPorts: PortChoice = [162, 1162]
export const usualSyslogPorts: PortChoice = [514, 1514]
export const usualSyslogTlsPorts: PortChoice = [6514]

/** Which of the ports was had, and why not the ones before it. */
export interface Opened<T> {
  had: { on: T; port: number } | null
  refused: { port: number; code: string }[]
}

/** Opens the first that can be had. Throws what has nothing to do with a port. */
export async function firstOf<T>(
  ports: PortChoice,
  open: (port: number) => Promise<{ on: T; port: number }>,
): Promise<Opened<T>> {
  const refused: Opened<T>['refused'] = []
  for (const port of ports) {
    try {
      return { had: await open(port), refused }
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code !== 'EACCES' && code !== 'EADDRINUSE' && code !== 'EADDRNOTAVAIL') throw error
      refused.push({ port, code })
    }
  }
  return { had: null, refused }
}

const reasons: Record<string, string> = {
  EACCES: 'this process may not open it',
  EADDRINUSE: 'another process has it',
  EADDRNOTAVAIL: 'the address is not of this machine',
}

/** What to say of ports that could not be had, and what to do; null when all is as it should be. */
export function portFault(
  what: string,
  option: string,
  had: number | null,
  refused: { port: number; code: string }[],
): string | null {
  const why = refused.map(({ port, code }) => `${port}: ${reasons[code] ?? code}`).join('; ')
  if (had === null) return `${what} are not heard (${why}): free the port, or name another by ${option}`
  if (!refused.some(({ code }) => code === 'EACCES')) return null
  const first = refused[0]!.port
  return `${what} are heard on port ${had} instead of ${first} (${why}): let devices send there, or grant CAP_NET_BIND_SERVICE`
}
