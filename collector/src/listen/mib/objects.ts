/** Objects that notifications carry, by name and with the words of their codes, as data. */

/** `codes`: INTEGER → the name it has in the MIB, from 1 on unless told otherwise. */
export interface ObjectMeaning {
  name: string
  codes?: Record<number, string>
}

const from = (first: number, ...names: string[]): Record<number, string> =>
  Object.fromEntries(names.map((name, i) => [first + i, name]))

const ifStatus = from(1, 'up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown')
const ospfNeighbour = from(
  1,
  'down',
  'attempt',
  'init',
  'twoWay',
  'exchangeStart',
  'exchange',
  'loading',
  'full',
)
const bgpPeer = from(1, 'idle', 'connect', 'active', 'opensent', 'openconfirm', 'established')
const environment = from(1, 'normal', 'warning', 'critical', 'shutdown', 'notPresent', 'notFunctioning')
const configSource = from(1, 'commandLine', 'snmp')
const configMedium = from(
  1,
  'erase',
  'commandSource',
  'running',
  'startup',
  'local',
  'networkTftp',
  'networkRcp',
)

// prettier-ignore
const rows: [oid: string, name: string, codes?: Record<number, string>][] = [
  // SNMPv2-MIB, SNMP-COMMUNITY-MIB
  ['1.3.6.1.6.3.1.1.4.3.0', 'snmpTrapEnterprise'],
  ['1.3.6.1.6.3.18.1.4.0', 'snmpTrapCommunity'],
  ['1.3.6.1.2.1.1.5', 'sysName'],
  // IF-MIB
  ['1.3.6.1.2.1.2.2.1.1', 'ifIndex'],
  ['1.3.6.1.2.1.2.2.1.2', 'ifDescr'],
  ['1.3.6.1.2.1.2.2.1.3', 'ifType'],
  ['1.3.6.1.2.1.2.2.1.7', 'ifAdminStatus', ifStatus],
  ['1.3.6.1.2.1.2.2.1.8', 'ifOperStatus', ifStatus],
  ['1.3.6.1.2.1.31.1.1.1.1', 'ifName'],
  ['1.3.6.1.2.1.31.1.1.1.18', 'ifAlias'],
  // UPS-MIB
  ['1.3.6.1.2.1.33.1.2.2', 'upsSecondsOnBattery'],
  ['1.3.6.1.2.1.33.1.2.3', 'upsEstimatedMinutesRemaining'],
  ['1.3.6.1.2.1.33.1.2.4', 'upsEstimatedChargeRemaining'],
  ['1.3.6.1.2.1.33.1.9.7', 'upsConfigLowBattTime'],
  ['1.3.6.1.2.1.33.1.6.2.1.1', 'upsAlarmId'],
  ['1.3.6.1.2.1.33.1.6.2.1.2', 'upsAlarmDescr'],
  // OSPF-MIB, BGP4-MIB
  ['1.3.6.1.2.1.14.1.1', 'ospfRouterId'],
  ['1.3.6.1.2.1.14.10.1.1', 'ospfNbrIpAddr'],
  ['1.3.6.1.2.1.14.10.1.2', 'ospfNbrAddressLessIndex'],
  ['1.3.6.1.2.1.14.10.1.3', 'ospfNbrRtrId'],
  ['1.3.6.1.2.1.14.10.1.6', 'ospfNbrState', ospfNeighbour],
  ['1.3.6.1.2.1.14.7.1.1', 'ospfIfIpAddress'],
  ['1.3.6.1.2.1.15.3.1.2', 'bgpPeerState', bgpPeer],
  ['1.3.6.1.2.1.15.3.1.7', 'bgpPeerRemoteAddr'],
  ['1.3.6.1.2.1.15.3.1.14', 'bgpPeerLastError'],
  // ENTITY-MIB
  ['1.3.6.1.2.1.47.1.1.1.1.7', 'entPhysicalName'],
  // HUAWEI-ENTITY-TRAP-MIB, HUAWEI-CONFIG-MAN-MIB
  ['1.3.6.1.4.1.2011.5.25.219.1.1', 'hwEntityPhysicalIndex'],
  ['1.3.6.1.4.1.2011.5.25.219.1.3', 'hwEntityTrapFaultID'],
  ['1.3.6.1.4.1.2011.5.25.219.1.13', 'hwEntityTrapReasonDescr'],
  ['1.3.6.1.4.1.2011.5.25.31.1.1.1.1.2', 'hwEntityOperStatus'],
  // CISCO-ENVMON-MIB, CISCO-CONFIG-MAN-MIB, CISCO-SYSLOG-MIB
  ['1.3.6.1.4.1.9.9.13.1.3.1.2', 'ciscoEnvMonTemperatureStatusDescr'],
  ['1.3.6.1.4.1.9.9.13.1.3.1.3', 'ciscoEnvMonTemperatureStatusValue'],
  ['1.3.6.1.4.1.9.9.13.1.3.1.6', 'ciscoEnvMonTemperatureState', environment],
  ['1.3.6.1.4.1.9.9.13.1.4.1.2', 'ciscoEnvMonFanStatusDescr'],
  ['1.3.6.1.4.1.9.9.13.1.4.1.3', 'ciscoEnvMonFanState', environment],
  ['1.3.6.1.4.1.9.9.13.1.5.1.2', 'ciscoEnvMonSupplyStatusDescr'],
  ['1.3.6.1.4.1.9.9.13.1.5.1.3', 'ciscoEnvMonSupplyState', environment],
  ['1.3.6.1.4.1.9.9.43.1.1.6.1.3', 'ccmHistoryEventCommandSource', configSource],
  ['1.3.6.1.4.1.9.9.43.1.1.6.1.4', 'ccmHistoryEventConfigSource', configMedium],
  ['1.3.6.1.4.1.9.9.43.1.1.6.1.5', 'ccmHistoryEventConfigDestination', configMedium],
  ['1.3.6.1.4.1.9.9.41.1.2.3.1.4', 'clogHistMsgName'],
  ['1.3.6.1.4.1.9.9.41.1.2.3.1.5', 'clogHistMsgText'],
  // ZXR10 power and fans
  ['1.3.6.1.4.1.3902.3.5001.5', 'powerStatACError'],
  ['1.3.6.1.4.1.3902.3.5001.6', 'powerStatRectifyError'],
]

const known = new Map<string, ObjectMeaning>(
  rows.map(([oid, name, codes]) => [oid, { name, ...(codes && { codes }) }]),
)
const longest = Math.max(...rows.map(([oid]) => oid.split('.').length))

/** The object that an instance is of, and its index; null for a stranger. */
export function objectOf(oid: string): (ObjectMeaning & { index: string }) | null {
  const whole = known.get(oid)
  if (whole) return { ...whole, index: '' }
  const parts = oid.split('.', longest + 1)
  for (let length = Math.min(parts.length, longest); length > 6; length--) {
    const column = parts.slice(0, length).join('.')
    const object = known.get(column)
    if (object) return { ...object, index: oid.slice(column.length + 1) }
  }
  return null
}

/** upsWellKnownAlarms, which upsAlarmDescr points to. */
export const upsAlarms: Record<string, string> = Object.fromEntries(
  // prettier-ignore
  ['upsAlarmBatteryBad', 'upsAlarmOnBattery', 'upsAlarmLowBattery', 'upsAlarmDepletedBattery', 'upsAlarmTempBad', 'upsAlarmInputBad',
    'upsAlarmOutputBad', 'upsAlarmOutputOverload', 'upsAlarmOnBypass', 'upsAlarmBypassBad', 'upsAlarmOutputOffAsRequested',
    'upsAlarmUpsOffAsRequested', 'upsAlarmChargerFailed', 'upsAlarmUpsOutputOff', 'upsAlarmUpsSystemOff', 'upsAlarmFanFailure',
    'upsAlarmFuseFailure', 'upsAlarmGeneralFault', 'upsAlarmDiagnosticTestFailed', 'upsAlarmCommunicationsLost',
    'upsAlarmAwaitingPower', 'upsAlarmShutdownPending', 'upsAlarmShutdownImminent', 'upsAlarmTestInProgress',
  ].map((name, i) => [`1.3.6.1.2.1.33.1.6.3.${i + 1}`, name]),
)
