import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  collectorNamespace,
  contractVersion,
  newSealingKeys,
  type CollectorAuth,
  type ReleaseChunk,
  type ReleaseOffer,
} from '@zongheng/collector/contract.ts'
import { io, type Socket } from 'socket.io-client'
import parser from 'socket.io-msgpack-parser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'

const software = {
  version: '1.0.0',
  release: '1.0.0-a',
  platform: 'linux-x64',
  isUpgradable: true,
  failedRelease: null,
}
const archive = Buffer.from('an archive, as far as the wire is concerned')

let t: TestApp
let socket: Socket
let id: string
beforeEach(async () => {
  t = await testApp()
  hold('2.0.0-b')
  await t.app.listen({ host: '127.0.0.1', port: 0 })
  const admin = await t.as('network-admin')
  const { token } = (await admin.inject({ method: 'POST', url: '/collectors', body: { name: '市' } })).json()
  const { publicKey } = newSealingKeys()
  const enrolled = await t.anyone({
    method: 'POST',
    url: '/collectors/enrol',
    body: { token, name: '市', publicKey },
  })
  const { collectorId, key } = enrolled.json()
  id = collectorId
  const { port } = t.app.server.address() as AddressInfo
  const auth: CollectorAuth = { contractVersion, collectorId, key, publicKey, epoch: 'e', software }
  socket = io(`http://127.0.0.1:${port}${collectorNamespace}`, { parser, auth, transports: ['websocket'] })
  await once(socket as never, 'connect')
})
afterEach(async () => {
  socket.disconnect()
  await t.close()
})

function hold(release: string): void {
  const folder = join(t.context.config.dataDir, 'releases')
  mkdirSync(folder, { recursive: true })
  const held = {
    release,
    version: '2.0.0',
    platform: 'linux-x64',
    bytes: archive.length,
    sha256: 'f'.repeat(64),
    addedAt: 0,
  }
  writeFileSync(join(folder, `${release}.json`), JSON.stringify(held))
  writeFileSync(join(folder, `${release}.tar.gz`), archive)
}

const ask = (wanted: unknown): Promise<ReleaseChunk> => socket.timeout(2_000).emitWithAck('release', wanted)

describe('over its connection a collector', () => {
  it('says what it runs', async () => {
    const answer = await (await t.as('network-admin')).inject({ url: `/collectors/${id}` })
    expect(answer.json()).toMatchObject({
      software,
      serverVersion: expect.any(String),
      lateDevices: { count: 0 },
    })
  })

  it('is offered a release, and fetches it from wherever it stopped', async () => {
    const offered = once(socket as never, 'upgrade') as Promise<[ReleaseOffer]>
    const body = { release: '2.0.0-b' }
    const admin = await t.as('network-admin')
    expect((await admin.inject({ method: 'POST', url: `/collectors/${id}/upgrade`, body })).statusCode).toBe(
      202,
    )
    const [{ release, bytes }] = await offered
    const chunk = await ask({ release, offset: 3 })
    expect(chunk.ok && Buffer.from(chunk.data).equals(archive.subarray(3, bytes))).toBe(true)
  })

  it('is told that there is none', async () => {
    expect(await ask({ release: '../secret', offset: 0 })).toMatchObject({ ok: false })
    expect(await ask({ release: '2.0.0-b', offset: 1e9 })).toMatchObject({ ok: false })
  })

  it.each([null, {}, { release: 1, offset: 0 }, { release: '2.0.0-b', offset: -1 }])(
    'is not answered when it asks %j, and stays connected',
    async (wanted) => {
      socket.emit('release', wanted, () => expect.unreachable())
      socket.emit('release')
      expect((await ask({ release: '2.0.0-b', offset: 0 })).ok).toBe(true)
    },
  )
})
