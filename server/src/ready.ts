import type { DemoAccount } from './setup/demo-accounts.ts'

/** What the server tells the process that started it, over IPC, once it answers requests. */
export interface ServerReady {
  kind: 'ready'
  url: string
  accounts: DemoAccount[]
  /** To be typed in on the first-run page; null once that is done. */
  setupCode: string | null
  /** The local collector's identity; null where none is wanted. */
  collector: { id: string; key: string } | null
  /** The file of the certificate it shows; null for plain HTTP. */
  certificate: string | null
}

/** The local collector has connected. */
export interface CollectorConnected {
  kind: 'collector-connected'
}

export type ServerMessage = ServerReady | CollectorConnected
