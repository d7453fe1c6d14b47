/**
 * Regular expressions that a person writes and anybody's text is held against, in time that grows with their product alone
 * [Thompson 1968]: all ways through the pattern are followed at once, none is gone back on. What RegExp has and this has not
 * (look-around, back-references) is refused by name.
 *
 * Literals, `.`, `[a-z]`, `[^…]`, `\d \w \s \D \W \S`, `^`, `$`, groups, `|`, `* + ? {m,n}`. Case does not count.
 */

export class PatternError extends Error {}

export const maxPatternLength = 300
/** `{m,n}` is written out: so much and no more. */
const maxSteps = 2_000
const maxRepeats = 100

type Accepts = (code: number) => boolean
type Step =
  | { kind: 'one'; accepts: Accepts; next: number }
  | { kind: 'fork'; next: number; other: number }
  | { kind: 'start' | 'end'; next: number }
  | { kind: 'done' }

type Node =
  | { kind: 'one'; accepts: Accepts }
  | { kind: 'edge'; edge: 'start' | 'end' }
  | { kind: 'row'; nodes: Node[] }
  | { kind: 'either'; nodes: Node[] }
  | { kind: 'times'; node: Node; least: number; most: number }

export class Pattern {
  readonly #steps: Step[] = [{ kind: 'done' }]
  readonly #first: number

  /** Throws PatternError. */
  constructor(source: string) {
    if (source.length > maxPatternLength) throw new PatternError(`longer than ${maxPatternLength} characters`)
    this.#first = this.#build(new Parser(source.toLowerCase(), source).parse(), 0)
  }

  /** Whether it is found anywhere in the text. */
  test(text: string): boolean {
    const steps = this.#steps
    const lower = text.toLowerCase()
    let [now, next] = [new Set<number>(), new Set<number>()]
    for (let at = 0; ; at++) {
      this.#enter(this.#first, at, lower.length, now)
      if (now.has(0)) return true
      if (at >= lower.length) return false
      const code = lower.charCodeAt(at)
      next.clear()
      for (const number of now) {
        const step = steps[number]!
        if (step.kind === 'one' && step.accepts(code)) this.#enter(step.next, at + 1, lower.length, next)
      }
      if (next.has(0)) return true
      ;[now, next] = [next, now]
    }
  }

  /** Adds a step and all that it leads to without a character. */
  #enter(first: number, at: number, length: number, into: Set<number>): void {
    const todo = [first]
    for (let number = todo.pop(); number !== undefined; number = todo.pop()) {
      if (into.has(number)) continue
      into.add(number)
      const step = this.#steps[number]!
      if (step.kind === 'fork') todo.push(step.next, step.other)
      else if ((step.kind === 'start' && at === 0) || (step.kind === 'end' && at === length))
        todo.push(step.next)
    }
  }

  /** The number of the step with which the node begins; `next` follows it. */
  #build(node: Node, next: number): number {
    if (node.kind === 'one') return this.#add({ kind: 'one', accepts: node.accepts, next })
    if (node.kind === 'edge') return this.#add({ kind: node.edge, next })
    if (node.kind === 'row') return node.nodes.reduceRight((after, one) => this.#build(one, after), next)
    if (node.kind === 'either')
      return node.nodes
        .map((one) => this.#build(one, next))
        .reduce((other, first) => this.#add({ kind: 'fork', next: first, other }))
    return this.#repeat(node, next)
  }

  #repeat({ node, least, most }: Extract<Node, { kind: 'times' }>, next: number): number {
    let after = next
    if (most === Infinity) {
      const fork = this.#add({ kind: 'fork', next, other: next })
      this.#steps[fork] = { kind: 'fork', next: this.#build(node, fork), other: next }
      after = fork
    } else
      for (let i = least; i < most; i++)
        after = this.#add({ kind: 'fork', next: this.#build(node, after), other: next })
    for (let i = 0; i < least; i++) after = this.#build(node, after)
    return after
  }

  #add(step: Step): number {
    if (this.#steps.length >= maxSteps) throw new PatternError('too many repetitions')
    return this.#steps.push(step) - 1
  }
}

const isDigit: Accepts = (code) => code >= 0x30 && code <= 0x39
const isWord: Accepts = (code) => isDigit(code) || code === 0x5f || (code >= 0x61 && code <= 0x7a)
const isSpace: Accepts = (code) =>
  code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0 || code === 0x3000
const not =
  (accepts: Accepts): Accepts =>
  (code) =>
    !accepts(code)
const classes: Record<string, Accepts> = {
  d: isDigit,
  w: isWord,
  s: isSpace,
  D: not(isDigit),
  W: not(isWord),
  S: not(isSpace),
}
const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

class Parser {
  readonly #lower: string
  /** As it was written: `\D` is not `\d`. */
  readonly #written: string
  #at = 0
  #depth = 0

  constructor(lower: string, written: string) {
    this.#lower = lower.length === written.length ? lower : written
    this.#written = written
  }

  parse(): Node {
    const node = this.#either()
    if (this.#at < this.#lower.length) throw new PatternError(`an unexpected ) at ${this.#at + 1}`)
    return node
  }

  #either(): Node {
    const nodes = [this.#row()]
    while (this.#takes('|')) nodes.push(this.#row())
    return nodes.length === 1 ? nodes[0]! : { kind: 'either', nodes }
  }

  #row(): Node {
    const nodes: Node[] = []
    while (this.#at < this.#lower.length && !'|)'.includes(this.#lower[this.#at]!)) nodes.push(this.#times())
    return { kind: 'row', nodes }
  }

  #times(): Node {
    let node = this.#one()
    for (;;) {
      const range = this.#range()
      if (!range) return node
      if (node.kind === 'edge') throw new PatternError('an edge cannot be repeated')
      node = { kind: 'times', node, ...range }
      this.#takes('?') // as few as possible: whether it matches is the same
    }
  }

  #range(): { least: number; most: number } | null {
    if (this.#takes('*')) return { least: 0, most: Infinity }
    if (this.#takes('+')) return { least: 1, most: Infinity }
    if (this.#takes('?')) return { least: 0, most: 1 }
    const counted = /\{(\d{1,3})(,(\d{1,3})?)?\}/y
    counted.lastIndex = this.#at
    const found = counted.exec(this.#lower)
    if (!found) return null
    this.#at = counted.lastIndex
    const least = Number(found[1])
    const most = found[2] === undefined ? least : found[3] === undefined ? Infinity : Number(found[3])
    if (most < least || least > maxRepeats || (most !== Infinity && most > maxRepeats))
      throw new PatternError(`${found[0]} is no range up to ${maxRepeats}`)
    return { least, most }
  }

  #one(): Node {
    const char = this.#lower[this.#at]!
    if (char === '(') return this.#group()
    this.#at++
    if (char === '[') return { kind: 'one', accepts: this.#set() }
    if (char === '.') return { kind: 'one', accepts: () => true }
    if (char === '^') return { kind: 'edge', edge: 'start' }
    if (char === '$') return { kind: 'edge', edge: 'end' }
    if ('*+?'.includes(char)) throw new PatternError(`nothing to repeat at ${this.#at}`)
    if (char === '\\') return { kind: 'one', accepts: this.#escaped() }
    const code = char.charCodeAt(0)
    return { kind: 'one', accepts: (found) => found === code }
  }

  #group(): Node {
    this.#at++
    if (this.#takes('?') && !this.#takes(':'))
      throw new PatternError('look-around and named groups are not taken')
    if (++this.#depth > 20) throw new PatternError('groups too deep')
    const node = this.#either()
    if (!this.#takes(')')) throw new PatternError('a group without its end')
    this.#depth--
    return node
  }

  #escaped(): Accepts {
    const char = this.#written[this.#at++]
    if (char === undefined) throw new PatternError('a \\ at the end')
    if (classes[char]) return classes[char]
    if (/[a-z0-9]/i.test(char) && !escapes[char]) throw new PatternError(`\\${char} is not taken`)
    const code = (escapes[char] ?? char).charCodeAt(0)
    return (found) => found === code
  }

  #set(): Accepts {
    const isNot = this.#takes('^')
    const members: Accepts[] = []
    for (let first = true; first || this.#lower[this.#at] !== ']'; first = false) {
      if (this.#at >= this.#lower.length) throw new PatternError('a set without its end')
      members.push(this.#member())
    }
    this.#at++
    const accepts: Accepts = (code) => members.some((member) => member(code))
    return isNot ? not(accepts) : accepts
  }

  #member(): Accepts {
    const from = this.#lower[this.#at++]!
    if (from === '\\') return this.#escaped()
    const low = from.charCodeAt(0)
    const isRange = this.#lower[this.#at] === '-' && ![']', undefined].includes(this.#lower[this.#at + 1])
    if (!isRange) return (code) => code === low
    const high = this.#lower.charCodeAt(this.#at + 1)
    this.#at += 2
    if (high < low) throw new PatternError('a range the wrong way round')
    return (code) => code >= low && code <= high
  }

  #takes(char: string): boolean {
    if (this.#lower[this.#at] !== char) return false
    this.#at++
    return true
  }
}
