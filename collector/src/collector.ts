import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { KnownHosts } from '@zongheng/playbooks/known-hosts.ts'
import type { Logger } from 'pino'
import { AssignmentKeeper } from './assignment.ts'
import { Batcher, offlineOpenMs, onlineOpenMs } from './batcher.ts'
import { Checks } from './checks/checks.ts'
import { CollectorClock } from './clock.ts'
import { contractVersion, type CollectorHealth, type CollectorSoftware, type Fact } from './contract.ts'
import { Faults } from './faults.ts'
import { processMeter } from './health.ts'
import { Icmp } from './icmp/icmp.ts'
import { Jobs } from './jobs/jobs.ts'
import { jobRunners } from './jobs/runners.ts'
import { Listening } from './listen/listening.ts'
import type { ListenOptions } from './listen/ports.ts'
import type { Membership } from './membership.ts'
import { Discoverer } from './poll/discoverer.ts'
import { serveMetrics } from './metrics.ts'
import { lineLimitedText } from './poll/line-limited.ts'
import { Poller } from './poll/poller.ts'
import { DevicePinger } from './probe/device-pings.ts'
import { LegProber } from './probe/legs.ts'
import { SnmpEngine } from './snmp/engine.ts'
import { failureHere, softwareHere } from './software.ts'
import { Spool } from './spool/spool.ts'
import type { Trust } from './trust.ts'
import { launchOf } from './upgrade/trial.ts'
import { Upgrader } from './upgrade/upgrader.ts'
import { Uplink } from './uplink.ts'

export interface CollectorOptions {
  server: string
  dataFolder: string
  membership: Membership
  trust?: Trust
  log: Logger
  /** What the spool may hold; unless told, three days, and at most half of what is free (spool/bound.ts). */
  maxSpoolBytes?: number
  /** Where Prometheus may scrape it; unless told, nowhere. */
  metrics?: { port: number; host?: string }
  /** Where traps and syslog are heard; unless told, nowhere. */
  listen?: ListenOptions
  software?: CollectorSoftware
  /** A release lies ready, and the launcher is to start it. */
  onUpgrade?: (release: string) => void
}

export interface Collector {
  /** Whatever was measured is on disk when this resolves. */
  stop(): Promise<void>
}

const healthIntervalMs = 10_000
const overloadShownMs = 3_600_000
const upgradeFailedShownMs = 24 * 3_600_000

/** Wires the parts of a collector. It measures from its last assignment at once, with or without a server. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { server, dataFolder, membership, trust, log, maxSpoolBytes, software = softwareHere() } = options
  const { collectorId, key, sealingKeys: keys } = membership
  const logError = (message: string) => (err: Error) => log.error({ err }, message)
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })

  const clock = new CollectorClock()
  const { now } = clock
  const faults = new Faults(now, ({ code, text }, isOver) =>
    isOver ? log.info({ code }, 'over again') : log.warn({ code }, text),
  )
  const spool = await Spool.open({
    folder: join(dataFolder, 'spool'),
    ...(maxSpoolBytes ? { maxBytes: maxSpoolBytes } : {}),
    onReady: (lane) => uplink.wake(lane),
    onGap: (span, reason) => batcher.fact({ kind: 'gap', ...span, reason }),
    onError: logError('spool'),
    faults,
    now,
  })
  const batcher = new Batcher({
    add: (batch) => spool.add(batch),
    onError: logError('batch not kept'),
    openMs: () => (uplink.isConnected ? onlineOpenMs : offlineOpenMs),
    stamp: () => clock.stamp(),
    onOverload: () =>
      faults.raise(
        'overload',
        'the disk takes nothing and memory is full: samples are lost',
        overloadShownMs,
      ),
  })

  const engine = new SnmpEngine()
  const discoverer = await Discoverer.open(join(dataFolder, 'discoveries'), loadProfiles(), batcher, now)
  const measuring = { engine, keys, recorder: batcher, now }
  const poller = new Poller({
    ...measuring,
    discoverer,
    onError: (error, about) =>
      log.warn({ ...about, code: codeOf(error), reason: error.message }, 'device not read'),
    onLineLimited: (deviceIds) =>
      deviceIds.length === 0
        ? faults.clear('line-limited')
        : faults.raise('line-limited', lineLimitedText(deviceIds)),
  })
  const icmp = new Icmp({
    onFault: (fault, before) => {
      if (before) faults.clear(before.code)
      if (fault) faults.raise(fault.code, fault.message)
    },
  })
  const pinger = new DevicePinger({
    ...measuring,
    icmp,
    onSilence: (deviceId) => poller.device(deviceId)?.sweep('status'),
    onError: logError('device not pinged'),
  })
  const prober = new LegProber({
    ...measuring,
    icmp,
    onChange: ({ siteIds }, isUp) => poller.sweep(siteIds, isUp ? 'full' : 'status'),
    onError: (error, about) => log.warn({ ...about, reason: error.message }, 'leg not probed'),
  })
  const hosts = new KnownHosts(join(dataFolder, 'known-hosts.json'))
  const checks = new Checks({ ...measuring, icmp, hosts })
  const listening =
    options.listen &&
    (await Listening.open({
      dataFolder,
      keys,
      options: options.listen,
      now,
      onFact: (fact) => batcher.fact(fact),
      onPoll: (deviceId, depth) => {
        const device = poller.device(deviceId)
        if (depth === 'anew') device?.anew()
        else device?.look(depth)
      },
      onPort: (interfaceId) => {
        for (const deviceId of prober.lookFrom(interfaceId)) poller.device(deviceId)?.look('reachability')
      },
      portOf: async (deviceId, ifIndex) => {
        const ifName = await discoverer.portNamed(deviceId, ifIndex)
        return ifName === null ? null : { ifName, id: poller.device(deviceId)?.portId(ifName) ?? null }
      },
      onFault: (code, text, forMs) => faults.raise(code, text, forMs),
      onError: (error, doing) => log.warn({ doing, reason: error.message }, 'listening'),
    }))
  const assignment = new AssignmentKeeper(
    join(dataFolder, 'assignment.json'),
    {
      setTarget: (target) => {
        poller.set(target)
        pinger.set(target)
        listening?.set(target)
      },
      setProbe: (probe) => prober.set(probe),
      setCheck: (check) => checks.set(check),
      removeCheck: (checkId) => checks.delete(checkId),
      removeProbe: (circuitId) => prober.delete(circuitId),
      removeTarget: (deviceId) => {
        poller.delete(deviceId)
        pinger.delete(deviceId)
        listening?.delete(deviceId)
        discoverer.forget(deviceId).catch(logError('discovery not forgotten'))
      },
    },
    logError('assignment'),
  )
  const onFact = (fact: Fact) => batcher.fact(fact)
  const jobs = await Jobs.open({
    file: join(dataFolder, 'jobs.json'),
    runners: jobRunners({ keys, engine, icmp, poller, discoverer, checks, hosts, onFact, now }),
    onFact,
    onProgress: (progress) => uplink.progress(progress),
    onError: logError('jobs'),
    now,
  })
  const upgrader = new Upgrader({
    launch: launchOf(join(dataFolder, 'releases'), software.release),
    platform: software.platform,
    server,
    ask: (release, offset) => uplink.release(release, offset),
    bytesPerS: () => uplink.spareBytesPerS,
    onReady: (release) => {
      log.info({ release }, 'release fetched, it is tried now')
      options.onUpgrade?.(release)
    },
    onFailed: (reason) => faults.raise('upgrade-failed', reason, upgradeFailedShownMs),
    onError: (error) => log.warn({ reason: error.message }, 'release not fetched yet'),
  })
  const uplink = new Uplink({
    server,
    ...(trust ? { trust } : {}),
    spool,
    auth: { contractVersion, collectorId, key, publicKey: keys.publicKey, software },
    clock,
    onClock: (aheadMs) =>
      aheadMs === 0
        ? faults.clear('clock-offset')
        : faults.raise('clock-offset', `this machine's clock is ${aheadMs} ms ahead of the server's`),
    handlers: {
      assignment: (whole) => assignment.replace(whole),
      change: (change) => assignment.apply(change) || uplink.resync(),
      job: (job, accepted) => {
        accepted()
        jobs.start(job)
      },
      cancelJob: (jobId) => jobs.cancel(jobId),
      upgrade: (offer) => void upgrader.take(offer).catch(logError('upgrade')),
    },
    onOnline: (online) => {
      log.info({ server }, online ? 'server reached' : 'server lost, measuring goes on')
      upgrader.setOnline(online)
      if (online) uplink.health(health())
    },
    onRefused: (error) => {
      log.warn({ server, reason: error.message }, 'server not reached')
      upgrader.refused(error.message)
    },
    onError: (error) => log.warn({ reason: error.message }, 'uplink'),
  })

  await Promise.all([assignment.load(), upgrader.load()])
  if (software.failedRelease)
    faults.raise(
      'upgrade-failed',
      `${software.failedRelease}: ${failureHere() ?? 'it did not reach the server'}; the release before runs again`,
      upgradeFailedShownMs,
    )
  const meter = processMeter()
  let load = meter()
  const health = (): CollectorHealth => ({
    atMs: Date.now(),
    targets: poller.size,
    probes: prober.size,
    spooledBatches: spool.batches,
    spooledBytes: spool.bytes,
    spoolBoundBytes: spool.boundBytes,
    spoolHoursLeft: spool.hoursLeft,
    ...poller.health(),
    upgrade: upgrader.progress,
    faults: faults.list(),
    ...load,
  })
  uplink.connect()
  const healthTimer = setInterval(() => {
    load = meter()
    uplink.health(health())
  }, healthIntervalMs)
  const metrics =
    options.metrics &&
    (await serveMetrics(
      {
        software,
        health,
        polls: () => poller.punctuality,
        snmp: () => engine,
        isConnected: () => uplink.isConnected,
      },
      options.metrics,
    ))
  if (listening) log.info(listening.ports, 'listening')
  log.info({ targets: poller.size, probes: prober.size, spooledBatches: spool.batches }, 'measuring')

  return {
    stop: async () => {
      clearInterval(healthTimer)
      await metrics?.close()
      await listening?.close()
      await upgrader.close()
      uplink.close()
      poller.close()
      prober.close()
      pinger.close()
      checks.close()
      await jobs.close()
      engine.close()
      await Promise.all([batcher.flush(), assignment.close()])
      await spool.close()
      log.info('stopped')
    },
  }
}

const codeOf = (error: Error): unknown => (error as { code?: unknown }).code
