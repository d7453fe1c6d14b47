import { isDeepStrictEqual } from 'node:util'
import {
  sealFor,
  type Assignment,
  type AssignmentChange,
  type CheckProbe,
  type LegProbe,
  type Target,
} from '@zongheng/collector/contract.ts'
import type { CheckModel, CheckPointModel, CircuitModel, DeviceModel, EstateModel } from '../estate/model.ts'
import { checksOf, devicesOf, legsOf } from './belongs.ts'
import { neighboursOf, type Neighbours } from './neighbours.ts'
import { lineTo } from './line.ts'

const legIntervalS = 10

/** Opens a credential at rest; undefined when it is gone. */
export type OpenCredential = (credentialId: string) => Promise<unknown>

/** What one collector is to do, and what it has been told so far. Credentials are sealed once and kept: a seal differs every time. */
export class AssignmentBook {
  readonly #collectorId: string
  readonly #publicKey: string
  readonly #open: OpenCredential
  readonly #sealed = new Map<string, { clear: string; sealed: string }>()
  #targets = new Map<string, Target>()
  #probes = new Map<string, LegProbe>()
  #checks = new Map<string, CheckProbe>()
  #version: number

  constructor(collectorId: string, publicKey: string, open: OpenCredential, nowMs: number) {
    this.#collectorId = collectorId
    this.#publicKey = publicKey
    this.#open = open
    this.#version = nowMs
  }

  async whole(model: EstateModel): Promise<Assignment> {
    await this.#take(model)
    return {
      version: this.#version,
      targets: [...this.#targets.values()],
      probes: [...this.#probes.values()],
      checks: [...this.#checks.values()],
    }
  }

  /** What is new since the last time; null when nothing is. */
  async change(model: EstateModel): Promise<AssignmentChange | null> {
    const before = { targets: this.#targets, probes: this.#probes, checks: this.#checks }
    await this.#take(model)
    const targets = changed(before.targets, this.#targets)
    const probes = changed(before.probes, this.#probes)
    const removedDeviceIds = gone(before.targets, this.#targets)
    const removedCircuitIds = gone(before.probes, this.#probes)
    const checks = changed(before.checks, this.#checks)
    const removedCheckIds = gone(before.checks, this.#checks)
    const change = { targets, probes, checks, removedDeviceIds, removedCircuitIds, removedCheckIds }
    if (Object.values(change).every((list) => list.length === 0)) return null
    this.#version += 1
    return { version: this.#version, ...change }
  }

  async #take(model: EstateModel): Promise<void> {
    const mine = devicesOf(model, this.#collectorId)
    const checks = checksOf(model, this.#collectorId)
    const credentials = new Set([
      ...mine.flatMap((device) => device.snmpCredentialId ?? []),
      ...checks.flatMap(({ check }) => check.credentialId ?? []),
    ])
    for (const id of credentials) await this.#seal(id)
    const neighbours = neighboursOf(model)
    const targets = mine.flatMap((device) => this.#target(device, model, neighbours) ?? [])
    const legs = legsOf(model, this.#collectorId)
    const probes = legs.flatMap((circuit) => this.#probe(circuit, model) ?? [])
    this.#targets = new Map(targets.map((target) => [target.deviceId, target]))
    this.#probes = new Map(probes.map((probe) => [probe.circuitId, probe]))
    this.#checks = new Map(checks.map(({ check, point }) => [point.id, this.#check(check, point)]))
  }

  async #seal(credentialId: string): Promise<void> {
    const clear = JSON.stringify(await this.#open(credentialId))
    if (!clear || this.#sealed.get(credentialId)?.clear === clear) return
    this.#sealed.set(credentialId, { clear, sealed: sealFor(this.#publicKey, JSON.parse(clear)) })
  }

  #target(device: DeviceModel, model: EstateModel, neighbours: Neighbours): Target | null {
    const snmp = device.snmpCredentialId && this.#sealed.get(device.snmpCredentialId)?.sealed
    if (!snmp) return null
    const { address, port, siteId, pollIntervalS, interfaces } = device
    const sensors = device.sensors.map(({ id, key }) => ({ id, key }))
    return {
      deviceId: device.id,
      siteId,
      address,
      port,
      snmp,
      pollIntervalS,
      interfaces,
      sensors,
      line: lineTo(model, siteId, this.#collectorId),
      answersFrom: device.answersFrom,
      ping: pingOf(device),
      ...(neighbours.has(device.id) ? { neighbours: neighbours.get(device.id)! } : {}),
    }
  }

  #check({ spec, credentialId, intervalS, timeoutMs }: CheckModel, point: CheckPointModel): CheckProbe {
    const credential = (credentialId && this.#sealed.get(credentialId)?.sealed) || null
    return { checkId: point.id, spec, credential, intervalS, timeoutMs }
  }

  /** With the credential of the device at its lower end. */
  #probe(circuit: CircuitModel, model: EstateModel): LegProbe | null {
    const [a, z] = [model.devices.get(circuit.a.deviceId), model.devices.get(circuit.z.deviceId)]
    if (!circuit.leg || !a || !z) return null
    const snmp = (z.snmpCredentialId && this.#sealed.get(z.snmpCredentialId)?.sealed) || null
    if (circuit.leg.kind === 'snmp' && !snmp) return null
    return {
      circuitId: circuit.id,
      ...circuit.leg,
      snmp: circuit.leg.kind === 'snmp' ? snmp : null,
      intervalS: legIntervalS,
      siteIds: [a.siteId, z.siteId],
      ends: [circuit.a, circuit.z].map(({ deviceId, interfaceId }) => ({ deviceId, interfaceId })),
    }
  }
}

/** A loopback address answers ICMP whatever lives there: what is simulated is asked by SNMP. */
function pingOf({ address, pingIntervalS }: DeviceModel): Target['ping'] {
  if (pingIntervalS === 0) return null
  return { kind: address.startsWith('127.') ? 'snmp' : 'icmp', intervalS: pingIntervalS }
}

function changed<T>(before: Map<string, T>, after: Map<string, T>): T[] {
  return [...after]
    .filter(([id, value]) => !isDeepStrictEqual(before.get(id), value))
    .map(([, value]) => value)
}

function gone<T>(before: Map<string, T>, after: Map<string, T>): string[] {
  return [...before.keys()].filter((id) => !after.has(id))
}
