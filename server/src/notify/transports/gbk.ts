/** GBK out of the decoder that Node has: SMS gateways of telephone companies still ask for it. */
let octetsOf: Map<string, number> | undefined

/** Every character's two octets: lead 0x81–0xFE, trail 0x40–0xFE but 0x7F. Made once, in some milliseconds. */
function table(): Map<string, number> {
  if (octetsOf) return octetsOf
  octetsOf = new Map()
  const decoder = new TextDecoder('gbk')
  const pair = new Uint8Array(2)
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue
      pair[0] = lead
      pair[1] = trail
      const character = decoder.decode(pair)
      if (character.length === 1 && character !== '\uFFFD' && !octetsOf.has(character))
        octetsOf.set(character, (lead << 8) | trail)
    }
  return octetsOf
}

/** What GBK does not have becomes `?`. */
export function encodeGbk(text: string): Buffer {
  const octets: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0)!
    const pair = code < 0x80 ? undefined : table().get(character)
    if (code < 0x80) octets.push(code)
    else if (pair === undefined) octets.push(0x3f)
    else octets.push(pair >> 8, pair & 0xff)
  }
  return Buffer.from(octets)
}
