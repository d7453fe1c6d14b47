import type { Capacity } from './contract.ts'

/** From this share on it is time to think of another store. */
const nearShare = 0.8

/** Whether a store is about to hold more series than it is made for; one without a bound never is. */
export const isNearlyFull = ({ series, mostSeries }: Capacity): boolean =>
  mostSeries !== null && series >= mostSeries * nearShare
