import type { Simulator } from '../peers/build.ts'

/** What a row needs: a simulator that runs on a core of its own, and the core that is the poller's. */
export interface Bench {
  folder: string
  simulator: Simulator
  simulatorCore: number
  pollerCore: number
  devices: number
}

/** What one run took; `cpuS` of the poller's processes alone, from their start to their end. */
export interface Cost {
  varbinds: number
  cpuS: number
  wallS: number
  rssMiB: number
}

/** A poller made ready. */
export interface Turns {
  run: () => Promise<Cost>
  finish?: () => Promise<void>
}

/** As it stands in the table. A new one is a new file and a line in `poll.ts`. */
export interface Row extends Turns {
  tool: string
}

/** Throws PeerMissing for what is not installed. */
export type MakeRow = (bench: Bench) => Turns | Promise<Turns>

export const perMillion = ({ cpuS, varbinds }: Cost) => (1e6 * cpuS) / varbinds
