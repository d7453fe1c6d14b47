/** FNV-1a with a final mix, spread over [0, 1): the same text gives the same number, everywhere and always. */
export function fraction(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

export function between(text: string, low: number, high: number): number {
  return low + fraction(text) * (high - low)
}

/** An integer from `low` to `high`, both included. */
export function whole(text: string, low: number, high: number): number {
  return Math.floor(between(text, low, high + 1))
}

export function pick<T>(text: string, items: readonly [T, ...T[]]): T {
  return items[whole(text, 0, items.length - 1)] ?? items[0]
}
