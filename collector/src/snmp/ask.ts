import type { BackWriter } from './octets.ts'
import type { Reply } from './request.ts'

/** One message of a table read: what it asks for, and what came of it. */
export interface Ask {
  /** Objects that the reply will hold. */
  readonly objects: number
  /** Larger than what is known to fit: to find out who cuts a reply short. */
  readonly isTrial: boolean
  write(writer: BackWriter, requestId: number): void
  /** Fills cells; answers how many objects came. Throws BerError, or SnmpError when the device cannot be read on. */
  read(reply: Reply): number
  /** The object at this position of the request, from 0, can not be had. False where nothing can be left out. */
  giveUp(position: number): boolean
}
