/** Of the n-th device; 250 to a subnet. */
export const addressOf = (at: number) => `127.77.${Math.floor(at / 250)}.${(at % 250) + 1}`

/** What the process that answers for the devices says of itself. */
export interface Served {
  cpuMs: number
}
