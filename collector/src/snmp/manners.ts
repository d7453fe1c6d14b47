/** How an agent wants to be asked; without a word, as the standards have it, and what it cannot do is found out. */
export interface Manners {
  noBulk?: boolean
  /** Objects in one answer. */
  mostObjects?: number
}
