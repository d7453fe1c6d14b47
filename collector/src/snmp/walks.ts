import { SnmpError } from './error.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { Manners } from './manners.ts'
import { errorStatus, refusal } from './message.ts'
import { compareOids, isUnder } from './oid.ts'
import { isException, type VarBind } from './value.ts'
import { Walk, type VarBindOrEnd, type WalkOptions } from './walk.ts'

/** Requests on their way at once; more a device is never asked. */
const mostUnderWay = 2
/** Columns in one request. */
const mostTogether = 24
/** Objects in one answer: what fits 1,472 octets, mostly; learnt from there. */
const firstObjects = 40
const mostObjects = 64
/** What a column that is asked alone, because something failed, is asked for. */
const fewObjects = 4
/** Requests unanswered one after another: the device is gone, not the line bad. */
const goneAfter = 6
/** Requests for several columns that failed, and none answered between: it answers for one alone. */
const simpleAfter = 5

/**
 * Columns of one device, read together: each request asks for several of those that are waited for, a few rows of each, so that columns
 * that do not exist cost next to nothing and a table comes in as many round trips as its octets need. What fails together
 * is asked alone: one column that the device cannot read costs no other.
 */
export class Walks {
  readonly #ask: Exchange
  #isBulk: boolean
  /** Whether the device ever answered: then silence may be for what was asked. */
  readonly #isHeard: () => boolean
  readonly #waiting: Walk[] = []
  #underWay = 0
  #isScheduled = false
  #objects = firstObjects
  #mostObjects = mostObjects
  #together = mostTogether
  #silences = 0
  #failedTogether = 0
  /** Columns that something was wrong with in one answer with others. */
  readonly #suspected = new Set<Walk>()

  constructor(ask: Exchange, { isBulk, isHeard }: { isBulk: boolean; isHeard: () => boolean }) {
    this.#ask = ask
    this.#isBulk = isBulk
    this.#isHeard = isHeard
  }

  setManners({ noBulk = false, mostObjects: most = mostObjects }: Manners): void {
    this.#isBulk &&= !noBulk
    this.#mostObjects = most
    this.#objects = Math.min(this.#objects, most)
  }

  walk(root: string, options: WalkOptions = {}): Promise<VarBind[]> {
    const done = Promise.withResolvers<VarBind[]>()
    this.#waiting.push(new Walk(root, options, done))
    this.#schedule()
    return done.promise
  }

  /** Whoever asks in this turn of the event loop is asked for together. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#send()
    })
  }

  #send(): void {
    this.#endOverdue()
    while (this.#underWay < mostUnderWay && this.#waiting.length > 0) {
      this.#underWay++
      void this.#exchange(this.#nextGroup()).finally(() => {
        this.#underWay--
        this.#schedule()
      })
    }
  }

  #endOverdue(): void {
    for (const walk of this.#waiting.filter(({ isOver }) => isOver)) {
      this.#waiting.splice(this.#waiting.indexOf(walk), 1)
      walk.fail(new SnmpError('tooLong', `the table below ${walk.root} did not end in time`))
    }
  }

  /** The next that waits, and others that may go with it: as many as leave something for the other request. */
  #nextGroup(): Walk[] {
    const free = mostUnderWay - this.#underWay + 1
    const share = Math.ceil(this.#waiting.length / free)
    const most = this.#waiting[0]!.isAlone ? 1 : Math.min(share, this.#together, this.#objects)
    const group = this.#waiting.splice(0, 1)
    for (let at = 0; group.length < most && at < this.#waiting.length;)
      if (this.#waiting[at]!.isAlone) at++
      else group.push(...this.#waiting.splice(at, 1))
    // In the order of their objects: a device that answers for the first alone goes back for the second, and is found out.
    return group.sort((a, b) => compareOids(a.last, b.last))
  }

  async #exchange(group: Walk[]): Promise<void> {
    const isAlone = group[0]!.isAlone
    const objects = isAlone ? Math.min(fewObjects, this.#objects) : this.#objects
    const repetitions = this.#isBulk ? Math.max(1, Math.floor(objects / group.length)) : 1
    const oids = group.map(({ last }) => last)
    try {
      const answer = await this.#ask(this.#isBulk ? { type: 'getBulk', oids, maxRepetitions: repetitions } : { type: 'getNext', oids }) // prettier-ignore
      this.#silences = 0
      if (answer.errorStatus === errorStatus.noError) this.#read(group, answer.varBinds, repetitions)
      else this.#refused(group, answer, group.length * repetitions)
    } catch (error) {
      this.#failed(group, asError(error), group.length * repetitions)
    }
  }

  /** Row by row: one object of each column, then the next of each [RFC 3416 §4.2.3]. */
  #read(group: Walk[], varBinds: readonly VarBindOrEnd[], repetitions: number): void {
    const width = group.length
    const asked = width * repetitions
    const came = varBinds.slice(0, asked)
    const suspect = width > 1 ? suspectOf(group, came) : undefined
    if (suspect) return this.#suspect(group, suspect)
    if (width > 1) this.#failedTogether = 0
    for (const [at, walk] of group.entries())
      this.#proceed(walk, came.filter((_, i) => i % width === at), width === 1) // prettier-ignore
    if (width > 1 && came.length === 0) group.forEach((walk) => (walk.isAlone = true))
    this.#learn(group, came, asked)
  }

  #proceed(walk: Walk, next: readonly VarBindOrEnd[], isOnly: boolean): void {
    const wasAlone = walk.isAlone
    walk.isAlone = false
    try {
      // Nothing at all for the only one asked for is its end; others were cut off.
      const goesOn = next.length > 0 ? walk.take(next) : !isOnly
      // It is read alone, and was not together: the device cannot be asked for several.
      if (wasAlone && this.#suspected.delete(walk)) this.#together = 1
      if (goesOn) this.#waiting.unshift(walk)
      else walk.end()
    } catch (error) {
      this.#suspected.delete(walk)
      walk.fail(asError(error))
    }
  }

  /** Of this answer nothing is believed. */
  #suspect(group: Walk[], suspect: Walk): void {
    suspect.isAlone = true
    this.#suspected.add(suspect)
    this.#waiting.unshift(suspect, ...group.filter((walk) => walk !== suspect))
  }

  #learn(group: Walk[], came: readonly VarBindOrEnd[], asked: number): void {
    if (!this.#isBulk || asked < this.#objects - group.length) return
    const isEnded = came.some(({ value }) => isException(value))
    if (came.length >= asked) {
      this.#objects = Math.min(this.#mostObjects, Math.ceil(this.#objects * 1.25))
      if (this.#together > 1) this.#together = Math.min(mostTogether, this.#together + 1)
    } else if (!isEnded && came.length > 0) this.#objects = Math.max(1, came.length)
  }

  #refused(group: Walk[], { errorStatus: status, errorIndex }: Answer, asked: number): void {
    if (status === errorStatus.tooBig && asked > 1) {
      this.#objects = Math.max(1, Math.floor(asked / 2))
      this.#waiting.unshift(...group)
      return
    }
    const guilty = group[errorIndex - 1]
    if (guilty && status === errorStatus.noSuchName) {
      this.#waiting.unshift(...group.filter((walk) => walk !== guilty))
      return guilty.end() // how v1 says that nothing follows
    }
    if (group.length > 1) return this.#askAlone(group, guilty)
    const [walk] = group
    if (status === errorStatus.tooBig)
      walk!.fail(new SnmpError('tooBig', `the device cannot answer what follows ${walk!.last} in one message`)) // prettier-ignore
    else walk!.fail(refusal(status, `what follows ${walk!.last}`))
  }

  /** Silence, or an answer that was cut to pieces, may be for the size, or for one column of them. */
  #failed(group: Walk[], error: Error, asked: number): void {
    const code = error instanceof SnmpError ? error.code : undefined
    const isSilent = code === 'timeout'
    if (isSilent) this.#silences++
    const isGone = isSilent && (this.#silences >= goneAfter || !this.#isHeard())
    const isLeast = group.length === 1 && asked <= fewObjects
    if (!isGone && !isLeast && (isSilent || code === 'malformed')) {
      this.#objects = Math.max(1, Math.floor(asked / 2))
      if (group.length > 1) this.#askForFewer(group.length)
      return this.#askAlone(group)
    }
    for (const walk of [...group, ...(isGone ? this.#waiting.splice(0) : [])]) walk.fail(error)
  }

  /** One loss on a bad line is not the end of asking together. */
  #askForFewer(columns: number): void {
    this.#failedTogether++
    this.#together = this.#failedTogether < simpleAfter ? Math.max(2, Math.floor(columns / 2)) : 1
  }

  #askAlone(group: Walk[], only?: Walk): void {
    for (const walk of only ? [only] : group) walk.isAlone = true
    this.#waiting.unshift(...group)
  }
}

/** The first whose answer cannot be: it goes back, or leaves out what another's answer shows to be there. */
function suspectOf(group: Walk[], came: readonly VarBindOrEnd[]): Walk | undefined {
  const taken = group.map((walk, at) => taking(walk, came.filter((_, i) => i % group.length === at))) // prettier-ignore
  return group.find(({ root, last }, at) => {
    const { rows, isEnded, goesBack } = taken[at]!
    const upTo = rows.at(-1) ?? last
    const isLeftOut = ({ oid, value }: VarBindOrEnd) =>
      isUnder(oid, root) && !isException(value) && !rows.includes(oid) && compareOids(oid, last) > 0 && (isEnded || compareOids(oid, upTo) < 0) // prettier-ignore
    // A device that begins anew at the end of all it has means no harm; one that answers for another column does.
    return (goesBack && compareOids(goesBack, group[0]!.last) > 0) || came.some(isLeftOut)
  })
}

/** What a column would take of its part of an answer. */
function taking({ root, last }: Walk, part: readonly VarBindOrEnd[]) {
  const rows: string[] = []
  for (const { oid, value } of part) {
    if (isException(value)) return { rows, isEnded: true }
    if (compareOids(oid, rows.at(-1) ?? last) <= 0) return { rows, isEnded: true, goesBack: oid }
    if (!isUnder(oid, root)) return { rows, isEnded: true }
    rows.push(oid)
  }
  return { rows, isEnded: false }
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))
