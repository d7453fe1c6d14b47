import type { NewDiscovery } from '@zongheng/server/api.ts'
import { newSnmpDraft, snmpOf, type SnmpDraft } from '../snmp/snmp-draft.ts'

/** A discovery as it is typed. */
export interface ScanDraft {
  name: string
  regionId: string
  collectorId: string
  ranges: string
  seeds: string
  within: string
  without: string
  mostSteps: number
  port: number
  perSecond: number
  isSilentAsked: boolean
  snmp: SnmpDraft[]
}

export const mostCredentials = 4

export const newScan = (regionId: string): ScanDraft => ({
  name: '',
  regionId,
  collectorId: '',
  ranges: '',
  seeds: '',
  within: '',
  without: '',
  mostSteps: 2,
  port: 161,
  perSecond: 100,
  isSilentAsked: false,
  snmp: [newSnmpDraft()],
})

const lines = (text: string) =>
  text
    .split(/[\n,，;；、]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** As the API takes it. What was left blank of a credential is told by the server. */
export function scanOf(draft: ScanDraft): NewDiscovery {
  const { name, regionId, collectorId, mostSteps, port, perSecond, isSilentAsked } = draft
  return {
    name: name.trim(),
    regionId,
    ...(collectorId && { collectorId }),
    ranges: lines(draft.ranges),
    seeds: lines(draft.seeds),
    within: lines(draft.within),
    without: lines(draft.without),
    mostSteps,
    port,
    perSecond,
    isSilentAsked,
    snmp: draft.snmp.map((one) => snmpOf(one) ?? { version: one.version }),
  }
}
