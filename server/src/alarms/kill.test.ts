/** The monitoring side and the desk never disagree: not even when the server is killed between finding, alarm and incident. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase } from '../db/database.ts'

const script = fileURLToPath(new URL('kill-child-testing.ts', import.meta.url))
const isLong = process.env.LONG === '1'
const kills = isLong ? 50 : 3

let dataDir: string
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'zongheng-kill-'))))
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const start = (seed: number, mode: string) =>
  fork(script, [dataDir, String(seed), mode], { execArgv: ['--disable-warning=ExperimentalWarning'] })

/** Lets it work for so long, and kills it wherever it is then. */
async function killedAfter(ms: number, seed: number): Promise<void> {
  const child = start(seed, 'storm')
  const ended = once(child, 'exit')
  await Promise.race([once(child, 'message'), ended])
  setTimeout(() => child.kill('SIGKILL'), ms)
  expect(await ended).toEqual([null, 'SIGKILL'])
}

/** What a reader of the database finds wrong; nothing, wherever it was cut off. */
async function contradictions(): Promise<string[]> {
  const db = openDatabase(`sqlite:${dataDir}/zongheng.db`)
  const alarms = await db.selectFrom('alarms').selectAll().execute()
  const tickets = await db.selectFrom('tickets').selectAll().execute()
  const events = Map.groupBy(await db.selectFrom('alarm_events').selectAll().execute(), (one) => one.alarm_id)
  const threads = Map.groupBy(
    await db.selectFrom('notify_threads').selectAll().execute(),
    (one) => one.alarm_id,
  )
  await db.destroy()
  const wrong: string[] = []
  const byId = new Map(alarms.map((alarm) => [alarm.id, alarm]))
  const open = tickets.filter(({ state }) => !['resolved', 'closed', 'cancelled'].includes(state))
  const keys = new Set<string>()
  for (const alarm of alarms) {
    const name = `${alarm.condition} ${alarm.entity_name} (${alarm.state})`
    const count = (kind: string) => (events.get(alarm.id) ?? []).filter((event) => event.kind === kind).length
    if (count('fired') !== 1) wrong.push(`${name}: told of ${count('fired')} times`)
    if (count('cleared') !== (alarm.state === 'cleared' ? 1 : 0))
      wrong.push(`${name}: cleared ${count('cleared')} times`)
    if (alarm.state !== 'firing') continue
    const key = `${alarm.entity_id}|${alarm.condition}`
    if (keys.has(key)) wrong.push(`${name}: fires twice`)
    keys.add(key)
    if (alarm.cause_id !== null && !byId.has(alarm.cause_id)) wrong.push(`${name}: its cause is nowhere`)
    const { priority, spokeMs } = JSON.parse(alarm.details) as {
      priority: string | null
      spokeMs: number | null
    }
    const own = open.filter((ticket) => ticket.alarm_id === alarm.id).length
    const wanted = spokeMs !== null && priority !== null ? 1 : 0
    if (own !== wanted) wrong.push(`${name}: ${own} open incidents instead of ${wanted}`)
    const told = (threads.get(alarm.id) ?? []).filter(({ state }) => state !== 'closed')
    if (
      told.length !== (spokeMs === null ? 0 : 1) ||
      new Set(told.map(({ route_id }) => route_id)).size !== told.length
    )
      wrong.push(`${name}: ${told.length} open threads, speaking since ${spokeMs}`)
  }
  for (const [alarmId, own] of threads)
    if (byId.get(alarmId)?.state !== 'firing' && own.some(({ state }) => state !== 'closed'))
      wrong.push(`a thread of ${byId.get(alarmId)?.entity_name ?? alarmId}: open for nothing`)
  for (const ticket of open)
    if (byId.get(ticket.alarm_id ?? '')?.state !== 'firing') wrong.push(`${ticket.title}: open for nothing`)
  return wrong
}

it(
  `killed ${kills} times in a storm, finding, alarm, incident and message agree each time, and after the restart`,
  async () => {
    let seed = Number(process.env.SEED ?? 7)
    for (let i = 0; i < kills; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      await killedAfter(60 + (seed % 700), seed)
      expect(await contradictions(), `after kill ${i + 1}, SEED=${process.env.SEED ?? 7}`).toEqual([])
    }
    const child = start(seed, 'settle')
    const ended = once(child, 'exit')
    await Promise.race([once(child, 'message'), ended])
    const [told] = (await Promise.race([once(child, 'message'), ended])) as [
      { firing: string[]; found: string[] },
    ]
    expect(await ended).toEqual([0, null])
    expect(told.firing.sort()).toEqual(told.found.sort())
    expect(told.firing).toEqual(expect.arrayContaining(['市-甲县|link-state', '市-乙县|link-state']))
    expect(await contradictions()).toEqual([])
  },
  isLong ? 600_000 : 120_000,
)
