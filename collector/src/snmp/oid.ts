/** Dotted object identifiers, without a leading dot, in the order of RFC 2578 §7.10: by sub-identifier, as numbers. */
export function compareOids(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    let x = 0
    let y = 0
    for (; i < a.length && a.charCodeAt(i) !== dot; i++) x = x * 10 + a.charCodeAt(i) - zero
    for (; j < b.length && b.charCodeAt(j) !== dot; j++) y = y * 10 + b.charCodeAt(j) - zero
    if (x !== y) return x - y
    i++
    j++
  }
  return Number(i < a.length) - Number(j < b.length)
}

const dot = 0x2e
const zero = 0x30

/** Below `root` in the tree, not `root` itself. */
export function isUnder(oid: string, root: string): boolean {
  return oid.length > root.length && oid.startsWith(root) && oid.charCodeAt(root.length) === dot
}
