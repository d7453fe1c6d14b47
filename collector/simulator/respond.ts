import { tag } from '../src/snmp/ber.ts'
import type { MibView, Oid } from './mib/view.ts'
import { Bindings, encodeResponse, errorStatus, versions, type Answer, type Request } from './message.ts'

/** No answer is longer: it fits one Ethernet frame. */
export const maxMessageOctets = 1472
const envelopeOctets = 64
const maxBindings = 512

const exceptions = { noSuchObject: tag.noSuchObject, noSuchInstance: tag.noSuchInstance } as const
const missing = (as: number): Answer => ({ tag: as, content: null })
const endOfMibView = missing(tag.endOfMibView)

/** What was asked, found or not. */
interface Found {
  oid: Oid
  answer: Answer
}

function get(view: MibView, oid: Oid, atMs: number): Found {
  const value = view.get(oid, atMs)
  return { oid, answer: typeof value === 'string' ? missing(exceptions[value]) : value }
}

/** SNMPv1 has no Counter64: it steps over them [RFC 3584 §4.2.2.1]. */
function next(view: MibView, oid: Oid, atMs: number, version: number): Found {
  let found = view.next(oid, atMs)
  while (found && version === versions.v1 && found.value.tag === tag.counter64)
    found = view.next(found.oid, atMs)
  return found ? { oid: found.oid, answer: found.value } : { oid, answer: endOfMibView }
}

const room = (request: Request) => maxMessageOctets - envelopeOctets - request.community.length

/** GET and GETNEXT: all, or an error that names the first that is missing (v1) or tooBig. */
function answerEach(request: Request, find: (oid: Oid) => Found): Buffer {
  const bindings = new Bindings(room(request))
  for (const [at, asked] of request.oids.entries()) {
    const { oid, answer } = find(asked)
    const unfit = answer.content === null || answer.tag === tag.counter64
    if (request.version === versions.v1 && unfit) return refuse(request, errorStatus.noSuchName, at + 1)
    if (!bindings.add(oid, answer)) return refuse(request, errorStatus.tooBig, 0)
  }
  return encodeResponse(request, { bindings: bindings.take() })
}

/** The request's own bindings come back, with NULL for values; none of them with a tooBig of v2c [RFC 3416 §4.2.1]. */
function refuse(request: Request, status: number, errorIndex: number): Buffer {
  const bindings = new Bindings(room(request))
  const empty = status === errorStatus.tooBig && request.version === versions.v2c
  if (!empty) for (const oid of request.oids) bindings.add(oid, missing(tag.null))
  return encodeResponse(request, { status, errorIndex, bindings: bindings.take() })
}

/** GETBULK [RFC 3416 §4.2.3]: as many as fit, cut where the message is full. */
function answerBulk(request: Request, view: MibView, atMs: number): Buffer {
  const bindings = new Bindings(room(request))
  const step = (oid: Oid) => next(view, oid, atMs, request.version)
  const done = () => encodeResponse(request, { bindings: bindings.take() })
  let count = 0
  const add = ({ oid, answer }: Found) => ++count <= maxBindings && bindings.add(oid, answer)

  for (const oid of request.oids.slice(0, request.nonRepeaters)) if (!add(step(oid))) return done()
  let heads = request.oids.slice(request.nonRepeaters)
  for (let repetition = 0; repetition < request.maxRepetitions && heads.length > 0; repetition++) {
    const found = heads.map(step)
    for (const one of found) if (!add(one)) return done()
    if (found.every(({ answer }) => answer === endOfMibView)) break
    heads = found.map(({ oid }) => oid)
  }
  return done()
}

/** The agent's answer; null where it keeps silent. */
export function respond(request: Request, view: MibView, atMs: number): Buffer | null {
  switch (request.pdu) {
    case tag.get:
      return answerEach(request, (oid) => get(view, oid, atMs))
    case tag.getNext:
      return answerEach(request, (oid) => next(view, oid, atMs, request.version))
    case tag.getBulk:
      return request.version === versions.v1 ? null : answerBulk(request, view, atMs)
    case tag.set:
      return request.version === versions.v1
        ? refuse(request, errorStatus.noSuchName, 1)
        : refuse(request, errorStatus.noAccess, 1)
    default:
      return null
  }
}
