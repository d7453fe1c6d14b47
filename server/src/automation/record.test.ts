import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceFact, withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'

let test: TestApp
let deviceId: string
let person: Awaited<ReturnType<TestApp['as']>>
beforeAll(async () => {
  test = await testApp()
  deviceId = (await withSmallEstate(test)).get('正定-RT')!
  const { db } = test.context
  await test.services.estate.applyFact(db, deviceFact(deviceId))
  await db.updateTable('devices').set({ collector_id: 'col_1' }).execute()
  test.services.estate.changed([deviceId])
  person = await test.as('network-admin')
})
afterAll(() => test.close())

const records = () => test.context.db.selectFrom('audit_records').selectAll().orderBy('seq').execute()

describe('a playbook', () => {
  it('is a person’s to start, and its own in what it does; the secret it takes along is noted', async () => {
    const credential = { username: 'zongheng', password: 'S3cret!' }
    await person.inject({ method: 'PUT', url: `/devices/${deviceId}/ssh-credential`, body: credential })
    const run = { playbook: 'collect-diagnostics', deviceId }
    const { id: jobId } = (await person.inject({ method: 'POST', url: '/runs', body: run })).json()
    const transcript = [{ atMs: 1, step: 'version', command: 'display version', output: 'VRP' }]
    const result = { kind: 'playbook', transcript } as const
    const fact = { kind: 'job', jobId, atMs: 2, outcome: 'done', result } as const
    const { audit, automation } = test.services
    await audit.write((tx, note) => automation.jobs.apply(tx, fact, note))
    const [set, started, used, ended] = (await records()).slice(-4)
    expect(set).toMatchObject({ action: 'estate.ssh-credential-set', actor_id: person.userId })
    expect(JSON.parse(set!.after!)).toEqual({ port: 22, username: 'zongheng', password: '***' })
    expect(started).toMatchObject({ action: 'automation.playbook-started', actor_id: person.userId })
    expect(used).toMatchObject({
      action: 'estate.secret-used',
      actor_id: person.userId,
      entity_id: deviceId,
      entity_name: '正定-RT',
    })
    expect(ended).toMatchObject({
      action: 'automation.playbook-ended',
      actor_kind: 'playbook',
      actor_id: jobId,
      actor_name: 'collect-diagnostics',
      region_id: test.regions.get('130123'),
    })
    expect(JSON.parse(ended!.after!)).toMatchObject({ state: 'done', commands: ['display version'] })
  })
})
