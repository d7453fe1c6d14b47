import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hash } from '@node-rs/argon2'
import { Kysely, sql } from 'kysely'
import type { Division } from '@zongheng/inventory/demo/province.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { buildApp, type App } from './app.ts'
import { loadConfig, type Config } from './config.ts'
import { openDatabase, sqliteDialect, type Db } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import type { Tables } from './db/tables.ts'
import { EventBus } from './events.ts'
import type { Role } from './identity/roles.ts'
import type { Viewer } from './identity/viewer.ts'
import { silentLog, type Log } from './log.ts'
import { SecretBox } from './secret-box.ts'
import { memorySeries } from './series/memory.ts'
import { startServices, stopServices } from './lifecycle.ts'
import { createServices, type Context, type Services } from './services.ts'

/**
 * A migrated database of its own: SQLite in memory, or one on the PostgreSQL server of TEST_DATABASE_URL.
 * `destroy()` closes it; the latter is emptied for whoever comes next.
 */
export async function testDatabase(): Promise<Db> {
  const server = process.env.TEST_DATABASE_URL
  return server ? freshPostgres(server) : freshSqlite()
}

let migratedImage: Promise<Uint8Array> | undefined

/** A copy of one that is migrated once: a thirtieth of the time. */
async function freshSqlite(): Promise<Db> {
  const image = await (migratedImage ??= migratedSqlite())
  const memory = new DatabaseSync(':memory:')
  memory.deserialize(image)
  const db = new Kysely<Tables>({ dialect: sqliteDialect(memory) })
  await sql`select 1`.execute(db) // destroying one that was never asked closes nothing
  return db
}

async function migratedSqlite(): Promise<Uint8Array> {
  const memory = new DatabaseSync(':memory:')
  const db = new Kysely<Tables>({ dialect: sqliteDialect(memory) })
  await migrate(db)
  const image = memory.serialize()
  await db.destroy()
  return image
}

/** Those that tests are done with: emptied, they serve the next in a tenth of the time that a copy takes. */
const used: { url: string; drop: () => Promise<void>; turns: number }[] = []
/** What is deleted stays in the files: after so many turns a copy is quicker. */
const mostTurns = 25

async function freshPostgres(server: string): Promise<Db> {
  const template = await (reusable ??= reusablePostgres(server))
  const again = used.pop()
  const own = again ?? { ...(await createPostgres(server, template)), turns: 0 }
  const db = openDatabase(own.url)
  const close = db.destroy.bind(db)
  if (again && !(await emptied(db))) {
    await close()
    await again.drop()
    return freshPostgres(server)
  }
  if (!again) await sql`select 1`.execute(db) // as above
  db.destroy = async () => {
    await close()
    if (own.turns >= mostTurns) return own.drop()
    used.push({ ...own, turns: own.turns + 1 })
  }
  return db
}

/** As after its migration; false where somebody still holds it, or a test changed the schema itself. */
async function emptied(db: Db): Promise<boolean> {
  try {
    await sql`
      do $$ declare name text; begin
        set local session_replication_role = replica;
        set local lock_timeout = '2s';
        if (select string_agg(mark, ' ') from seeds.shape) <> (select string_agg(mark, ' ') from seeds.shape_now) then
          raise 'the schema is another';
        end if;
        for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%' loop
          execute format('delete from %I', name);
        end loop;
        for name in select sequencename from pg_sequences where schemaname = 'public' and last_value is not null loop
          execute format('alter sequence %I restart', name);
        end loop;
        for name in select tablename from pg_tables where schemaname = 'seeds' and tablename <> 'shape' loop
          execute format('insert into public.%I overriding system value select * from seeds.%I', name, name);
        end loop;
      end $$`.execute(db)
    return true
  } catch {
    return false
  }
}

let migrated: Promise<string> | undefined
let reusable: Promise<string> | undefined

/** The name of a database that is migrated once and then copied. */
const migratedPostgres = (server: string) =>
  (migrated ??= templateOf(server, 'template0', (db) => migrate(db)))

/** The same, which knows what its migrations put in and what its schema is. */
const reusablePostgres = async (server: string) =>
  templateOf(server, await migratedPostgres(server), (db) =>
    sql`
      create schema seeds;
      create view seeds.shape_now as
        select concat(c.relname, ' ', (select count(*) from pg_trigger t where t.tgrelid = c.oid)) as mark
        from pg_class c where c.relnamespace = 'public'::regnamespace order by 1;
      create table seeds.shape as select mark from seeds.shape_now;
      do $$ declare name text; filled boolean; begin
        for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%' loop
          execute format('select exists (select from %I)', name) into filled;
          if filled then execute format('create table seeds.%I as select * from %I', name, name); end if;
        end loop;
      end $$`.execute(db),
  )

async function templateOf(
  server: string,
  from: string,
  furnish: (db: Db) => Promise<unknown>,
): Promise<string> {
  const { url } = await createPostgres(server, from)
  const db = openDatabase(url)
  await furnish(db)
  await db.destroy()
  return new URL(url).pathname.slice(1)
}

/** A migrated database on disk: the file of SQLite at `path`, or one on PostgreSQL, of which it answers where and how to drop it. */
export async function migratedCopy(path: string): Promise<{ url: string; drop: () => Promise<void> } | null> {
  const server = process.env.TEST_DATABASE_URL
  if (server) return createPostgres(server, await migratedPostgres(server))
  writeFileSync(path, await (migratedImage ??= migratedSqlite()), { mode: 0o600 })
  return null
}

/** An empty database of its own on this PostgreSQL server, or a copy of that one, for a process that is given its URL. */
export async function createPostgres(
  server: string,
  template = 'template0',
): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${template}`)
  const url = new URL(server)
  url.pathname = name
  return { url: url.href, drop: () => administer(server, `drop database if exists ${name}`) }
}

async function administer(server: string, statement: string): Promise<void> {
  const db = openDatabase(server)
  await sql.raw(statement).execute(db)
  await db.destroy()
}

export interface TestContext extends Context {
  /** What `clock` says: a Sunday noon in China until a test sets it. */
  now: number
  /** Closes the database and removes the data folder. */
  close: () => Promise<void>
}

/** Everything a module is given, over a database and a data folder of its own. */
export async function testContext(
  config: Partial<Config> = {},
  log: Log = silentLog(),
): Promise<TestContext> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zongheng-test-'))
  const context: TestContext = {
    config: { ...loadConfig({}, { dataDir }).config, requestsPerMinute: 1_000_000, ...config },
    db: await testDatabase(),
    log,
    bus: new EventBus(),
    secrets: new SecretBox(randomBytes(32)),
    series: memorySeries(),
    now: Date.UTC(2026, 10, 22, 4),
    clock: () => context.now,
    close: async () => {
      await context.db.destroy()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return context
}

/** A password of 96 random bits needs no more, and a check costs what its hash says. */
const leastCost = { memoryCost: 8, timeCost: 1, parallelism: 1 }

/** Regions for tests: 河北省 › 石家庄市 › 正定县, 藁城区; 唐山市 › 滦南县. Ids by code. */
export const testDivisions = [
  { code: '130000', name: '河北省', tier: 'province', parentCode: null },
  { code: '130100', name: '石家庄市', tier: 'city', parentCode: '130000' },
  { code: '130123', name: '正定县', tier: 'county', parentCode: '130100' },
  { code: '130109', name: '藁城区', tier: 'county', parentCode: '130100' },
  { code: '130200', name: '唐山市', tier: 'city', parentCode: '130000' },
  { code: '130224', name: '滦南县', tier: 'county', parentCode: '130200' },
] as const

type Inject = (request: {
  method?: string
  url: string
  body?: unknown
  headers?: Record<string, string>
}) => Promise<{
  statusCode: number
  headers: Record<string, unknown>
  body: string
  /** As they were sent. */
  rawPayload: Buffer
  // The caller knows the shape it asks for.
  json: <T = any>() => T // eslint-disable-line @typescript-eslint/no-explicit-any
}>

export interface TestApp {
  app: App
  context: TestContext
  services: Services
  /** Ids of the regions by code. */
  regions: Map<string, string>
  /** Signs in a new user with this role on the region of this code; answers their `inject` and id. */
  as: (
    role: Role,
    regionCode?: string,
    headers?: Record<string, string>,
  ) => Promise<{
    inject: Inject
    /** The `Set-Cookie` of the sign-in. */
    cookie: string
    userId: string
    viewer: () => Promise<Viewer>
  }>
  anyone: Inject
  close: () => Promise<void>
}

/** The real app over these divisions. `url` is relative to `/api/v1` unless it starts with `/api`. */
export async function testApp(
  config: Partial<Config> = {},
  divisions: readonly Division[] = testDivisions,
  log?: Log,
): Promise<TestApp> {
  const context = await testContext(config, log)
  const services = createServices(context)
  const app = await buildApp(context, services)
  const regions = await services.identity.createRegions([...divisions])
  await startServices(services)
  const injectWith =
    (cookie: string): Inject =>
    async ({ method = 'GET', url, body, headers }) =>
      app.inject({
        method: method as 'GET',
        url: url.startsWith('/api') ? url : `/api/v1${url}`,
        headers: { ...(cookie ? { cookie } : {}), ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      })
  return {
    app,
    context,
    services,
    regions,
    anyone: injectWith(''),
    as: async (role, regionCode = '130000', headers = {}) => {
      const regionId = regions.get(regionCode)!
      const username = newId('user')
      const password = randomBytes(12).toString('hex')
      const passwordHash = await hash(password, leastCost)
      const user = { username, displayName: role, passwordHash, regionId, grants: [{ role, regionId }] }
      const userId = await services.identity.createUser(user)
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/session',
        payload: { username, password },
        headers,
      })
      const setCookie = String(answer.headers['set-cookie'])
      const [cookie = ''] = setCookie.split(';')
      const viewer = async () => (await app.sessionOfCookies(cookie))!.viewer
      return { inject: injectWith(cookie), cookie: setCookie, userId, viewer }
    },
    close: async () => {
      await app.close()
      await stopServices(services)
      await context.close()
    },
  }
}

/** There is no collector to ask a new device who it is: its silence need not be waited for. */
export function answerIdentify({ context, services }: TestApp): void {
  const { jobs } = services.automation
  context.bus.on('job.created', ({ job }) => {
    if (job.kind !== 'identify') return
    const error = { code: 'timeout', text: 'silent' } as const
    const fact = { kind: 'job', jobId: job.id, outcome: 'failed', error, atMs: context.now } as const
    void context.db
      .transaction()
      .execute((tx) => jobs.apply(tx, fact))
      .then((end) => end && jobs.tell(end))
  })
}
