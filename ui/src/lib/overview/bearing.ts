/** Order of a province's cities clockwise from north, by GB/T 2260 code, so that the ring resembles the map. */
const compassOrder: Record<string, string[]> = {
  '13': ['1308', '1303', '1302', '1310', '1309', '1311', '1304', '1305', '1301', '1306', '1307'],
}

/** Sorting key of a division on the ring: its place on the compass, else its code. */
export function ringOrder(code: string): number {
  const place = compassOrder[code.slice(0, 2)]?.indexOf(code.slice(0, 4)) ?? -1
  const within = Number(code.slice(4, 6)) / 100
  return place === -1 ? Number(code.slice(0, 4)) + within : place + within
}
