/**
 * A user name as it is kept, however it was typed. Directories take several spellings for one name [RFC 4518, 2]: guesses at any of
 * them are to count together.
 */
export const spelled = (typed: string): string =>
  typed.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase()
