/**
 * Why a device could not be read.
 * `timeout`: silence (SNMP does not tell a wrong community from an absent device). `authentication`: a v3 user or key was
 * refused. `unreachable`: the network said so. `malformed`: replies came that are no SNMP. `tooBig`: not even one object fits
 * the device's messages. `refused`: the device answered with an error status. `nonIncreasing`, `tooManyRows`, `tooLong`: a
 * walk that would not end. `closed`: we are stopping.
 */
export const snmpErrorCodes = [
  'timeout',
  'authentication',
  'unreachable',
  'malformed',
  'tooBig',
  'refused',
  'nonIncreasing',
  'tooManyRows',
  'tooLong',
  'closed',
] as const
export type SnmpErrorCode = (typeof snmpErrorCodes)[number]

export class SnmpError extends Error {
  override name = 'SnmpError'
  readonly code: SnmpErrorCode

  constructor(code: SnmpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The device kept silent: nothing that it could be asked again for would fare better. */
export function isSilence(error: unknown): error is SnmpError {
  return error instanceof SnmpError && (error.code === 'timeout' || error.code === 'unreachable')
}
