/** The sheet of points, column by column: what is written out is what is read in. */
import type { pointStates } from '@zongheng/inventory/information-point.ts'
import { type PointState } from '@zongheng/inventory/information-point.ts'
import { text, word, words, type Columns } from '../estate/import/columns.ts'
import type { Words } from '../estate/import/words.ts'
import { longest } from './schema.ts'

export interface PointRow {
  regionCode?: string
  site: string
  code: string
  room?: string
  place?: string
  panel?: string
  switch?: string
  port?: string
  device?: string
  asset?: string
  usedBy?: string
  state?: PointState
  note?: string
}

export const stateWords: Words<PointState> = {
  free: { zh: '空闲', en: 'free' },
  used: { zh: '在用', en: 'used' },
  faulty: { zh: '故障', en: 'faulty' },
} satisfies Record<(typeof pointStates)[number], unknown>

const place = words(longest.place)

export const pointColumns: Columns<PointRow> = {
  regionCode: { zh: '行政区划代码', en: 'Region code', read: text, example: '130123' },
  site: { zh: '站点', en: 'Site', required: true, read: text, example: '正定县财政局机房' },
  code: { zh: '信息点编号', en: 'Point', required: true, read: words(longest.code), example: '3F-A-012' },
  room: { zh: '机房', en: 'Room', read: text, example: '' },
  place: { zh: '位置', en: 'Place', read: place, example: '302 室门边' },
  panel: { zh: '配线架', en: 'Patch panel', read: place, example: 'P1-12' },
  switch: { zh: '交换机', en: 'Switch', read: text, example: '正定-SW-01' },
  port: { zh: '端口', en: 'Port', read: text, example: 'GigabitEthernet1/0/12' },
  device: { zh: '接入设备', en: 'Device', read: text, example: '' },
  asset: { zh: '接入资产', en: 'Asset', read: place, example: '台式机 ZC-2024-0113' },
  usedBy: { zh: '使用人', en: 'Used by', read: place, example: '预算股 王芳' },
  state: { zh: '状态', en: 'State', read: word(stateWords), example: '在用' },
  note: { zh: '说明', en: 'Note', read: words(longest.note), example: '' },
}

export const pointSheets = {
  points: { zh: '信息点', en: 'Points', columns: pointColumns, required: true },
} as const
