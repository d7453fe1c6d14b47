/** Service clocks and what they run by: targets, calendars, escalation. */
import type { Translation } from '../dictionary.ts'
import type zh from '../zh/clocks.ts'

const words: Translation<typeof zh> = {
  title: 'Time limits',
  paused: 'Paused',
  always: '24×7',
  uncertain: 'The holidays of the year it is due in are not announced yet; only weekends are counted.',
  dueAt: 'due {time}',
  breachedAt: 'Breached at {time}',
  'standing.ok': 'running',
  'standing.warn': 'about to breach',
  'standing.breach': 'breached',
  'standing.hold': 'paused',
  'standing.met': 'met',
  'measure.response': 'Response',
  'measure.resolution': 'Resolution',
  'measure.closing': 'Closing by itself',
}
export default words
