import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { newSealingKeys, sealFor, type Fact, type LogEntry, type SnmpCredential } from '../contract.ts'
import { Listening, type ListeningParts } from './listening.ts'
import type { ListenOptions } from './ports.ts'

const run = promisify(execFile)
export const keys = newSealingKeys()

/** Of what is free by UDP, TCP may have the same number in use. */
const anyFree = [0, 0, 0, 0]

/** What is heard on free ports of loopback. */
export interface Heard {
  listening: Listening
  entries: LogEntry[]
  polls: [deviceId: string, depth: string][]
  faults: string[]
  /** The next entry that nobody took yet. */
  next: () => Promise<LogEntry>
  close: () => Promise<void>
}

export async function listenHere(
  options: Partial<ListenOptions> = {},
  parts: Partial<ListeningParts> = {},
): Promise<Heard> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-listen-'))
  const [entries, polls, faults] = [[] as LogEntry[], [] as Heard['polls'], [] as string[]]
  let taken = 0
  let wake = () => {}
  const listening = await Listening.open({
    dataFolder: folder,
    keys,
    options: { host: '127.0.0.1', trapPorts: [0], syslogPorts: anyFree, syslogTls: null, ...options },
    now: Date.now,
    onFact: (fact: Fact) => {
      if (fact.kind === 'log') entries.push(...fact.entries)
      wake()
    },
    onPoll: (deviceId, depth) => polls.push([deviceId, depth]),
    onFault: (code) => faults.push(code),
    onError: (error) => {
      throw error
    },
    ...parts,
  })
  return {
    listening,
    entries,
    polls,
    faults,
    next: async () => {
      while (taken >= entries.length) await new Promise<void>((resolve) => (wake = resolve))
      return entries[taken++]!
    },
    close: async () => {
      await listening.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const sealed = (credential: SnmpCredential) => sealFor(keys.publicKey, credential)

/** A tool of net-snmp or of Debian, with its own folder for what it keeps. */
export async function tool(name: string, args: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-tool-'))
  try {
    const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder }
    return (await run(name, args, { env, timeout: 20_000 })).stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
