import type { Access } from './access.ts'

export const circuitStates = ['up', 'degraded', 'down', 'unknown'] as const
export type CircuitState = (typeof circuitStates)[number]

export const circuitRoles = ['primary', 'backup'] as const
export type CircuitRole = (typeof circuitRoles)[number]

/** What is rented from a carrier. A end = upper site. `bandwidthBps`: the rented bandwidth, bit/s. */
export interface Circuit {
  id: string
  linkId: string
  role: CircuitRole
  /** 0 is carried first. */
  position: number
  number: string
  carrier: string
  access: Access
  bandwidthBps: number
  aDeviceId: string
  aInterfaceId: string
  zDeviceId: string
  zInterfaceId: string
}
