import { buildProvince } from '@zongheng/inventory/demo/build.ts'
import type { DemoProvince, Division } from '@zongheng/inventory/demo/province.ts'

/** One city, three counties. */
export const tinyDivisions: Division[] = [
  { code: '130000', name: '河北省', tier: 'province', parentCode: null },
  { code: '130100', name: '石家庄市', tier: 'city', parentCode: '130000' },
  { code: '130121', name: '井陉县', tier: 'county', parentCode: '130100' },
  { code: '130123', name: '正定县', tier: 'county', parentCode: '130100' },
  { code: '130125', name: '行唐县', tier: 'county', parentCode: '130100' },
]

export const tinyProvince = (): DemoProvince => buildProvince(tinyDivisions)

/** A workday morning in Asia/Shanghai. */
export const mondayTen = Date.parse('2026-11-23T10:00:00+08:00')
