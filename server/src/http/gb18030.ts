/** GB18030 [GB 18030-2022], which Excel and WPS of a Chinese Windows read without being asked. Node decodes it alone: its table is turned round. */
const decoder = new TextDecoder('gb18030')
const [firstLead, lastLead] = [0x81, 0xfe]
const trails = [...range(0x40, 0x7e), ...range(0x80, 0xfe)]
/** Four octets count up from 0x81308130; those of the BMP come first, the rest at a fixed place. */
const bmpFourOctets = 39_420
const firstAstral = 189_000

let table: Map<string, readonly number[]> | undefined

export function encodeGb18030(text: string): Buffer {
  table ??= tableOfTwo()
  const octets: number[] = []
  for (const character of text) octets.push(...(table.get(character) ?? octetsOf(character, table)))
  return Buffer.from(octets)
}

function octetsOf(character: string, known: Map<string, readonly number[]>): readonly number[] {
  const code = character.codePointAt(0)!
  if (code < 0x80) return [code]
  if (code > 0xffff) return fourOctets(firstAstral + code - 0x10000)
  addFour(known)
  return known.get(character) ?? [0x3f]
}

function tableOfTwo(): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>()
  for (const lead of range(firstLead, lastLead))
    for (const trail of trails) found.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail])
  return found
}

/** Rare characters: none of them is in most texts. */
function addFour(found: Map<string, readonly number[]>): void {
  for (let n = 0; n < bmpFourOctets; n++) {
    const octets = fourOctets(n)
    const character = decoder.decode(Uint8Array.from(octets))
    if (!found.has(character)) found.set(character, octets)
  }
}

const fourOctets = (n: number) => [
  0x81 + Math.floor(n / 12_600),
  0x30 + (Math.floor(n / 1260) % 10),
  0x81 + (Math.floor(n / 10) % 126),
  0x30 + (n % 10),
]

function* range(from: number, to: number): Generator<number> {
  for (let n = from; n <= to; n++) yield n
}
