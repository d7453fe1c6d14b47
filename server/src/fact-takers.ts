import type { Jobs } from './automation/jobs.ts'
import type { CheckService } from './checks/service.ts'
import type { DiscoveryService } from './discovery/service.ts'
import type { EstateService } from './estate/service.ts'
import type { ListeningService } from './listening/service.ts'
import type { ProfileService } from './profiles/service.ts'
import type { StationService } from './stations/service.ts'
import type { TopologyService } from './topology/service.ts'
import type { FactTakers } from './uplink/intake.ts'

/** What a collector's facts lead to. */
export function factTakers(
  estate: EstateService,
  jobs: Jobs,
  checks: () => CheckService,
  listening: ListeningService,
  discoveries: () => DiscoveryService,
  profiles: ProfileService,
  topology: TopologyService,
  stations: StationService,
): FactTakers {
  return {
    device: async (tx, fact, note) => {
      const isNew = await estate.applyFact(tx, fact, note)
      await profiles.take(tx, fact)
      await topology.take(tx, fact)
      return () => isNew && estate.changedSoon([fact.deviceId])
    },
    job: async (tx, fact, note) => {
      const end = await jobs.apply(tx, fact, note)
      return () => end && jobs.tell(end)
    },
    check: (tx, fact) => checks().applyFact(tx, fact),
    finding: async (tx, fact) => {
      await estate.applyFinding(tx, fact)
      return () => undefined
    },
    stations: (tx, fact) => stations.take(tx, fact),
    log: (tx, fact, collectorId) => listening.take(tx, fact, collectorId),
    found: (tx, fact) => discoveries().take(tx, fact),
    waitingJobs: async (collectorId) => [
      ...(await jobs.waitingFor(collectorId)),
      ...(await discoveries().underWay(collectorId)),
    ],
    ownsJob: async (collectorId, jobId) => (await jobs.find(jobId))?.collector_id === collectorId,
  }
}
