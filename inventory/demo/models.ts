/** Device families whose MIBs the simulator plays. */
export type Family = 'huawei' | 'h3c' | 'cisco' | 'ruijie' | 'linux' | 'ups' | 'environment'

/** Names of ports that count up: `{slot}` after every `perSlot` ports, `{port}` from `firstPort`. */
export interface Numbering {
  ifDescr: string
  firstSlot?: number
  firstPort?: number
  perSlot?: number
  ifType: number
  ifSpeedBps: number
}

export interface DemoModel {
  family: Family
  vendor: string
  /** As a person reads it on the box. */
  hardware: string
  version: string
  sysObjectID: string
  /** `{sysName}` stands for the device's own. */
  sysDescr: string
  serialPrefix: string
  /** Circuits end here: Ethernet, E1 serial, tunnel. */
  wan?: { ethernet: Numbering; serial?: Numbering; tunnel: Numbering }
  lan: Numbering & { count: number }
  /** Interfaces without a wire. */
  virtual: { ifDescr: string; ifType: number }[]
  /** ifName where it is not ifDescr: the interface type's abbreviation, the space left out. */
  abbreviations?: Record<string, string>
}

/** ifType [IANAifType-MIB]. */
export const ifTypes = {
  other: 1,
  ethernet: 6,
  serial: 22,
  ppp: 23,
  loopback: 24,
  virtual: 53,
  tunnel: 131,
  vlan: 136,
} as const

const gigabit = 1_000_000_000
const e1 = 2_048_000
const ethernet = (ifDescr: string, rest: Partial<Numbering> = {}): Numbering => ({
  ifDescr,
  ifType: ifTypes.ethernet,
  ifSpeedBps: gigabit,
  ...rest,
})
const serial = (ifDescr: string, ifType: number, rest: Partial<Numbering> = {}): Numbering => ({
  ifDescr,
  ifType,
  ifSpeedBps: e1,
  ...rest,
})
const tunnel = (ifDescr: string, rest: Partial<Numbering> = {}): Numbering => ({
  ifDescr,
  ifType: ifTypes.tunnel,
  ifSpeedBps: gigabit,
  ...rest,
})

const vrpVirtual = [
  { ifDescr: 'NULL0', ifType: ifTypes.other },
  { ifDescr: 'LoopBack0', ifType: ifTypes.loopback },
]
const comwareVirtual = [
  { ifDescr: 'NULL0', ifType: ifTypes.other },
  { ifDescr: 'LoopBack0', ifType: ifTypes.loopback },
  { ifDescr: 'Vlan-interface1', ifType: ifTypes.vlan },
]
const iosVirtual = [
  { ifDescr: 'Null0', ifType: ifTypes.other },
  { ifDescr: 'Loopback0', ifType: ifTypes.loopback },
]
const iosAbbreviations = {
  GigabitEthernet: 'Gi',
  TenGigabitEthernet: 'Te',
  Serial: 'Se',
  Tunnel: 'Tu',
  Loopback: 'Lo',
  Null: 'Nu',
}

const huawei = { family: 'huawei', vendor: 'Huawei', serialPrefix: '2102', virtual: vrpVirtual } as const
const h3c = { family: 'h3c', vendor: 'H3C', serialPrefix: '210235A', virtual: comwareVirtual } as const
const cisco = {
  family: 'cisco',
  vendor: 'Cisco Systems Inc',
  serialPrefix: 'FDO',
  virtual: iosVirtual,
  abbreviations: iosAbbreviations,
} as const

/** The router line AR, and its sysDescr [recording of an AR169FGW-L]. */
function ar(hardware: string, series: string, product: number): DemoModel {
  return {
    ...huawei,
    hardware,
    version: 'V300R019C11SPC200',
    sysObjectID: `1.3.6.1.4.1.2011.2.224.${product}`,
    sysDescr: `Huawei ${hardware} Huawei Versatile Routing Platform Software  VRP (R) software,Version 5.170 (${series} V300R019C11SPC200) Copyright (C) 2011-2021 Huawei Technologies Co., Ltd`,
    wan: {
      ethernet: ethernet('GigabitEthernet{slot}/0/{port}', { firstSlot: 1, perSlot: 8 }),
      serial: serial('Serial{slot}/0/{port}:0', ifTypes.ppp, { firstSlot: 5, perSlot: 8 }),
      tunnel: tunnel('Tunnel0/0/{port}'),
    },
    lan: { ...ethernet('GigabitEthernet0/0/{port}'), count: 8 },
  }
}

function vrpSwitch(hardware: string, series: string, oid: string, lan: DemoModel['lan']): DemoModel {
  return {
    ...huawei,
    hardware,
    version: 'V200R022C00SPC500',
    sysObjectID: `1.3.6.1.4.1.2011.${oid}`,
    sysDescr: `${hardware}\r\nHuawei Versatile Routing Platform Software\r\n VRP (R) software,Version 5.170 (${series} V200R022C00SPC500)\r\n Copyright (C) 2000-2022 HUAWEI TECH Co., Ltd`,
    lan,
    virtual: [
      ...vrpVirtual,
      { ifDescr: 'Vlanif1', ifType: ifTypes.vlan },
      { ifDescr: 'Vlanif100', ifType: ifTypes.vlan },
    ],
  }
}

function comware(
  hardware: string,
  release: string,
  product: number,
  ports: Pick<DemoModel, 'wan' | 'lan'>,
): DemoModel {
  return {
    ...h3c,
    hardware,
    version: `7.1.064 Release ${release}`,
    sysObjectID: `1.3.6.1.4.1.25506.1.${product}`,
    sysDescr: `H3C Comware Platform Software, Software Version 7.1.064, Release ${release}\r\nH3C ${hardware}\r\nCopyright (c) 2004-2022 New H3C Technologies Co., Ltd. All rights reserved.`,
    ...ports,
  }
}

const comwareRouter = (count: number): Pick<DemoModel, 'wan' | 'lan'> => ({
  wan: {
    ethernet: ethernet('GigabitEthernet{slot}/0/{port}', { firstSlot: 2, perSlot: 8 }),
    serial: serial('Serial{slot}/0/{port}:0', ifTypes.ppp, { firstSlot: 6, perSlot: 8 }),
    tunnel: tunnel('Tunnel{port}', { firstPort: 1 }),
  },
  lan: { ...ethernet('GigabitEthernet0/{port}'), count },
})

function iosXe(hardware: string, image: string, product: number, count: number): DemoModel {
  return {
    ...cisco,
    hardware,
    version: '17.6.4',
    sysObjectID: `1.3.6.1.4.1.9.1.${product}`,
    sysDescr: `Cisco IOS Software [Bengaluru], ${image} Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.6.4, RELEASE SOFTWARE (fc1)\r\nTechnical Support: http://www.cisco.com/techsupport\r\nCopyright (c) 1986-2022 by Cisco Systems, Inc.\r\nCompiled Sun 14-Aug-22 08:54 by mcpre`,
    wan: {
      ethernet: ethernet('GigabitEthernet0/{slot}/{port}', { firstSlot: 1, perSlot: 8 }),
      serial: serial('Serial0/{slot}/{port}:0', ifTypes.serial, { firstSlot: 5, perSlot: 8 }),
      tunnel: tunnel('Tunnel{port}', { firstPort: 1 }),
    },
    lan: { ...ethernet('GigabitEthernet0/0/{port}'), count },
  }
}

/** A box that is managed over one network port. */
const managementPort = (ifDescr: string): Pick<DemoModel, 'lan' | 'virtual'> => ({
  lan: { ...ethernet(ifDescr, { ifSpeedBps: 100_000_000 }), count: 1 },
  virtual: [{ ifDescr: 'lo', ifType: ifTypes.loopback }],
})

/**
 * Every model of the demo. sysObjectIDs are the vendors' own [HUAWEI-MIB, HH3C-PRODUCT-ID-MIB, CISCO-PRODUCTS-MIB,
 * recordings]; the environment monitor says what an unmarked net-snmp agent says.
 */
export const models = {
  'huawei-ne8000-m8': {
    ...huawei,
    hardware: 'NetEngine 8000 M8',
    version: 'V800R012C10SPC300',
    sysObjectID: '1.3.6.1.4.1.2011.2.360.1.9',
    sysDescr:
      'Huawei Versatile Routing Platform Software\r\nVRP (R) software, Version 8.200 (NetEngine 8000 V800R012C10SPC300) \r\nCopyright (C) 2012-2020 Huawei Technologies Co., Ltd. \r\nHUAWEI NetEngine 8000 M8',
    wan: {
      ethernet: ethernet('GigabitEthernet0/{slot}/{port}', {
        firstSlot: 7,
        perSlot: 10,
        ifSpeedBps: 10 * gigabit,
      }),
      serial: serial('Serial0/{slot}/{port}:0', ifTypes.ppp, { firstSlot: 5, perSlot: 8 }),
      tunnel: tunnel('Tunnel{port}', { firstPort: 1 }),
    },
    lan: { ...ethernet('GigabitEthernet0/3/{port}', { ifSpeedBps: 10 * gigabit }), count: 6 },
  },
  'huawei-ar6280': ar('AR6280', 'AR6280', 300),
  'huawei-ar6121': ar('AR6121', 'AR6120', 321),
  'huawei-usg6525f': {
    ...huawei,
    hardware: 'USG6525F',
    version: 'V600R007C20SPC500',
    sysObjectID: '1.3.6.1.4.1.2011.2.321.1.421',
    sysDescr:
      'Huawei USG6525F Huawei Versatile Routing Platform Software VRP (R) Software, Version 5.170 (USG6500F V600R007C20SPC500) Copyright (C) 2014-2022 Huawei Technologies Co., Ltd.',
    wan: {
      ethernet: ethernet('GigabitEthernet0/1/{port}'),
      tunnel: tunnel('Tunnel{port}', { firstPort: 1 }),
    },
    lan: { ...ethernet('GigabitEthernet0/0/{port}'), count: 10 },
  },
  'huawei-s12708': vrpSwitch('S12708', 'S12700', '2.225.1', {
    ...ethernet('XGigabitEthernet{slot}/0/{port}', { firstSlot: 1, perSlot: 24, ifSpeedBps: 10 * gigabit }),
    count: 48,
  }),
  'huawei-s7706': vrpSwitch('S7706', 'S7700', '2.223.2', {
    ...ethernet('GigabitEthernet{slot}/0/{port}', { firstSlot: 1, perSlot: 24 }),
    count: 48,
  }),
  'huawei-s5735': vrpSwitch('S5735-S24T4XE-V2', 'S5735', '2.23.1092', {
    ...ethernet('GigabitEthernet0/0/{port}', { firstPort: 1 }),
    count: 24,
  }),
  'h3c-msr5660': comware('MSR5660', '0707P21', 771, comwareRouter(6)),
  'h3c-msr3620': comware('MSR3620', '6749P14', 766, comwareRouter(4)),
  'h3c-f1060': comware('SecPath F1060', '9345P24', 1092, {
    wan: {
      ethernet: ethernet('GigabitEthernet1/0/{port}', { firstPort: 16 }),
      tunnel: tunnel('Tunnel{port}', { firstPort: 1 }),
    },
    lan: { ...ethernet('GigabitEthernet1/0/{port}'), count: 8 },
  }),
  'h3c-s7506e-x': comware('S7506E-X', '7595P06', 1306, {
    lan: {
      ...ethernet('GigabitEthernet{slot}/0/{port}', { firstSlot: 2, firstPort: 1, perSlot: 24 }),
      count: 48,
    },
  }),
  'h3c-s5130': comware('S5130-28S-EI', '3507P10', 947, {
    lan: { ...ethernet('GigabitEthernet1/0/{port}', { firstPort: 1 }), count: 24 },
  }),
  'cisco-c8300': iosXe('C8300-1N1S-6T', 'c8000be', 2989, 6),
  'cisco-isr4321': iosXe('ISR4321/K9', 'ISR', 2093, 2),
  'ruijie-s6220': {
    family: 'ruijie',
    vendor: 'Ruijie',
    hardware: 'S6220-48XS4QXS',
    version: 'S6220_RGOS 11.0(5)B9P66',
    sysObjectID: '1.3.6.1.4.1.4881.1.1.10.1.150',
    sysDescr: 'Ruijie 10G Routing Switch(S6220-48XS4QXS) By Ruijie Networks',
    serialPrefix: 'G1LP',
    lan: {
      ...ethernet('TenGigabitEthernet 0/{port}', { firstPort: 1, ifSpeedBps: 10 * gigabit }),
      count: 48,
    },
    virtual: [
      { ifDescr: 'Mgmt 0', ifType: ifTypes.ethernet },
      { ifDescr: 'VLAN 1', ifType: ifTypes.vlan },
      { ifDescr: 'Loopback 0', ifType: ifTypes.loopback },
    ],
    abbreviations: { TenGigabitEthernet: 'Te', Mgmt: 'Mg', VLAN: 'Vl', Loopback: 'Lo' },
  },
  'linux-server': {
    family: 'linux',
    vendor: 'net-snmp',
    hardware: 'x86_64',
    version: '5.10.0-28-amd64',
    sysObjectID: '1.3.6.1.4.1.8072.3.2.10',
    sysDescr: 'Linux {sysName} 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2 (2024-01-31) x86_64',
    serialPrefix: '',
    lan: { ...ethernet('eth{port}'), count: 2 },
    virtual: [{ ifDescr: 'lo', ifType: ifTypes.loopback }],
  },
  'huawei-ups2000': {
    family: 'ups',
    vendor: 'HUAWEI',
    hardware: 'UPS2000 6kVA',
    version: 'V100R001C00SPC602',
    sysObjectID: '1.3.6.1.4.1.2011.6.174.4.1.2.4',
    sysDescr: 'SNMP Card for HUAWEI UPS2000',
    serialPrefix: '2102UPS',
    ...managementPort('eth0'),
  },
  'rfc1628-ups': {
    family: 'ups',
    vendor: 'SANTAK',
    hardware: 'CASTLE C6KS',
    version: 'V2.14',
    sysObjectID: '1.3.6.1.2.1.33',
    sysDescr: 'UPS SNMP agent, RFC 1628',
    serialPrefix: 'C6KS',
    ...managementPort('eth0'),
  },
  'environment-monitor': {
    family: 'environment',
    vendor: 'EnvMon',
    hardware: 'EM-8',
    version: '2.4.1',
    sysObjectID: '1.3.6.1.4.1.8072.3.2.255',
    sysDescr: 'Room environment monitor EM-8, firmware 2.4.1',
    serialPrefix: 'EM8',
    ...managementPort('eth0'),
  },
} as const satisfies Record<string, DemoModel>

export type ModelName = keyof typeof models

/** The model a demo device names. */
export function modelOf(name: string): DemoModel {
  if (!Object.hasOwn(models, name)) throw new Error(`no such model in the demo: ${name}`)
  return models[name as ModelName]
}
