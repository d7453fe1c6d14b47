import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type * as ldapts from 'ldapts'
import type { Client, ClientOptions, Entry } from 'ldapts'
import { DirectoryAway } from './away.ts'
import type { Person } from './person.ts'
import type { LdapSettings } from './schema.ts'

const timeoutMs = 5000
const groupsAtMost = 1000
/** Enough to see that a search found more than one. */
const peopleAtMost = 2
const binaryIds = ['objectGUID', 'objectSid', 'GUID']

/**
 * Results of a bind that say no to this person [RFC 4511, A.1]: constraintViolation (locked), inappropriateAuthentication
 * (no password), invalidCredentials, insufficientAccessRights, unwillingToPerform (disabled). All else is the server's trouble.
 */
const refusals = new Set([19, 48, 49, 50, 53])

/** A directory while it is spoken to, as the account that searches. */
export interface Directory {
  /** At most two people of this name: a second one means that the filter is too wide. */
  find(username: string): Promise<Found[]>
  /** Whether this is the person's password. */
  accepts(found: Found, password: string): Promise<boolean>
}

export interface Found {
  dn: string
  person: Person
}

/** What a conversation gets through, for whoever tries it out. */
export type Progress = (step: 'connect' | 'bind') => void

/**
 * Connects, encrypts, binds, lets `work` ask, and hangs up: five seconds for all of it.
 * Throws `directory-away` for whatever stands in the way, the cause within.
 */
export async function withDirectory<T>(
  settings: LdapSettings,
  secret: string | null,
  work: (directory: Directory) => Promise<T>,
  progress: Progress = () => {},
): Promise<T> {
  const library = await import('ldapts') // an installation without a directory does without it
  const line = new Line()
  const talk = async () => {
    await line.open(settings)
    const client = new library.Client(clientOptions(settings.url, line))
    try {
      await encrypt(client, settings)
      progress('connect')
      if (settings.bindDn) await bindSearcher(client, settings.bindDn, secret)
      progress('bind')
      return await work(directoryOver(client, settings, library))
    } finally {
      if (line.isOpen) await client.unbind()
    }
  }
  try {
    return await line.within(timeoutMs, talk())
  } catch (cause) {
    throw DirectoryAway.from(cause)
  }
}

function clientOptions(url: string, line: Line): ClientOptions {
  const take = () => line.take() as never // it is of TLS just when the URL says so
  const opened = url.startsWith('ldaps:') ? { createSecureConnection: take } : { createConnection: take }
  return { url, timeout: timeoutMs, ...opened }
}

/** The one connection of a conversation: a library that quietly opened another would speak without StartTLS. */
class Line {
  #socket: Socket | undefined
  #isTaken = false

  get isOpen(): boolean {
    return this.#socket !== undefined && !this.#socket.destroyed
  }

  async open({ url, caCertificate }: LdapSettings): Promise<void> {
    const isTls = url.startsWith('ldaps:')
    const at = { host: hostOf(url), port: Number(new URL(url).port) || (isTls ? 636 : 389) }
    this.#socket = isTls ? connectTls({ ...at, ...trust(caCertificate) }) : connectPlain(at)
    await once(this.#socket, isTls ? 'secureConnect' : 'connect')
  }

  take(): Socket {
    if (!this.#socket || this.#isTaken) throw new Error('the directory closed the connection')
    this.#isTaken = true
    return this.#socket
  }

  async within<T>(limitMs: number, talk: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
    try {
      return await Promise.race([talk, late.promise])
    } finally {
      clearTimeout(timer)
      this.#socket?.destroy()
    }
  }
}

const trust = (caCertificate: string | undefined): ConnectionOptions => ({
  minVersion: 'TLSv1.2',
  ...(caCertificate ? { ca: caCertificate } : {}),
})

/** [RFC 4511, 4.14] The name on the certificate is that of the address, as with ldaps. */
async function encrypt(client: Client, { url, startTls, caCertificate }: LdapSettings): Promise<void> {
  if (startTls && url.startsWith('ldap:'))
    await client.startTLS({ host: hostOf(url), ...trust(caCertificate) })
}

export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')

/** [RFC 4513, 5.1.2] A name without a password would pass as no one's: an unauthenticated bind. */
async function bindSearcher(client: Client, dn: string, secret: string | null): Promise<void> {
  if (!secret) throw new Error(`no password for ${dn}`)
  await client.bind(dn, secret)
}

type Library = typeof ldapts

function directoryOver(
  client: Client,
  settings: LdapSettings,
  { Filter, ResultCodeError }: Library,
): Directory {
  const fill = (filter: string, values: Record<string, string>) =>
    filter.replace(/\{(\w+)\}/g, (hole, name: string) => {
      const value = values[name]
      return value === undefined ? hole : Filter.escape(value)
    })
  const search = (base: string, filter: string, attributes: string[], sizeLimit: number) =>
    client.search(base, {
      scope: 'sub',
      filter,
      attributes,
      explicitBufferAttributes: [settings.attributes.id, ...binaryIds],
      sizeLimit,
      timeLimit: timeoutMs / 1000,
    })

  async function groupsOf(entry: Entry, username: string): Promise<string[]> {
    const { groupAttribute, groupBaseDn, groupFilter } = settings
    const own = groupAttribute ? valuesOf(entry, groupAttribute) : []
    if (!groupBaseDn || !groupFilter) return own
    const filter = fill(groupFilter, { dn: entry.dn, username })
    const { searchEntries } = await search(groupBaseDn, filter, ['1.1'], groupsAtMost)
    return [...own, ...searchEntries.map(({ dn }) => dn)]
  }

  return {
    async find(username) {
      const wanted = [...Object.values(settings.attributes), settings.groupAttribute].filter(
        (name) => name !== undefined,
      )
      const filter = fill(settings.userFilter, { username })
      const { searchEntries } = await search(settings.baseDn, filter, wanted, peopleAtMost)
      return Promise.all(
        searchEntries.map(async (entry) => described(entry, settings, await groupsOf(entry, username))),
      )
    },
    async accepts({ dn }, password) {
      if (password === '' || !dn.includes('=')) return false
      try {
        await client.bind(dn, password)
        return true
      } catch (error) {
        if (error instanceof ResultCodeError && refusals.has(error.code)) return false
        throw error
      }
    },
  }
}

function described(entry: Entry, { attributes }: LdapSettings, groups: string[]): Found {
  const first = (name: string | undefined) => (name === undefined ? undefined : valuesOf(entry, name)[0])
  const externalId = first(attributes.id)
  const username = first(attributes.username)
  if (!externalId) throw new Error(`${entry.dn} has no ${attributes.id}`)
  if (!username) throw new Error(`${entry.dn} has no ${attributes.username}`)
  const person = {
    externalId,
    username,
    displayName: first(attributes.displayName) ?? '',
    email: first(attributes.email) ?? null,
    phone: first(attributes.phone) ?? null,
    groups,
  }
  return { dn: entry.dn, person }
}

/** Names of attributes have no case [RFC 4512, 2.5]; octets that are no text are answered in hex. */
function valuesOf(entry: Entry, name: string): string[] {
  const key = Object.keys(entry).find((own) => own !== 'dn' && own.toLowerCase() === name.toLowerCase())
  const isBinary = binaryIds.some((id) => id.toLowerCase() === name.toLowerCase())
  const values = key === undefined ? [] : [entry[key]!].flat()
  return values.map((value) => (Buffer.isBuffer(value) ? value.toString(isBinary ? 'hex' : 'utf8') : value))
}
