/** Words of carriers, accesses and roles, in the order in which they are looked for: the first that is there counts. */
import type { Access } from './access.ts'
import type { CircuitRole } from './circuit.ts'

export const carrierKeys = ['telecom', 'unicom', 'mobile', 'broadnet'] as const
export type CarrierKey = (typeof carrierKeys)[number]

type Words<T> = readonly (readonly [RegExp, T])[]

/** Letters alone, as `_CT_` and `CT专线` have them; never within a word or a name with digits. */
const word = (letters: string, flags = 'i') =>
  new RegExp(`(?<![A-Za-z\\d])(?:${letters})(?![A-Za-z\\d])`, flags)

export const carrierWords: Words<CarrierKey> = [
  [/电信/, 'telecom'],
  [/联通|网通/, 'unicom'],
  [/移动|铁通/, 'mobile'],
  [/广电|歌华/, 'broadnet'],
  [/china[\s_-]?telecom|chinanet/i, 'telecom'],
  [/china[\s_-]?unicom|netcom/i, 'unicom'],
  [/china[\s_-]?mobile|tietong/i, 'mobile'],
  [/china[\s_-]?broadnet/i, 'broadnet'],
  [word('ctcc|telecom'), 'telecom'],
  [word('cucc|unicom|cnc'), 'unicom'],
  [word('cmcc|cmnet'), 'mobile'],
  [word('cbn|cbnet'), 'broadnet'],
  [word('CT', ''), 'telecom'],
  [word('CU', ''), 'unicom'],
  [word('CM', ''), 'mobile'],
]

/** `MSTP10M`: an amount may follow at once. */
const kind = (letters: string) => new RegExp(`(?<![A-Za-z\\d])(?:${letters})(?![A-Za-z])`, 'i')

export const accessWords: Words<Access> = [
  [kind('mstp'), 'mstp'],
  [kind('mpls(?:[\\s_-]?vpn)?|l[23]vpn'), 'mpls-vpn'],
  [kind('adsl(?:[\\s_-]?vpn)?'), 'adsl-vpn'],
  [kind('ipsec(?:[\\s_-]?vpn)?'), 'ipsec-vpn'],
  [kind('[gex]+pon|pon'), 'pon'],
  [/(?<![A-Za-z\d])5G(?:[\s_-]?(?:cpe|备|主|路由|专网|无线|sim|vpdn))|无线5G|5G$/i, '5g'],
  [
    /(?<![A-Za-z\d])4G(?:[\s_-]?(?:cpe|备|主|路由|专网|无线|sim|vpdn))|无线4G|4G$|(?<![A-Za-z])LTE(?![A-Za-z])/i,
    '4g',
  ],
  [kind('sdh|e1|pdh'), 'sdh'],
  [/裸光纤|裸纤|光纤|暗光纤/, 'fibre'],
  [kind('dark[\\s_-]?fib(?:re|er)|fib(?:re|er)'), 'fibre'],
  [kind('vpn'), 'ipsec-vpn'],
  [/数字电路|数字专线/, 'sdh'],
]

export const roleWords: Words<CircuitRole> = [
  [/备用|备份|备线|备路|第二路|(?<![设准储配])备(?![案件注])/, 'backup'],
  [kind('backup|bak|bk|secondary|standby'), 'backup'],
  [/主用|主线|主路|主干|第一路|(?<![机])主(?![机页任席管楼])/, 'primary'],
  [kind('primary|pri|main|master'), 'primary'],
]
