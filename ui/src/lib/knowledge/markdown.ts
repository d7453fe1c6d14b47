/** Markdown as a tree: shown by Svelte as elements and text, so that no markup of an author's ever becomes HTML. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong'; parts: Inline[] }
  | { kind: 'link'; href: string; parts: Inline[] }
  /** One of our own files, by its id: nothing is fetched from elsewhere. */
  | { kind: 'picture'; fileId: string; alt: string }

export type Block =
  | { kind: 'heading'; level: 2 | 3 | 4; id: string; parts: Inline[] }
  | { kind: 'paragraph'; parts: Inline[] }
  | { kind: 'quote'; parts: Inline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }

const linesAtMost = 5000
const fence = /^\s*```/
const heading = /^(#{1,6})\s+(.*?)\s*#*$/
const bullet = /^\s*[-*+]\s+(.*)$/
const numbered = /^\s*(\d{1,4})[.、)]\s*(.*)$/
const quoted = /^\s*>\s?(.*)$/
const rule = /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/
const starts = [fence, heading, bullet, numbered, quoted]

/** Headings, lists, quotes, tables, code, strong, links: what an article needs. Anything else is text. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.replace(/\r\n?/g, '\n').split('\n').slice(0, linesAtMost)
  const blocks: Block[] = []
  for (let i = 0; i < lines.length;) {
    const line = lines[i]!
    if (line.trim() === '') i += 1
    else i = readBlock(lines, i, blocks)
  }
  return blocks
}

/** Adds the block that begins at a line; answers the line after it. */
function readBlock(lines: string[], from: number, blocks: Block[]): number {
  const line = lines[from]!
  const [, marks, title] = heading.exec(line) ?? []
  if (marks !== undefined) {
    const level = Math.min(Math.max(marks.length, 2), 4) as 2 | 3 | 4
    blocks.push({ kind: 'heading', level, id: `s${from}`, parts: inlinesOf(title ?? '') })
    return from + 1
  }
  if (fence.test(line)) {
    const close = lines.findIndex((each, i) => i > from && fence.test(each))
    const until = close < 0 ? lines.length : close
    blocks.push({ kind: 'code', text: lines.slice(from + 1, until).join('\n') })
    return until + 1
  }
  if (line.includes('|') && rule.test(lines[from + 1] ?? '')) {
    const until = endOf(lines, from + 2, (each) => each.includes('|'))
    const rows = lines.slice(from + 2, until).map(cellsOf)
    blocks.push({ kind: 'table', head: cellsOf(line), rows })
    return until
  }
  return readText(lines, from, blocks)
}

/** A line of an item: what is a point of its own there begins a line of its own. */
const within = (line: string) => (/^[-*] /.test(line) ? `\n– ${line.slice(2)}` : ` ${line}`)

function readText(lines: string[], from: number, blocks: Block[]): number {
  const line = lines[from]!
  if (quoted.test(line)) {
    const until = endOf(lines, from, (each) => quoted.test(each))
    const text = lines.slice(from, until).map((each) => quoted.exec(each)![1]!)
    blocks.push({ kind: 'quote', parts: inlinesOf(text.join(' ')) })
    return until
  }
  const item = bullet.test(line) ? bullet : numbered.test(line) ? numbered : null
  if (item) {
    const until = endOf(lines, from, (each) => item.test(each) || /^\s+\S/.test(each))
    const items: string[] = []
    for (const each of lines.slice(from, until)) {
      const text = item.exec(each)?.at(-1)
      if (text === undefined) items[items.length - 1] += within(each.trim())
      else items.push(text)
    }
    const start = item === numbered ? Number(numbered.exec(line)![1]) : 1
    blocks.push({ kind: 'list', ordered: item === numbered, start, items: items.map(inlinesOf) })
    return until
  }
  const until = endOf(lines, from + 1, (each) => !starts.some((start) => start.test(each)))
  blocks.push({ kind: 'paragraph', parts: inlinesOf(lines.slice(from, until).join('\n')) })
  return until
}

/** The first line from there on that is blank or does not belong. */
function endOf(lines: string[], from: number, belongs: (line: string) => boolean): number {
  const end = lines.findIndex((line, i) => i >= from && (line.trim() === '' || !belongs(line)))
  return end < 0 ? lines.length : end
}

const cellsOf = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => inlinesOf(cell.trim()))

const inline =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|!\[([^\][\n]{0,400})\]\(file:(fil_\w{1,40})\)|\[([^\][\n]{1,400})\]\(([^()\s]{1,2000})\)/g

function inlinesOf(text: string): Inline[] {
  const parts: Inline[] = []
  let last = 0
  for (const match of text.matchAll(inline)) {
    if (match.index > last) parts.push({ kind: 'text', text: text.slice(last, match.index) })
    parts.push(inlineOf(match))
    last = match.index + match[0].length
  }
  if (last < text.length) parts.push({ kind: 'text', text: text.slice(last) })
  return parts
}

function inlineOf([whole, code, strong, alt, fileId, label, address]: RegExpMatchArray): Inline {
  if (code !== undefined) return { kind: 'code', text: code }
  if (strong !== undefined) return { kind: 'strong', parts: inlinesOf(strong) }
  if (fileId !== undefined) return { kind: 'picture', fileId, alt: alt ?? '' }
  const href = safeHref(address ?? '')
  return href === null
    ? { kind: 'text', text: whole }
    : { kind: 'link', href, parts: [{ kind: 'text', text: label ?? '' }] }
}

/** A picture as an author writes it. */
export const pictureMark = (fileId: string, name: string): string =>
  `![${name.replace(/\.\w+$/, '').replace(/[\][\n]/g, ' ')}](file:${fileId})`

/** A page of the console or a web address; null for whatever could run. */
function safeHref(address: string): string | null {
  if (/^\/(?![/\\])/.test(address)) return address
  try {
    const { protocol, href } = new URL(address)
    return protocol === 'https:' || protocol === 'http:' ? href : null
  } catch {
    return null // no address: it stays text
  }
}
