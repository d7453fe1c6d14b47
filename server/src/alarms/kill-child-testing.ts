/** A server without a network, over a database that outlives it: it replays a storm until somebody kills it. */
import { randomBytes } from 'node:crypto'
import { openDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import { EventBus } from '../events.ts'
import { loadConfig } from '../config.ts'
import { silentLog } from '../log.ts'
import { plantProvince, Replay } from '../replay-testing.ts'
import { SecretBox } from '../secret-box.ts'
import { memorySeries } from '../series/memory.ts'
import { createServices } from '../services.ts'
import { findingKey } from '../state/finding.ts'
import { testDivisions, type TestApp } from '../testing.ts'
import { lastSampleMs } from '../uplink/store.ts'

const [dataDir = '', seedText = '1', mode = 'storm'] = process.argv.slice(2)
const db = openDatabase(`sqlite:${dataDir}/zongheng.db`)
await migrate(db)
const context: TestApp['context'] = {
  config: loadConfig({}, { dataDir }).config,
  db,
  log: silentLog(),
  bus: new EventBus(),
  secrets: new SecretBox(randomBytes(32)),
  series: memorySeries(),
  now: Date.UTC(2026, 10, 22, 2),
  clock: () => context.now,
  close: async () => undefined,
}
const services = createServices(context)
const known = await services.identity.allRegions()
const regions =
  known.length > 0
    ? new Map(known.map(({ code, id }) => [code, id]))
    : await services.identity.createRegions([...testDivisions])
const replay = new Replay({ context, services, regions })
if (known.length === 0) await plantProvince(replay)
replay.world.now = Math.max(replay.world.now, (await lastSampleMs(db)) ?? 0) + 10_000
context.now = replay.world.now
await services.windows.load()
await services.decider.start()
process.send?.('ready')

/** [Numerical Recipes] */
let state = Number(seedText)
const below = (n: number) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor((state / 2 ** 32) * n)
}
const { world } = replay
const parts = [...world.model.circuits.keys(), '甲县', '乙县', '甲县-sw', '乙县-rt', '市-sw']

if (mode === 'settle') {
  // what is broken stays so for long enough that nothing is on its way any more
  world.broken.add('甲县-primary').add('乙县-backup')
  await replay.minutes(20)
  const firing = [...services.alarms.book.open()].filter((alarm) => alarm.state === 'firing').map(({ finding }) => findingKey(finding)) // prettier-ignore
  const found = [...services.state.judge.evaluate(context.now).findings.keys()]
  process.send?.({ firing, found })
  await services.decider.stop()
  process.exit(0)
}
for (;;) {
  const part = parts[below(parts.length)]!
  if (world.broken.has(part)) world.broken.delete(part)
  else world.broken.add(part)
  await replay.pass(10 * (1 + below(6)))
}
