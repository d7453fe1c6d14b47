import { describe, expect, it } from 'vitest'
import { BerReader, BerWriter, parseOid, tag } from '../src/snmp/ber.ts'
import { decodeRequest, versions } from './message.ts'
import { viewOf } from './mib/agent.ts'
import { maxMessageOctets, respond } from './respond.ts'
import { mondayTen, tinyProvince } from './testing.ts'
import { World } from './world/world.ts'

const world = new World(tinyProvince(), mondayTen)
const view = viewOf(world.devices.get('130123-access-router')!)
const sysUpTime = '1.3.6.1.2.1.1.3.0'
const sysName = '1.3.6.1.2.1.1.5.0'
const ifHCInOctets = '1.3.6.1.2.1.31.1.1.1.6'

interface Asked {
  version?: number
  pdu: number
  oids: string[]
  nonRepeaters?: number
  maxRepetitions?: number
}

function encode({ version = versions.v2c, pdu, oids, nonRepeaters = 0, maxRepetitions = 0 }: Asked): Buffer {
  const writer = new BerWriter()
  writer.sequence(tag.sequence, () => {
    writer.integer(version)
    writer.octets(Buffer.from('public'))
    writer.sequence(pdu, () => {
      for (const number of [77, nonRepeaters, maxRepetitions]) writer.integer(number)
      writer.sequence(tag.sequence, () => {
        for (const oid of oids)
          writer.sequence(tag.sequence, () => {
            writer.oid(oid)
            writer.empty()
          })
      })
    })
  })
  return Buffer.from(writer.take())
}

function ask(asked: Asked) {
  const answer = respond(decodeRequest(encode(asked)), view, mondayTen)
  if (!answer) return null
  const message = new BerReader(answer).enter(tag.sequence)
  message.integer()
  message.octets()
  const pdu = message.enter(tag.response)
  const [requestId, status, errorIndex] = [pdu.integer(), pdu.integer(), pdu.integer()]
  const list = pdu.enter(tag.sequence)
  const bindings: { oid: string; tag: number }[] = []
  while (!list.atEnd) {
    const binding = list.enter(tag.sequence)
    bindings.push({ oid: binding.oid(), tag: binding.peek() })
  }
  return { requestId, status, errorIndex, bindings, octets: answer.length }
}

describe('GET', () => {
  it.each([
    ['an instance', sysUpTime, tag.timeticks],
    ['no such object', '1.3.6.1.4.1.99999.1.0', tag.noSuchObject],
    ['no such instance', `${ifHCInOctets}.4711`, tag.noSuchInstance],
    ['a column without an index', ifHCInOctets, tag.noSuchInstance],
  ])('of v2c answers %s', (_, oid, expected) => {
    expect(ask({ pdu: tag.get, oids: [oid] })).toMatchObject({
      requestId: 77,
      status: 0,
      bindings: [{ oid, tag: expected }],
    })
  })

  it.each([
    ['what is missing', '1.3.6.1.4.1.99999.1.0'],
    ['a Counter64', `${ifHCInOctets}.1`],
  ])('of v1 says noSuchName, and where, for %s', (_, oid) => {
    const answer = ask({ version: versions.v1, pdu: tag.get, oids: [sysName, oid] })
    expect(answer).toMatchObject({ status: 2, errorIndex: 2, bindings: [{ oid: sysName }, { oid }] })
  })

  it('says tooBig rather than send more than a frame holds', () => {
    const oids = Array.from({ length: 12 }, () => '1.3.6.1.2.1.1.1.0')
    expect(ask({ pdu: tag.get, oids })).toMatchObject({ status: 1, errorIndex: 0, bindings: [] })
  })
})

describe('GETNEXT', () => {
  it('walks the whole view in order, and says where it ends', () => {
    let oid = '1.3'
    const seen: string[] = []
    for (;;) {
      const binding = ask({ pdu: tag.getNext, oids: [oid] })!.bindings[0]!
      if (binding.tag === tag.endOfMibView) break
      oid = binding.oid
      seen.push(oid)
    }
    const sorted = seen.toSorted((a, b) => {
      const [x, y] = [parseOid(a), parseOid(b)]
      const at = x.findIndex((part, i) => part !== y[i])
      return at === -1 ? x.length - y.length : x[at]! - (y[at] ?? -1)
    })
    expect(seen).toEqual(sorted)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(300)
  })

  it('steps over Counter64 in v1', () => {
    const answer = ask({ version: versions.v1, pdu: tag.getNext, oids: [ifHCInOctets] })
    expect(answer!.bindings[0]!.oid).toMatch(/^1\.3\.6\.1\.2\.1\.31\.1\.1\.1\.14\./)
  })
})

describe('GETBULK', () => {
  it('repeats what is to be repeated', () => {
    const answer = ask({
      pdu: tag.getBulk,
      oids: [sysUpTime, ifHCInOctets],
      nonRepeaters: 1,
      maxRepetitions: 3,
    })
    expect(answer!.bindings.map(({ oid }) => oid)).toEqual([
      '1.3.6.1.2.1.1.4.0',
      ...[1, 2, 3].map((index) => `${ifHCInOctets}.${index}`),
    ])
  })

  it('stops where the frame is full', () => {
    const answer = ask({ pdu: tag.getBulk, oids: ['1.3.6.1.2.1.2.2'], maxRepetitions: 10_000 })
    expect(answer!.status).toBe(0)
    expect(answer!.octets).toBeLessThanOrEqual(maxMessageOctets)
    expect(answer!.octets).toBeGreaterThan(maxMessageOctets - 128)
  })

  it('stops at the end of the view', () => {
    const answer = ask({ pdu: tag.getBulk, oids: ['1.3.6.1.9'], maxRepetitions: 10 })
    expect(answer!.bindings).toEqual([{ oid: '1.3.6.1.9', tag: tag.endOfMibView }])
  })
})

it.each([
  ['v2c', versions.v2c, 6],
  ['v1', versions.v1, 2],
])('refuses to be SET by %s', (_, version, status) => {
  expect(ask({ version, pdu: tag.set, oids: [sysName] })).toMatchObject({ status, errorIndex: 1 })
})

it('keeps silent on what is no request', () => {
  expect(ask({ pdu: tag.response, oids: [sysName] })).toBeNull()
})
