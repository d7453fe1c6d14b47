/**
 * Notifications that are known by name, as data: OID, name, severity [RFC 5424 §6.2.1] and what is to be asked of its sender.
 * From the MIB that stands above each part.
 */

/** How deep its sender is polled at once; `anew`: it may be another, or stand among others, and is discovered again. */
export type AskedDepth = 'status' | 'full' | 'anew'

/** `poll`: null: it says nothing that a poll would show. */
export interface NotificationMeaning {
  name: string
  severity: number
  poll: AskedDepth | null
}

type Row = [oid: string, name: string, severity: number, poll?: AskedDepth]

const [alert, critical, error, warning, notice, informational] = [1, 2, 3, 4, 5, 6]

// prettier-ignore
const standard: Row[] = [
  // SNMPv2-MIB [RFC 3418], IF-MIB [RFC 2863]
  ['1.3.6.1.6.3.1.1.5.1', 'coldStart', warning, 'anew'],
  ['1.3.6.1.6.3.1.1.5.2', 'warmStart', notice, 'anew'],
  ['1.3.6.1.6.3.1.1.5.3', 'linkDown', error, 'status'],
  ['1.3.6.1.6.3.1.1.5.4', 'linkUp', notice, 'status'],
  ['1.3.6.1.6.3.1.1.5.5', 'authenticationFailure', warning],
  ['1.3.6.1.6.3.1.1.5.6', 'egpNeighborLoss', warning, 'status'],
  // UPS-MIB [RFC 1628]
  ['1.3.6.1.2.1.33.2.1', 'upsTrapOnBattery', critical, 'full'],
  ['1.3.6.1.2.1.33.2.2', 'upsTrapTestCompleted', notice, 'full'],
  ['1.3.6.1.2.1.33.2.3', 'upsTrapAlarmEntryAdded', error, 'full'],
  ['1.3.6.1.2.1.33.2.4', 'upsTrapAlarmEntryRemoved', notice, 'full'],
  // OSPF-TRAP-MIB [RFC 4750], BGP4-MIB [RFC 4273 and before it RFC 1657]
  ['1.3.6.1.2.1.14.16.2.1', 'ospfVirtIfStateChange', warning, 'full'],
  ['1.3.6.1.2.1.14.16.2.2', 'ospfNbrStateChange', warning, 'full'],
  ['1.3.6.1.2.1.14.16.2.3', 'ospfVirtNbrStateChange', warning, 'full'],
  ['1.3.6.1.2.1.14.16.2.4', 'ospfIfConfigError', warning],
  ['1.3.6.1.2.1.14.16.2.6', 'ospfIfAuthFailure', warning],
  ['1.3.6.1.2.1.14.16.2.16', 'ospfIfStateChange', notice, 'full'],
  ['1.3.6.1.2.1.15.0.1', 'bgpEstablishedNotification', notice, 'full'],
  ['1.3.6.1.2.1.15.0.2', 'bgpBackwardTransNotification', error, 'full'],
  ['1.3.6.1.2.1.15.7.1', 'bgpEstablished', notice, 'full'],
  ['1.3.6.1.2.1.15.7.2', 'bgpBackwardTransition', error, 'full'],
  // BRIDGE-MIB [RFC 4188], VRRP-MIB [RFC 2787], ENTITY-MIB [RFC 6933], LLDP-MIB
  ['1.3.6.1.2.1.17.0.1', 'newRoot', notice],
  ['1.3.6.1.2.1.17.0.2', 'topologyChange', notice],
  ['1.3.6.1.2.1.68.0.1', 'vrrpTrapNewMaster', warning, 'status'],
  ['1.3.6.1.2.1.47.2.0.1', 'entConfigChange', notice, 'anew'],
  ['1.0.8802.1.1.2.0.0.1', 'lldpRemTablesChange', informational, 'anew'],
  // NET-SNMP-AGENT-MIB
  ['1.3.6.1.4.1.8072.4.0.1', 'nsNotifyStart', notice, 'anew'],
  ['1.3.6.1.4.1.8072.4.0.2', 'nsNotifyShutdown', warning, 'full'],
  ['1.3.6.1.4.1.8072.4.0.3', 'nsNotifyRestart', notice, 'full'],
]

const huaweiEntity = '1.3.6.1.4.1.2011.5.25.219.2'
// prettier-ignore
const huawei: Row[] = [
  // HUAWEI-ENTITY-TRAP-MIB
  [`${huaweiEntity}.5.1`, 'hwPowerRemove', error, 'full'],
  [`${huaweiEntity}.5.2`, 'hwPowerInsert', notice, 'full'],
  [`${huaweiEntity}.5.3`, 'hwPowerFail', error, 'full'],
  [`${huaweiEntity}.5.4`, 'hwPowerFailResume', notice, 'full'],
  [`${huaweiEntity}.5.5`, 'hwPowerInvalid', critical, 'full'],
  [`${huaweiEntity}.5.6`, 'hwPowerInvalidResume', notice, 'full'],
  [`${huaweiEntity}.5.7`, 'hwPowerUnusable', error, 'full'],
  [`${huaweiEntity}.5.8`, 'hwPowerUnusableResume', notice, 'full'],
  [`${huaweiEntity}.6.1`, 'hwFanRemove', error, 'full'],
  [`${huaweiEntity}.6.2`, 'hwFanInsert', notice, 'full'],
  [`${huaweiEntity}.6.3`, 'hwFanFail', error, 'full'],
  [`${huaweiEntity}.6.4`, 'hwFanFailResume', notice, 'full'],
  [`${huaweiEntity}.6.5`, 'hwFanInvalid', critical, 'full'],
  [`${huaweiEntity}.6.6`, 'hwFanInvalidResume', notice, 'full'],
  [`${huaweiEntity}.4.19`, 'hwOpticalBiasCurrentAlarm', warning, 'full'],
  [`${huaweiEntity}.4.20`, 'hwOpticalBiasCurrentAlarmResume', notice, 'full'],
  // HUAWEI-CONFIG-MAN-MIB
  ['1.3.6.1.4.1.2011.6.10.2.1', 'hwCfgManEventlog', notice],
]

const h3cSwitch = '1.3.6.1.4.1.25506.8.35.12.1'
const h3cEntity = '1.3.6.1.4.1.25506.2.6.2.0'
// prettier-ignore
const h3c: Row[] = [
  // HH3C-LswTRAP-MIB
  [`${h3cSwitch}.1`, 'hh3cpowerfailure', critical, 'full'],
  [`${h3cSwitch}.2`, 'hh3cPowerNormal', notice, 'full'],
  [`${h3cSwitch}.3`, 'hh3cMasterPowerNormal', notice, 'full'],
  [`${h3cSwitch}.4`, 'hh3cSlavePowerNormal', notice, 'full'],
  [`${h3cSwitch}.5`, 'hh3cPowerRemoved', error, 'full'],
  [`${h3cSwitch}.6`, 'hh3cfanfailure', critical, 'full'],
  [`${h3cSwitch}.7`, 'hh3cFanNormal', notice, 'full'],
  [`${h3cSwitch}.8`, 'hh3cBoardRemoved', error, 'anew'],
  [`${h3cSwitch}.9`, 'hh3cBoardInserted', notice, 'anew'],
  // HH3C-ENTITY-EXT-MIB
  [`${h3cEntity}.5`, 'hh3cEntityExtMemUsageThresholdNotification', warning, 'full'],
  [`${h3cEntity}.7`, 'hh3cEntityExtOperDisabled', error, 'full'],
  [`${h3cEntity}.8`, 'hh3cEntityExtCriticalTemperatureThresholdNotification', critical, 'full'],
  [`${h3cEntity}.9`, 'hh3cEntityExtSFPAlarmOn', warning, 'full'],
  [`${h3cEntity}.10`, 'hh3cEntityExtSFPAlarmOff', notice, 'full'],
  [`${h3cEntity}.11`, 'hh3cEntityExtSFPPhony', notice],
  // HH3C-CONFIG-MAN-MIB
  ['1.3.6.1.4.1.25506.2.4.2.1', 'hh3cCfgManEventlog', notice],
]

const ciscoEnvironment = '1.3.6.1.4.1.9.9.13.3.0'
const ciscoFru = '1.3.6.1.4.1.9.9.117.2.0'
// prettier-ignore
const cisco: Row[] = [
  // CISCO-ENVMON-MIB
  [`${ciscoEnvironment}.1`, 'ciscoEnvMonShutdownNotification', alert, 'full'],
  [`${ciscoEnvironment}.2`, 'ciscoEnvMonVoltageNotification', error, 'full'],
  [`${ciscoEnvironment}.3`, 'ciscoEnvMonTemperatureNotification', error, 'full'],
  [`${ciscoEnvironment}.4`, 'ciscoEnvMonFanNotification', error, 'full'],
  [`${ciscoEnvironment}.5`, 'ciscoEnvMonRedundantSupplyNotification', error, 'full'],
  [`${ciscoEnvironment}.6`, 'ciscoEnvMonVoltStatusChangeNotif', warning, 'full'],
  [`${ciscoEnvironment}.7`, 'ciscoEnvMonTempStatusChangeNotif', warning, 'full'],
  [`${ciscoEnvironment}.8`, 'ciscoEnvMonFanStatusChangeNotif', warning, 'full'],
  [`${ciscoEnvironment}.9`, 'ciscoEnvMonSuppStatusChangeNotif', warning, 'full'],
  // CISCO-ENTITY-FRU-CONTROL-MIB
  [`${ciscoFru}.1`, 'cefcModuleStatusChange', warning, 'anew'],
  [`${ciscoFru}.2`, 'cefcPowerStatusChange', warning, 'full'],
  [`${ciscoFru}.3`, 'cefcFRUInserted', notice, 'anew'],
  [`${ciscoFru}.4`, 'cefcFRURemoved', warning, 'anew'],
  [`${ciscoFru}.6`, 'cefcFanTrayStatusChange', warning, 'full'],
  // CISCO-IF-EXTENSION-MIB, CISCO-CONFIG-MAN-MIB, CISCO-SYSLOG-MIB, CISCO-GENERAL-TRAPS
  ['1.3.6.1.4.1.9.9.276.0.1', 'cieLinkDown', error, 'status'],
  ['1.3.6.1.4.1.9.9.276.0.2', 'cieLinkUp', notice, 'status'],
  ['1.3.6.1.4.1.9.9.43.2.0.1', 'ciscoConfigManEvent', notice],
  ['1.3.6.1.4.1.9.9.41.2.0.1', 'clogMessageGenerated', notice],
  ['1.3.6.1.4.1.9.0.0', 'reload', warning, 'full'],
  ['1.3.6.1.4.1.9.0.1', 'tcpConnectionClose', informational],
]

const ruijieSystem = '1.3.6.1.4.1.4881.1.1.10.2.1.2'
// prettier-ignore
const ruijie: Row[] = [
  // RUIJIE-SYSTEM-MIB
  [`${ruijieSystem}.2`, 'ruijieSystemHardChangeDetected', warning, 'full'],
  [`${ruijieSystem}.3`, 'ruijieSystemPowerStateChange', error, 'full'],
  [`${ruijieSystem}.4`, 'ruijieSystemFanStateChange', error, 'full'],
  [`${ruijieSystem}.5`, 'ruijieSystemCPUusageTooHighTrap', warning, 'full'],
  [`${ruijieSystem}.6`, 'ruijieSystemCPUusageTooHighRecovTrap', notice, 'full'],
  [`${ruijieSystem}.7`, 'ruijieSystemTmpTooHighTrap', error, 'full'],
  [`${ruijieSystem}.8`, 'ruijieSystemTmpTooHighRecovTrap', notice, 'full'],
  [`${ruijieSystem}.15`, 'ruijieSystemResetTrap', warning, 'full'],
  [`${ruijieSystem}.17`, 'ruijieSystemPowerOnTrap', notice, 'full'],
  [`${ruijieSystem}.18`, 'ruijieSystemPowerOffTrap', error, 'full'],
  [`${ruijieSystem}.25`, 'ruijieSystemFanTableStateChange', error, 'full'],
  [`${ruijieSystem}.28`, 'ruijieSystemFanTableOn', notice, 'full'],
  [`${ruijieSystem}.29`, 'ruijieSystemFanTableOff', error, 'full'],
  [`${ruijieSystem}.32`, 'ruijieSwitchOverNotify', warning, 'full'],
  [`${ruijieSystem}.35`, 'ruijieSystemPowerOnNotify', notice, 'full'],
  [`${ruijieSystem}.36`, 'ruijieSystemPowerOffNotify', error, 'full'],
]

const known = new Map<string, NotificationMeaning>(
  [standard, huawei, h3c, cisco, ruijie]
    .flat()
    .map(([oid, name, severity, poll = null]) => [oid, { name, severity, poll }]),
)

/** Of a stranger its OID; nobody knows how grave it is. */
export function meaningOf(trapOid: string): NotificationMeaning {
  return (
    known.get(trapOid) ?? known.get(withoutZero(trapOid)) ?? { name: trapOid, severity: notice, poll: null }
  )
}

/** What a v1 agent sends of a notification whose OID has no zero before its last part comes with one [RFC 3584 §3.1]. */
const withoutZero = (oid: string): string => oid.replace(/\.0\.(\d+)$/, '.$1')

const vendors: Record<string, string> = {
  '9': 'Cisco',
  '318': 'APC',
  '2011': 'Huawei',
  '3902': 'ZTE',
  '4881': 'Ruijie',
  '5651': 'Maipu',
  '8072': 'net-snmp',
  '25506': 'H3C',
}

/** Whose enterprise an OID is under [IANA enterprise numbers]; null when it is nobody's we know. */
export function vendorOf(oid: string): string | null {
  const number = /^1\.3\.6\.1\.4\.1\.(\d+)(?:\.|$)/.exec(oid)?.[1]
  return (number && vendors[number]) || null
}
