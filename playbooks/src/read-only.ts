import { platforms, type PlatformName } from './platforms.ts'

// Redirections, substitutions, several commands in one line: each is a way from reading to writing.
const joiners = /[;&<>`\n\r\0\\]|\$\(|\$\{|\|\|/
/** Why a command is not known to be a reading one; null when it is. */
export function refuseWriting(platform: PlatformName, command: string): string | null {
  const { reads, filters } = platforms[platform]
  if (joiners.test(command)) return 'joins or redirects commands'
  const [first = '', ...rest] = command.split('|').map((part) => part.trim())
  if (!reads.test(first)) return `is not among the reading commands of ${platform}`
  const filter = rest.find((part) => !filters.test(part))
  return filter === undefined ? null : `pipes into "${filter}", which is not a known filter`
}
