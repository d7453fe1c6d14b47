/** Points as the file that can be read in again, and files of either kind as one sheet. */
import { textOf } from '@zongheng/inventory/octets.ts'
import { readWorkbook, type Sheet } from '../estate/import/workbook.ts'
import type { EstateModel } from '../estate/model.ts'
import { byteOrderMark, csvCell, parseCsv } from '../http/csv.ts'
import { encodeGb18030 } from '../http/gb18030.ts'
import type { Language } from '../http/problem-messages.ts'
import { pointColumns, pointSheets, stateWords, type PointRow } from './columns.ts'
import type { encodings, Point } from './schema.ts'

export type Encoding = (typeof encodings)[number]

const zipMark = Buffer.from('PK')

/** A workbook of Excel, or a CSV file in UTF-8 or GB18030. */
export async function sheetsOf(file: Buffer): Promise<Sheet[]> {
  if (file.subarray(0, zipMark.length).equals(zipMark)) return readWorkbook(file)
  return [{ name: pointSheets.points.zh, rows: parseCsv(textOf(file)) }]
}

export function csvOf(
  points: readonly Point[],
  model: EstateModel,
  language: Language,
  encoding: Encoding,
): Buffer {
  // prettier-ignore
  const names = Object.keys(pointColumns) as (keyof PointRow)[]
  const head = names.map((name) => csvCell(pointColumns[name][language]))
  const lines = points.map((point) => {
    const row = rowOf(point, model, language)
    return names.map((name) => csvCell(row[name] ?? '')).join(',')
  })
  const file = `${[head.join(','), ...lines].join('\r\n')}\r\n`
  return encoding === 'gb18030' ? encodeGb18030(file) : Buffer.from(byteOrderMark + file)
}

function rowOf(point: Point, { regions }: EstateModel, language: Language): Record<keyof PointRow, string> {
  const { region, site, code, room, place, panel, port, device, asset, usedBy, state, note } = point
  return {
    regionCode: regions.get(region.id)?.code ?? '',
    site: site.name,
    code,
    room: room?.name ?? '',
    place,
    panel,
    switch: port?.device?.name ?? '',
    port: port?.device ? port.ifName : '',
    device: device?.name ?? '',
    asset,
    usedBy,
    state: stateWords[state][language],
    note,
  }
}
