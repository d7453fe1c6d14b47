import { shortName } from '../src/short-name.ts'
import { pick, whole } from './hash.ts'
import type { Division } from './province.ts'

/**
 * What each division is called in device names: short, but whole where the short name would be another's too (临夏市
 * beside 临夏县; the province 吉林省 above its city).
 */
export function labelsOf(divisions: Division[]): Map<string, string> {
  const family = ({ parentCode, name }: Division) => `${parentCode} ${shortName(name)}`
  const namesakes = Map.groupBy(divisions, family)
  return new Map(
    divisions.map((division) => {
      const alone = division.parentCode !== null && namesakes.get(family(division))!.length === 1
      return [division.code, alone ? shortName(division.name) : division.name]
    }),
  )
}

interface Letters {
  initials: string
  /** Telephone area code. */
  areaCode: string
}

/** What the code alone does not tell; other provinces get by with digits. */
const letters: Record<string, Letters> = {
  130000: { initials: 'HE', areaCode: '0311' },
  130100: { initials: 'SJZ', areaCode: '0311' },
  130200: { initials: 'TS', areaCode: '0315' },
  130300: { initials: 'QHD', areaCode: '0335' },
  130400: { initials: 'HD', areaCode: '0310' },
  130500: { initials: 'XT', areaCode: '0319' },
  130600: { initials: 'BD', areaCode: '0312' },
  130700: { initials: 'ZJK', areaCode: '0313' },
  130800: { initials: 'CD', areaCode: '0314' },
  130900: { initials: 'CZ', areaCode: '0317' },
  131000: { initials: 'LF', areaCode: '0316' },
  131100: { initials: 'HS', areaCode: '0318' },
}

/** Of a city or province; its digits where no letters are known. */
export function initials(code: string): string {
  return letters[code]?.initials ?? code.slice(0, 4)
}

const surnames = [...'王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹'] as [string, ...string[]]
const givenNames = [
  '伟', '磊', '敏', '静', '丽', '强', '洋', '艳', '勇', '军', '杰', '娟', '涛', '超', '霞', '平', '海涛', '文斌',
  '晓东', '建国', '志强', '秀英', '立新', '春梅', '永红', '树林', '玉兰', '国庆', '红霞', '振华',
] as const satisfies readonly string[] // prettier-ignore

export interface Contact {
  contact: string
  contactPhone: string
}

/** An invented person; the telephone number is a land line of the city, or a mobile where the area code is unknown. */
export function contactOf(division: Division, cityCode: string): Contact {
  const contact = pick(`surname ${division.code}`, surnames) + pick(`given ${division.code}`, givenNames)
  const areaCode = letters[cityCode]?.areaCode
  const subscriber = String(whole(`phone ${division.code}`, 2_000_000, 8_999_999))
  return {
    contact,
    contactPhone: areaCode ? `${areaCode}-8${subscriber}` : `1390${subscriber}`,
  }
}

const streets = [
  '府前街',
  '人民路',
  '建设大街',
  '中山路',
  '迎宾大道',
  '裕华路',
  '兴华路',
  '新开街',
  '东风路',
  '和平大街',
] as const

export function addressOf(division: Division, above: Division[]): string {
  const street = pick(`street ${division.code}`, streets)
  const places = [...above, division].map((place) => place.name).join('')
  return `${places}${street} ${whole(`door ${division.code}`, 1, 268)} 号`
}

const offices = { province: '财政厅信息中心', city: '财政局', county: '财政局', township: '财政所' } as const

export function siteName(division: Division): string {
  return division.name + offices[division.tier]
}
