/** Agents whose tables a test makes up, served by GET, GETNEXT and GETBULK as RFC 3416 has it. */
import { errorStatus, type Message } from './message.ts'
import { compareOids } from './oid.ts'
import { FakeAgent, responseTo } from './testing.ts'
import type { SnmpException, SnmpValue, VarBind } from './value.ts'

export interface Table {
  /** In any order. */
  objects: VarBind[]
  /** Octets that a reply may have; a GETBULK is cut short there, a GET or GETNEXT is `tooBig`. */
  maxOctets?: number
  /** A GETBULK beyond the limit is `tooBig` as well. */
  refusesToCut?: boolean
  /** Requests that get no answer. */
  isSilentTo?: (asked: Message, count: number) => boolean
  /** Objects for which the whole request fails. */
  broken?: string[]
}

const endOfMibView: SnmpException = { type: 'endOfMibView', value: null }
const noSuchInstance: SnmpException = { type: 'noSuchInstance', value: null }

export function serveTable(table: Table, address?: string): Promise<FakeAgent> {
  const objects = table.objects.toSorted((a, b) => compareOids(a.oid, b.oid))
  return FakeAgent.start((asked, count) => {
    if (table.isSilentTo?.(asked, count)) return undefined
    const guilty = asked.varBinds.findIndex(({ oid }) => table.broken?.includes(oid))
    if (guilty >= 0)
      return responseTo(asked, asked.varBinds, { status: errorStatus.genErr, index: guilty + 1 })
    return answers[asked.type]?.(asked, objects, table)
  }, address)
}

type Found = VarBind<SnmpValue | SnmpException>

const answers: Partial<
  Record<Message['type'], (asked: Message, objects: VarBind[], table: Table) => Buffer>
> = {
  get: (asked, objects, table) => {
    const found = asked.varBinds.map(
      ({ oid }) => objects.find((one) => one.oid === oid) ?? { oid, value: noSuchInstance },
    )
    return sized(asked, found, table)
  },
  getNext: (asked, objects, table) =>
    sized(
      asked,
      asked.varBinds.map(({ oid }) => after(objects, oid)),
      table,
    ),
  getBulk: (asked, objects, table) => {
    const { errorStatus: once, errorIndex: times, varBinds } = asked
    const found: Found[] = varBinds.slice(0, once).map(({ oid }) => after(objects, oid))
    let row = varBinds.slice(once).map(({ oid }) => oid)
    for (let i = 0; i < times; i++) {
      const next = row.map((oid) => after(objects, oid))
      found.push(...next)
      row = next.map(({ oid }) => oid)
    }
    if (table.refusesToCut) return sized(asked, found, table)
    while (isTooLong(responseTo(asked, found), table)) found.pop()
    return responseTo(asked, found)
  },
}

const isTooLong = (reply: Buffer, { maxOctets = Infinity }: Table) => reply.length > maxOctets

function sized(asked: Message, found: Found[], table: Table): Buffer {
  const reply = responseTo(asked, found)
  return isTooLong(reply, table) ? responseTo(asked, [], { status: errorStatus.tooBig }) : reply
}

function after(objects: VarBind[], oid: string): Found {
  return objects.find((one) => compareOids(one.oid, oid) > 0) ?? { oid, value: endOfMibView }
}
