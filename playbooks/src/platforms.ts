import type { DeviceIdentity } from '@zongheng/inventory/device.ts'

export const platformNames = [
  'huawei-vrp',
  'comware',
  'ios',
  'nxos',
  'ruijie',
  'zte',
  'dcn',
  'maipu',
  'stoneos',
  'linux',
] as const
export type PlatformName = (typeof platformNames)[number]

/** What a command line looks like and how to speak to it. */
export interface Platform {
  name: PlatformName
  /** `shell`: one interactive session with prompts. `exec`: every command has a channel of its own. */
  mode: 'shell' | 'exec'
  /** The whole prompt line; `NAME` stands for the device's own name. */
  prompt: string
  pagerOff: string[]
  /** Asks for a higher level, answered by a password prompt. */
  enable: string | null
  /** Lines by which the device refuses a command. */
  refusal: RegExp
  /** Commands that only read: their first words, on Linux the whole of them. */
  reads: RegExp
  /** What may follow a pipe; anything else may write. */
  filters: RegExp
  /** Old gear speaks nothing better: also accepts key exchange and ciphers that OpenSSH has retired, as a last choice. */
  legacyAlgorithms: boolean
}

// [VRP, Comware] <x> user view, [x] system view; V8 [~x] [*x] uncommitted; HRP_M/HRP_S a firewall pair.
const angled = String.raw`^(?:HRP_[MS])?[<\[][~*]?NAME[>\]]$`
// [IOS and its kin] x> x# x(config)#
const hashed = String.raw`^NAME(?:\([\w./-]{1,60}\))?[>#]$`

const linuxReads = new RegExp(
  `^(?:${[
    'uptime|hostname|date|w|lscpu|lsblk',
    'uname -[a-z]+',
    'free(?: -[bkmgh])?',
    'df(?: -[hTilP]+)?',
    'ps -[\\w]+(?: [\\w,]+)?(?: --sort=-?\\w+)?',
    'ss(?: -[tuanlpsmei46]+)*',
    'cat /etc/os-release|cat /proc/(?:loadavg|meminfo|uptime|net/dev)',
    'dmesg(?: (?:-T|--ctime|--level=[\\w,]+))*',
    'journalctl(?: (?:--no-pager|-[bk]|-n \\d{1,4}|-p \\w+|-u [\\w@.-]+))*',
    'systemctl(?: --(?:failed|no-pager|all))+',
    'systemctl (?:status|list-units)(?: [\\w@.=-]+)*',
    'ip(?: -\\w+)* (?:addr|address|link|route|neigh)(?: show(?: [\\w.:/-]+)*)?',
    'ping -c \\d{1,2} [\\w.:-]+',
  ].join('|')})$`,
)

const vrpLike = {
  mode: 'shell',
  prompt: angled,
  enable: 'super',
  refusal: /^\s*(?:Error:|% ?(?:Unrecognized|Incomplete|Ambiguous|Wrong|Too many))/m,
  reads: /^(?:display (?!diag)|dir\b|ping |tracert )/, // display diagnostic-information writes a file
  filters: /^(?:include|exclude|begin|count|section)\b/,
  legacyAlgorithms: true,
} satisfies Partial<Platform>

const iosLike = {
  mode: 'shell',
  prompt: hashed,
  pagerOff: ['terminal length 0'],
  enable: 'enable',
  refusal: /^\s*(?:%|ERROR:|\^---)/m,
  reads: /^(?:show |dir\b|ping |traceroute )/,
  filters: /^(?:include|exclude|begin|count|section|last|grep)\b/,
  legacyAlgorithms: true,
} satisfies Partial<Platform>

/** From the vendors' command references; see the table of command lines among the field's facts. */
export const platforms: Record<PlatformName, Platform> = {
  'huawei-vrp': { name: 'huawei-vrp', ...vrpLike, pagerOff: ['screen-length 0 temporary'] },
  comware: { name: 'comware', ...vrpLike, pagerOff: ['screen-length disable'] },
  ios: { name: 'ios', ...iosLike },
  nxos: { name: 'nxos', ...iosLike, enable: null },
  ruijie: { name: 'ruijie', ...iosLike },
  zte: { name: 'zte', ...iosLike },
  dcn: { name: 'dcn', ...iosLike },
  maipu: { name: 'maipu', ...iosLike, pagerOff: ['more off'] },
  stoneos: { name: 'stoneos', ...iosLike, enable: null },
  linux: {
    name: 'linux',
    mode: 'exec',
    prompt: '',
    pagerOff: [],
    enable: null,
    refusal: /(?!)/,
    reads: linuxReads,
    filters: /^(?:(?:head|tail) -n \d{1,4}|wc -l|grep(?: -[civwE]+)? [^-].*)$/,
    legacyAlgorithms: false,
  },
}

const recognised: [PlatformName, { vendor?: RegExp; os?: RegExp }][] = [
  ['huawei-vrp', { os: /vrp/i }],
  ['comware', { os: /comware/i }],
  ['nxos', { os: /^nx-?os$/i }],
  ['ios', { os: /^(?:cisco-?)?ios(?:-?xe)?$/i }],
  ['ruijie', { os: /ruijie|rgos/i }],
  ['zte', { os: /zxr(?:10|os)|^zte/i }],
  ['dcn', { os: /^dcn/i }],
  ['maipu', { os: /maipu|mypower/i }],
  ['stoneos', { os: /stoneos|hillstone/i }],
  ['linux', { os: /linux|net-snmp/i }],
  ['comware', { vendor: /^h3c$/i }],
  ['ruijie', { vendor: /^ruijie$/i }],
  ['zte', { vendor: /^zte$/i }],
  ['dcn', { vendor: /^dcn$/i }],
  ['maipu', { vendor: /^maipu$/i }],
  ['stoneos', { vendor: /^hillstone$/i }],
]

/** The platform of a discovered device: by its system, else by a vendor that has only one; null when neither is known. */
export function platformOf(device: Pick<DeviceIdentity, 'vendor' | 'os'>): PlatformName | null {
  const found = recognised.find(([, by]) => (by.os ? by.os.test(device.os) : by.vendor!.test(device.vendor)))
  return found?.[0] ?? null
}

export function isPlatformName(name: string): name is PlatformName {
  return (platformNames as readonly string[]).includes(name)
}
