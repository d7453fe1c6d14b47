// CSI, OSC and two-character escapes [ECMA-48]; cursor left, by which VRP wipes its pager's question, is kept as backspaces.
const cursorLeft = /\x1b\[(\d{0,3})D/g
const escapes = /\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]{0,8}[0-~])/g

/** A pager's question: VRP, Comware, IOS, NX-OS, StoneOS. */
const pager =
  /^[ \t]*(?:-{2,8} ?\(?more(?: [^()-]{0,30})?\)? ?-{2,8}|<-{1,8} ?more ?-{1,8}>|press any key to continue.{0,40})[ \t]*$/i
const longestQuestion = 200

export function isPager(line: string): boolean {
  return line.length <= longestQuestion && pager.test(line)
}

/** What a person would have read: without escapes, pager questions and overwritten characters; lines end in \n. */
export function readable(raw: string): string {
  const plain = raw.replace(cursorLeft, (_, n) => '\b'.repeat(Number(n || 1))).replace(escapes, '')
  const lines = plain.replace(/\r+\n/g, '\n').split('\n').map(typed)
  return lines.filter((line, i) => i === lines.length - 1 || !isPager(line)).join('\n')
}

/** A line as it stands after its carriage returns and backspaces. */
function typed(line: string): string {
  if (!/[\0\x07\b\r]/.test(line)) return line
  const cells: string[] = []
  let at = 0
  for (const char of line) {
    if (char === '\r') at = 0
    else if (char === '\b') at = Math.max(0, at - 1)
    else if (char !== '\0' && char !== '\x07') cells[at++] = char
  }
  return cells.join('')
}

const gb18030 = new TextDecoder('gb18030')

/** Devices speak UTF-8, older ones GB 18030. */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return gb18030.decode(bytes) // not UTF-8 after all
  }
}
