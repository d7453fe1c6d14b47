/**
 * What tenancy costs a list: pages of 100,000 devices in 200 regions as the product reads them, with the scope and without, in turns.
 * `node bench/scope.ts [--devices 100000] [--runs 40]`. Ends with code 1 when the whole province's viewer pays more than 5 %.
 *
 * Whoever sees the root is asked nothing. For others SQLite goes through the regions in scope, each one's devices by an index, and
 * sorts what it found: O(devices in scope) a page, where without the scope it is O(devices). So a county's page costs what a county
 * has. Who sees nearly everything by the grants of many cities has each row looked up in a list of regions: a quarter more. With 1,000,000 devices both sides of every
 * line grow tenfold, and the ratios stay: the page itself, sorted anew each time, is what to mend then, not the scope.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Insertable } from 'kysely'
import { openDatabase, type Db } from '../server/src/db/database.ts'
import { migrate } from '../server/src/db/migrate.ts'
import type { Tables } from '../server/src/db/tables.ts'
import { listDevices, type DeviceFilter } from '../server/src/estate/store.ts'
import { keysetPage } from '../server/src/http/paging.ts'
import { machine, spreadOf, table } from './report.ts'

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '100000' }, runs: { type: 'string', default: '40' } },
})
const [devices, runs] = [Number(values.devices), Number(values.runs)]
const [cities, countiesEach] = [11, 17]
const mostForAll = 1.05

interface Place {
  id: string
  code: string
  path: string
}
const id = (kind: string, n: number) => `${kind}_${String(n).padStart(18, '0')}`

/** A province, its cities, and their counties: 199 regions. */
function province(): Place[] {
  const root = { id: id('reg', 0), code: '130000', path: `/${id('reg', 0)}/` }
  const below = Array.from({ length: cities }, (_, c) => {
    const city = { id: id('reg', (c + 1) * 100), code: `13${String(c + 1).padStart(2, '0')}00`, path: `${root.path}${id('reg', (c + 1) * 100)}/` } // prettier-ignore
    const counties = Array.from({ length: countiesEach }, (_, k) => {
      const countyId = id('reg', (c + 1) * 100 + k + 1)
      return { id: countyId, code: `13${String(c + 1).padStart(2, '0')}${String(k + 1).padStart(2, '0')}`, path: `${city.path}${countyId}/` } // prettier-ignore
    })
    return [city, ...counties]
  })
  return [root, ...below.flat()]
}

async function fill(db: Db, places: Place[]): Promise<void> {
  const stamps = { created_at: 1, updated_at: 1 }
  const insert = async <T extends keyof Tables>(name: T, rows: Insertable<Tables[T]>[]) => {
    for (let i = 0; i < rows.length; i += 500) await db.insertInto(name).values(rows.slice(i, i + 500)).execute() // prettier-ignore
  }
  const blank = { collector_id: null, snmp_credential_id: null, ssh_credential_id: null, ssh_port: 22, poll_interval_s: 60, vendor: 'Huawei', os: 'vrp', category: 'router',
    sys_object_id: '', sys_name: '', sys_descr: '', hardware: 'AR6121', version: '', serial: '', identified_at: null, archived_at: null } // prettier-ignore
  await insert('regions', places.map((place) => ({ ...place, name: place.code, tier: 'county', parent_id: null, managing_parent_id: null, ...stamps }))) // prettier-ignore
  await insert('sites', places.map((place, i) => ({ id: id('sit', i), region_id: place.id, organisation_id: null, name: place.code, kind: 'machine-room', address: null, contact: null, contact_phone: null, ...stamps }))) // prettier-ignore
  const rows = Array.from({ length: devices }, (_, n) => {
    const at = n % places.length
    return { id: id('dev', n), region_id: places[at]!.id, site_id: id('sit', at), name: `RT-${String((n * 7919) % devices).padStart(7, '0')}`, role: n % 5 ? 'access-switch' : 'access-router', address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, port: 161, ...blank, ...stamps } // prettier-ignore
  })
  await db.transaction().execute(async (tx) => {
    for (let i = 0; i < rows.length; i += 500) await tx.insertInto('devices').values(rows.slice(i, i + 500)).execute() // prettier-ignore
  })
}

/** The list of `estate/store.ts`, but for the scope. */
function unscoped(db: Db, filter: DeviceFilter) {
  let query = db
    .selectFrom('devices')
    .innerJoin('regions', 'regions.id', 'devices.region_id')
    .innerJoin('sites', 'sites.id', 'devices.site_id')
    .selectAll('devices')
    .select(['regions.name as region_name', 'regions.code as region_code', 'sites.name as site_name'])
    .where('devices.archived_at', 'is', null)
  if (filter.role) query = query.where('devices.role', '=', filter.role)
  return keysetPage(query, filter, [{ column: 'regions.code', as: 'region_code' }, { column: 'devices.name' }, { column: 'devices.id' }]) // prettier-ignore
}

async function timed(read: () => Promise<{ items: unknown[] }>): Promise<{ ms: number; rows: number }> {
  const from = performance.now()
  const { items } = await read()
  return { ms: performance.now() - from, rows: items.length }
}

const dataDir = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
const db = openDatabase(`sqlite:${join(dataDir, 'bench.db')}`)
try {
  await migrate(db)
  const places = province()
  await fill(db, places)
  const counties = places.filter(({ path }) => path.split('/').length === 5)
  const viewers: Record<string, Place[]> = {
    province: places.slice(0, 1),
    'a city': [places[1]!],
    'the last city': [places[1 + (cities - 1) * (countiesEach + 1)]!],
    'ten of eleven cities': places.filter(({ code }) => code.endsWith('00')).slice(1, cities),
    '30 counties': counties.filter((_, i) => i % 6 === 0).slice(0, 30),
  }
  const lists: Record<string, DeviceFilter> = {
    'first 50': { limit: 50 },
    'routers, 50': { limit: 50, role: 'access-router' },
  }
  const lines = [['viewer', 'list', 'scoped ms', 'unscoped ms', 'ratio']]
  let worst = 0
  for (const [viewer, roots] of Object.entries(viewers)) {
    const scope = { regionPaths: roots.map(({ path }) => path) }
    for (const [name, filter] of Object.entries(lists)) {
      const [withScope, without]: number[][] = [[], []]
      for (let run = 0; run < runs + 20; run++) {
        // in turns, and who goes first in turns
        const both = [() => listDevices(db, scope, filter), () => unscoped(db, filter)]
        const order = run % 2 ? [0, 1] : [1, 0]
        const taken = []
        for (const which of order) taken[which] = await timed(both[which]!)
        if (taken[0]!.rows !== taken[1]!.rows) throw new Error(`${taken[0]!.rows} rows against ${taken[1]!.rows}`) // prettier-ignore
        if (run < 20) continue // warm
        withScope!.push(taken[0]!.ms)
        without!.push(taken[1]!.ms)
      }
      const [a, b] = [spreadOf(withScope!).median, spreadOf(without!).median]
      if (viewer === 'province') worst = Math.max(worst, a / b)
      lines.push([viewer, name, a.toFixed(3), b.toFixed(3), (a / b).toFixed(3)])
      process.stderr.write(`${lines.at(-1)!.join('  ')}\n`) // it takes minutes
    }
  }
  console.log(`${machine()}\n${devices} devices in ${places.length} regions, medians of ${runs} runs`)
  console.log(table(lines))
  if (worst > mostForAll) process.exitCode = 1
} finally {
  await db.destroy()
  rmSync(dataDir, { recursive: true })
}
