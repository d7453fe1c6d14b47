/** What late evidence tells of outages that nobody could see: recorded, so that history and alarms agree; it pages nobody. */
import { builtIn } from '@zongheng/inventory/conditions.ts'
import type { LinkState } from '@zongheng/inventory/link.ts'
import { worse, type Severity } from '@zongheng/inventory/severity.ts'
import type { Db } from '../db/database.ts'
import type { Finding } from '../state/finding.ts'
import type { LatePiece } from '../state/late-piece.ts'
import type { StateService } from '../state/service.ts'
import { alarmsWithin, extendPast, insertPast } from './past-store.ts'

type PastCondition = 'link-state' | 'device-down' | 'check-failed'

/** How grave a state was that is over. */
const outages: Partial<Record<LatePiece['entityType'], [PastCondition, Record<string, Severity>]>> = {
  link: [
    'link-state',
    { down: 'critical', 'on-backup': 'major', degraded: 'minor', unprotected: 'warning' } satisfies Partial<
      Record<LinkState, Severity>
    >,
  ],
  device: ['device-down', { down: 'minor' }],
  check: ['check-failed', { down: 'minor' }],
}

/** `pieces`: states that have ended. Doing it twice records nothing more. Answers the alarms that are new or longer. */
export async function recordPast(
  db: Db,
  pieces: readonly LatePiece[],
  state: Pick<StateService, 'model' | 'nameOf'>,
  nowMs: number,
): Promise<string[]> {
  const told: string[] = []
  for (const piece of pieces) {
    const finding = findingOf(piece, state)
    if (!finding || piece.untilMs - piece.fromMs < finding.holdMs) continue
    const known = await alarmsWithin(db, piece.entityId, finding.condition, piece.fromMs, piece.untilMs)
    const own = known.find((row) => row.historical === 1)
    if (own) {
      const isWithin = own.started_at <= piece.fromMs && (own.cleared_at ?? 0) >= piece.untilMs
      if (isWithin) continue
      const severity = worse(own.severity as Severity, finding.severity)
      await extendPast(db, own, piece.fromMs, piece.untilMs, severity, nowMs)
      told.push(own.id)
    } else if (known.length === 0) told.push(await insertPast(db, finding, piece.untilMs, nowMs))
  }
  return told
}

function findingOf(piece: LatePiece, state: Pick<StateService, 'model' | 'nameOf'>): Finding | null {
  const [condition, severities] = outages[piece.entityType] ?? []
  const severity = severities?.[piece.state]
  if (!condition || !severity) return null
  const { devices, links, checks } = state.model
  const { entityType, entityId, regionId } = piece
  const device = devices.get(entityId)
  const siteId = device?.siteId ?? links.get(entityId)?.lowerSiteId ?? checks.get(entityId)?.siteId ?? null
  const { priority, holdMs, clearHoldMs } = builtIn(condition)
  return {
    entityType: entityType as Finding['entityType'],
    entityId,
    entityName: state.nameOf(entityId),
    regionId,
    siteId,
    deviceId: device?.id ?? null,
    condition,
    severity,
    priority,
    holdMs,
    clearHoldMs,
    values: { state: piece.state },
    evidence: piece.evidence,
    sinceMs: piece.fromMs,
  }
}
