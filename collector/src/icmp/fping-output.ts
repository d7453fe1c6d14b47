/** A round trip in ms, or one of these. */
export const lost = Infinity
export const unknown = NaN

/** What fping has to say besides results, for the person who repairs it. */
const keptNoteChars = 200

export interface FpingResults {
  /** Aligned with the addresses asked: ms, `lost`, or `unknown` where fping says nothing about one. */
  rttMs: Float64Array
  note: string
}

/**
 * Reads what `fping -q -C1` writes to stderr: a line `ADDRESS : MS` or `ADDRESS : -` per target in any order, among notes such
 * as `ICMP Host Unreachable from …`. [fping(8)]
 */
export function parseFping(text: string, addresses: readonly string[]): FpingResults {
  const rttMs = new Float64Array(addresses.length).fill(unknown)
  const places = new Map(addresses.map((address, place) => [address, place]))
  let note = ''
  for (const line of text.split('\n')) {
    const colon = line.indexOf(' : ')
    const place = colon < 0 ? undefined : places.get(line.slice(0, colon).trimEnd())
    const value = place === undefined ? unknown : valueOf(line.slice(colon + 3).trim())
    if (!Number.isNaN(value)) rttMs[place!] = value
    else if (!note && line.trim() && !line.startsWith('ICMP ')) note = line.trim().slice(0, keptNoteChars)
  }
  return { rttMs, note }
}

function valueOf(field: string): number {
  if (field === '-') return lost
  return /^\d{1,7}(\.\d{1,6})?$/.test(field) ? Number(field) : unknown
}
