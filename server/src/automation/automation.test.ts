import type { JobResult } from '@zongheng/collector/contract.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deviceFact, withSmallEstate } from '../estate/testing.ts'
import type { QueuedJob } from '../events.ts'
import { testApp, type TestApp } from '../testing.ts'
import { deviceJobs } from './device-jobs.ts'
import type { Job, NewRun } from './schema.ts'

type Person = Awaited<ReturnType<TestApp['as']>>

let test: TestApp
let ids: Map<string, string>
let engineer: Person
let admin: Person
let agent: Person
let otherCity: Person
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  for (const name of ['正定-RT', '藁城-RT', '市-RT'])
    await test.services.estate.applyFact(test.context.db, deviceFact(ids.get(name)!))
  await test.context.db
    .updateTable('devices')
    .set({ collector_id: 'col_1' })
    .where('name', '!=', '市-RT')
    .execute()
  test.services.estate.changed(ids.values())
  engineer = await test.as('engineer', '130123')
  admin = await test.as('network-admin')
  agent = await test.as('agent', '130123')
  otherCity = await test.as('engineer', '130200')
})
afterAll(() => test.close())

const jobs = () => test.services.automation.jobs
let created: { job: QueuedJob; collectorId: string }[] = []
let changed: { jobId: string; state: string }[] = []
let cancelled: string[] = []
beforeEach(() => {
  created = []
  changed = []
  cancelled = []
  const { bus } = test.context
  bus.on('job.created', (event) => created.push(event))
  bus.on('job.changed', (event) => changed.push(event))
  bus.on('job.cancelled', ({ jobId }) => cancelled.push(jobId))
})
afterEach(() => {
  for (const event of ['job.created', 'job.changed', 'job.cancelled'] as const)
    test.context.bus.removeAllListeners(event)
})

const secret = { username: 'zongheng', password: 'S3cret!-do-not-tell' }
const put = (who: Person, device: string, body: unknown = secret) =>
  who.inject({ method: 'PUT', url: `/devices/${ids.get(device)}/ssh-credential`, body })
const run = (who: Person, device = '正定-RT', more: Partial<NewRun> = {}) =>
  who.inject({
    method: 'POST',
    url: '/runs',
    body: { playbook: 'collect-diagnostics', deviceId: ids.get(device), ...more },
  })
const started = async (more: Partial<NewRun> = {}): Promise<Job> => {
  await put(admin, '正定-RT')
  const answer = await run(engineer, '正定-RT', more)
  expect(answer.statusCode, answer.body).toBe(202)
  return answer.json()
}
const read = async (who: Person, id: string): Promise<Job> =>
  (await who.inject({ url: `/jobs/${id}` })).json()
const problem = (answer: { statusCode: number; json: () => { code: string } }) => [
  answer.statusCode,
  answer.json().code,
]

const patience = { timeout: 20_000 }

const transcript = [{ atMs: 1, step: 'version', command: 'display version', output: 'VRP (R) software\n' }]
const result: JobResult = { kind: 'playbook', transcript }
type Fact = Parameters<ReturnType<typeof jobs>['apply']>[1]

async function report(jobId: string, more: Partial<Fact> = {}): Promise<boolean> {
  const fact: Fact = { kind: 'job', jobId, atMs: test.context.now + 5, outcome: 'done', ...more }
  const end = await test.context.db.transaction().execute((tx) => jobs().apply(tx, fact))
  if (end) jobs().tell(end)
  return end !== null
}

describe('the playbooks', () => {
  it('are listed to staff', async () => {
    const answer = await agent.inject({ url: '/playbooks' })
    expect(answer.json()).toEqual({
      items: [
        {
          name: 'collect-diagnostics',
          title: { zh: '收集诊断信息', en: 'Collect diagnostics' },
          readOnly: true,
        },
      ],
    })
  })
})

describe('a credential', () => {
  it('is kept encrypted, reaches the collector only, and is shown to nobody', async () => {
    const job = await started()
    expect(created).toMatchObject([
      {
        collectorId: 'col_1',
        job: {
          id: job.id,
          kind: 'playbook',
          deviceId: ids.get('正定-RT'),
          address: '127.1.0.6',
          port: 22,
          platform: 'huawei-vrp',
          playbook: 'collect-diagnostics',
          inputs: {},
          sshCredential: secret,
        },
      },
    ])
    for (const table of ['credentials', 'jobs'] as const)
      expect(JSON.stringify(await test.context.db.selectFrom(table).selectAll().execute())).not.toContain(
        secret.password,
      )
    expect(JSON.stringify(await read(engineer, job.id))).not.toContain(secret.password)
  })

  it.each<[string, () => Person, unknown, [number, string]]>([
    ['without password and key', () => admin, { username: 'a' }, [400, 'invalid']],
    ['with an impossible port', () => admin, { ...secret, port: 70_000 }, [400, 'invalid']],
    ['by an engineer', () => engineer, secret, [403, 'forbidden']],
  ])('is refused %s', async (_, who, body, expected) => {
    expect(problem(await put(who(), '正定-RT', body))).toEqual(expected)
  })

  it('of an unknown device is not found', async () => {
    const answer = await admin.inject({ method: 'PUT', url: '/devices/dev_x/ssh-credential', body: secret })
    expect(problem(answer)).toEqual([404, 'not-found'])
  })
})

describe('a run is refused', () => {
  it.each<[string, () => Person, string, Partial<NewRun>, [number, string]]>([
    ['without a credential', () => admin, '藁城-RT', {}, [422, 'no-ssh-credential']],
    ['without a known command line', () => admin, '唐山-RT', {}, [422, 'platform-unknown']],
    ['without a collector', () => admin, '市-RT', {}, [422, 'no-collector']],
    ['with an unknown input', () => admin, '正定-RT', { inputs: { x: '1' } }, [422, 'input-unknown']],
    ['with an unknown playbook', () => admin, '正定-RT', { playbook: 'x' }, [404, 'not-found']],
    ['with an unknown ticket', () => admin, '正定-RT', { ticketId: 'tkt_x' }, [404, 'not-found']],
    ['out of scope', () => otherCity, '正定-RT', {}, [404, 'not-found']],
    ['to an agent', () => agent, '正定-RT', {}, [403, 'forbidden']],
  ])('%s', async (_, who, device, more, expected) => {
    await put(admin, '正定-RT')
    expect(problem(await run(who(), device, more))).toEqual(expected)
    expect(created).toEqual([])
  })

  it('telling what to do', async () => {
    const answer = await run(admin, '藁城-RT')
    expect(answer.json().detail).toContain('SSH 凭据')
  })
})

describe('a job', () => {
  it('waits, runs and is done, with its transcript', async () => {
    const { id } = await started()
    expect(await read(engineer, id)).toMatchObject({
      kind: 'playbook',
      state: 'waiting',
      device: { id: ids.get('正定-RT'), name: '正定-RT' },
      playbook: 'collect-diagnostics',
      startedBy: { id: engineer.userId, name: 'engineer' },
      endedAt: null,
      transcript: [],
    })
    test.context.bus.emit('job.progress', { jobId: id, at: test.context.now, text: '1/17 display version' })
    await expect.poll(async () => (await read(engineer, id)).state, patience).toBe('running')
    expect(await report(id, { result })).toBe(true)
    expect(await read(engineer, id)).toMatchObject({
      state: 'done',
      error: null,
      transcript,
      endedAt: test.context.now + 5,
    })
    expect(changed).toEqual([
      { jobId: id, state: 'running' },
      { jobId: id, state: 'done' },
    ])
  })

  it('ends once, however often its end is reported', async () => {
    const { id } = await started()
    await report(id, { result })
    expect(await report(id, { outcome: 'failed' })).toBe(false)
    expect(await report('job_unknown')).toBe(false)
    expect((await read(engineer, id)).state).toBe('done')
  })

  it('fails with what the collector says', async () => {
    const { id } = await started()
    const error = {
      code: 'authentication',
      text: '127.1.0.6:22: All configured authentication methods failed',
    }
    await report(id, { outcome: 'failed', error, result })
    expect(await read(engineer, id)).toMatchObject({ state: 'failed', error, transcript })
  })

  it('is cancelled once, and the collector is told; what it had done until then still arrives', async () => {
    const { id } = await started()
    const cancel = () => engineer.inject({ method: 'POST', url: `/jobs/${id}/cancel` })
    expect((await cancel()).json()).toMatchObject({ state: 'cancelled', error: { code: 'aborted' } })
    expect(problem(await cancel())).toEqual([409, 'job-ended'])
    expect(cancelled).toEqual([id])
    expect(await report(id, { outcome: 'cancelled', error: { code: 'aborted', text: 'x' }, result })).toBe(
      true,
    )
    expect(await read(engineer, id)).toMatchObject({ state: 'cancelled', transcript })
  })

  it('is seen within scope only', async () => {
    const { id } = await started()
    expect((await read(agent, id)).id).toBe(id)
    expect(problem(await otherCity.inject({ url: `/jobs/${id}` }))).toEqual([404, 'not-found'])
    expect(problem(await otherCity.inject({ method: 'POST', url: `/jobs/${id}/cancel` }))).toEqual([
      404,
      'not-found',
    ])
    expect(problem(await engineer.inject({ url: '/jobs/job_x' }))).toEqual([404, 'not-found'])
  })

  it('that nobody takes fails, until the collector knows better', async () => {
    const { id } = await started()
    const { id: young } = await started()
    const age = { created_at: test.context.now - 10 * 60_000 - 1 }
    await test.context.db.updateTable('jobs').set(age).where('id', '=', id).execute()
    await jobs().sweep()
    expect(await read(engineer, id)).toMatchObject({ state: 'failed', error: { code: 'collector-away' } })
    expect((await read(engineer, young)).state).toBe('waiting')
    expect(await report(id, { result })).toBe(true)
    expect(await read(engineer, id)).toMatchObject({ state: 'done', error: null })
    await report(young)
  })

  it.each([
    ['waiting', 'collector-away'],
    ['running', 'lost'],
  ])('that a former process left %s fails at the start', async (state, code) => {
    const { id } = await started()
    const left = { state, created_at: test.context.now - 10 * 60_000 - 1 }
    await test.context.db.updateTable('jobs').set(left).where('id', '=', id).execute()
    await jobs().open()
    jobs().close()
    expect(await read(engineer, id)).toMatchObject({ state: 'failed', error: { code } })
  })

  it('waits for its collector as long as nobody has it', async () => {
    const { id } = await started()
    const waiting = async () => (await jobs().waitingFor('col_1')).map((job) => job.id)
    expect(await waiting()).toContain(id)
    expect(await jobs().waitingFor('col_2')).toEqual([])
    await report(id)
    expect(await waiting()).not.toContain(id)
  })
})

describe('on the ticket', () => {
  const ticket = async () => {
    const body = { title: '正定中断', description: '' }
    return (await engineer.inject({ method: 'POST', url: '/tickets', body })).json() as { id: string }
  }
  const timelineOf = async (id: string) => (await engineer.inject({ url: `/tickets/${id}` })).json().timeline

  it('a playbook’s end is a line with its transcript, among staff', async () => {
    const { id } = await ticket()
    const job = await started({ ticketId: id })
    const told: string[] = []
    test.context.bus.on('ticket.changed', ({ ticketIds }) => told.push(...ticketIds))
    await report(job.id, { result })
    expect(told).toEqual([id])
    expect((await timelineOf(id)).at(-1)).toMatchObject({
      kind: 'playbook',
      visibility: 'internal',
      author: { id: engineer.userId },
      text: '$ display version\nVRP (R) software',
      values: {
        jobId: job.id,
        playbook: 'collect-diagnostics',
        deviceId: ids.get('正定-RT'),
        outcome: 'done',
        code: null,
      },
    })
  })

  it('a run started from an alarm goes to the alarm’s ticket', async () => {
    const { id } = await ticket()
    await test.context.db.updateTable('tickets').set({ alarm_id: 'alm_1' }).where('id', '=', id).execute()
    const job = await started({ alarmId: 'alm_1' })
    const error = { code: 'unreachable', text: '127.1.0.6:22: no route' }
    await report(job.id, { outcome: 'failed', error })
    expect((await timelineOf(id)).at(-1)).toMatchObject({
      text: null,
      values: { outcome: 'failed', code: 'unreachable', error: error.text },
    })
  })

  it('of others nothing is written', async () => {
    const body = { title: '唐山', description: '' }
    const other = (await otherCity.inject({ method: 'POST', url: '/tickets', body })).json()
    expect(problem(await run(engineer, '正定-RT', { ticketId: other.id }))).toEqual([404, 'not-found'])
  })
})

describe('waiting for a job', () => {
  const poll = () =>
    jobs().start({
      kind: 'poll',
      deviceId: ids.get('正定-RT')!,
      collectorId: 'col_1',
      about: { name: '正定-RT', regionId: 'reg_1' },
      startedBy: null,
    })

  it('ends with it', async () => {
    const id = await poll()
    const outcome = jobs().wait(id, 10_000)
    await report(id, { result: { kind: 'poll' } })
    expect(await outcome).toEqual({ state: 'done', error: null, result: { kind: 'poll' } })
    expect(await jobs().wait(id, 10_000)).toMatchObject({ state: 'done' })
  })

  it('ends without it at its time', async () => {
    expect(await jobs().wait(await poll(), 1)).toBeNull()
  })

  it('tells the estate who answers at an address, without keeping the secret', async () => {
    const snmp = { version: '2c', community: 'very-secret' } as const
    const { identity } = deviceFact('x')
    const answer = deviceJobs(jobs()).identify({
      collectorId: 'col_1',
      address: '127.0.0.1',
      port: 161,
      regionId: 'reg_1',
      snmp,
      startedBy: admin.userId,
    })
    await expect.poll(() => created.length, patience).toBe(1)
    const { job } = created[0]!
    expect(job).toMatchObject({ kind: 'identify', snmpCredential: snmp })
    await report(job.id, { result: { kind: 'identify', identity, interfaces: [], sensors: [] } })
    expect(await answer).toMatchObject({ ok: true, identity })
    expect(JSON.stringify(await test.context.db.selectFrom('jobs').selectAll().execute())).not.toContain(
      'very-secret',
    )
  })

  it('or why nobody does', async () => {
    const snmp = { version: '2c', community: 'public' } as const
    const answer = deviceJobs(jobs()).identify({
      collectorId: 'col_1',
      address: '127.0.0.1',
      port: 161,
      regionId: 'reg_1',
      snmp,
      startedBy: admin.userId,
    })
    await expect.poll(() => created.length, patience).toBe(1)
    await report(created[0]!.job.id, { outcome: 'failed', error: { code: 'timeout', text: 'no answer' } })
    expect(await answer).toEqual({ ok: false, code: 'timeout', text: 'no answer' })
  })
})
