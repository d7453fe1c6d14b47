import type { SnmpException, SnmpValue, VarBind } from './value.ts'

/** One request and its answer, of any version; throws SnmpError when there is none. */
export type Exchange = (question: Question) => Promise<Answer>

export type Question =
  { type: 'get' | 'getNext'; oids: string[] } | { type: 'getBulk'; oids: string[]; maxRepetitions: number }

export interface Answer {
  errorStatus: number
  /** Counts from 1; 0 for none. */
  errorIndex: number
  varBinds: VarBind<SnmpValue | SnmpException>[]
  rttMs: number
}
