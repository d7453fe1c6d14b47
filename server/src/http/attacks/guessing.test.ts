/**
 * The attacker has a list of names and of likely secrets, and as many addresses as they like.
 * Wants to hit one: a password, a code, a token; or to learn which names exist. (Lockout itself: identity/sign-in/lockout.test.ts.)
 */
import type * as Argon2 from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newPerson } from '../../identity/account/account-testing.ts'
import { testApp, type TestApp } from '../../testing.ts'

// Files share their modules: here they are loaded anew, around the one that is replaced, and afterwards again.
const verified = vi.hoisted(() => {
  vi.resetModules()
  return { count: 0 }
})
afterAll(() => {
  vi.doUnmock('@node-rs/argon2')
  vi.resetModules()
})
vi.mock('@node-rs/argon2', async (load) => {
  const real = await load<typeof Argon2>()
  const verify: typeof real.verify = (...args) => (verified.count++, real.verify(...args))
  return { ...real, verify }
})

let t: TestApp
beforeAll(async () => {
  t = await testApp()
  await newPerson(t, 'known', ['viewer'])
})
afterAll(() => t.close())

let hosts = 0
const newAddress = () => `10.${(++hosts >> 16) & 255}.${(hosts >> 8) & 255}.${hosts & 255}`
const ask = (method: 'GET' | 'POST', url: string, payload?: object, headers: Record<string, string> = {}, remoteAddress = newAddress()) =>
  t.app.inject({ method, url: `/api/v1${url}`, headers, remoteAddress, ...(payload && { payload }) }) // prettier-ignore
const signIn = (username: string, password: string, address?: string) =>
  ask('POST', '/session', { username, password }, {}, address)

describe('a name that nobody has', () => {
  it('takes the same work as one that somebody has, and is told the same', async () => {
    const work: Record<string, number[]> = { known: [], unknown: [] }
    const told = new Set<string>()
    for (let i = 0; i < 3; i++)
      for (const username of ['known', 'unknown']) {
        verified.count = 0
        const answer = await signIn(username, 'wrong')
        work[username]!.push(verified.count)
        told.add(`${answer.statusCode} ${answer.body}`)
      }
    expect(work.unknown).toEqual(work.known)
    expect(work.known!.every((count) => count === 1)).toBe(true)
    expect(told.size).toBe(1)
  })

  it('is locked out like any other: locks tell nothing', async () => {
    const statuses = async (username: string) => {
      const seen = []
      for (let i = 0; i < 8; i++) seen.push((await signIn(username, 'wrong')).json().code)
      return seen
    }
    await newPerson(t, 'known-2', ['viewer'])
    expect(await statuses('unknown-2')).toEqual(await statuses('known-2'))
  })

  it('is as any other in capitals, or with spaces', async () => {
    for (const name of [' known', 'KNOWN', 'known ', 'knоwn'])
      expect([401, 429], name).toContain((await signIn(name, 'wrong')).statusCode)
  })
})

describe('guesses', () => {
  it('of one password for many names from one address are bounded', async () => {
    const address = newAddress()
    const statuses: number[] = []
    for (let i = 0; i < 70; i++) statuses.push((await ask('POST', '/session', { username: `name-${i}`, password: '' }, {}, address)).statusCode) // prettier-ignore
    expect(statuses.at(-1)).toBe(429)
  })

  it('of one name’s password from many addresses are bounded by the name', async () => {
    await newPerson(t, 'hunted', ['viewer'])
    verified.count = 0
    for (let i = 0; i < 40; i++)
      expect((await signIn('hunted', `guess ${i}`)).statusCode).toBeGreaterThan(400)
    expect(verified.count).toBeLessThanOrEqual(6)
  })

  it('of a set-up code are bounded', async () => {
    const account = (username: string) => ({ username, displayName: username, password: 'Correct-horse-7' })
    const accounts = { systemAdmin: account('sys'), securityAdmin: account('sec'), auditAdmin: account('aud'), networkAdmin: account('net') } // prettier-ignore
    const address = newAddress()
    const statuses: number[] = []
    for (let i = 0; i < 12; i++)
      statuses.push((await ask('POST', '/setup', { setupCode: `0000-${i}`, provinceCode: '640000', organisation: 'x', ...accounts }, {}, address)).statusCode) // prettier-ignore
    expect(statuses.slice(-2)).toEqual([429, 429])
    expect(statuses.some((status) => status < 400)).toBe(false)
  })

  it('of an enrolment token are bounded', async () => {
    const address = newAddress()
    const publicKey = Buffer.alloc(32, 7).toString('base64')
    const guess = (i: number) => ask('POST', '/collectors/enrol', { token: `guess-number-${i}-xxxx`, name: 'x', publicKey }, {}, address) // prettier-ignore
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await guess(i)).statusCode)
    expect(statuses.at(-1)).toBe(429)
    expect(statuses.some((status) => status < 400)).toBe(false)
  })

  it('of an API token open nothing, and cost no password’s work', async () => {
    verified.count = 0
    for (const token of ['zh_', 'x', 'zh_tok_0000_x', `zh_${'A'.repeat(500)}`, 'null', 'undefined', '*']) {
      const answer = await ask('GET', '/devices', undefined, { authorization: `Bearer ${token}` })
      expect(answer.statusCode, token).toBe(401)
    }
    expect(verified.count).toBe(0)
  })
})
