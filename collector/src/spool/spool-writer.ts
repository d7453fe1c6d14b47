/** For the crash test: writes numbered samples, and prints each number once it is durable, until it is killed. */
import { packColumns } from '../wire/version-1.ts'
import { Spool } from './spool.ts'

const [folder = '', round = '0'] = process.argv.slice(2)
const spool = await Spool.open({ folder, segmentBytes: 2_000 })
await spool.setOnline(Number(round) % 2 === 1)
for (let value = Number(round) * 1_000_000; ; value++) {
  const atMs = Date.now()
  const body = await packColumns([
    { metric: 'cpuPercent', ids: ['dev_1'], entities: [0], atMs: [atMs], values: [value] },
  ])
  await spool.add({ kind: 'samples', fromMs: atMs, untilMs: atMs, body })
  process.stdout.write(`${value}\n`)
}
