/** The change calendar: what is planned, frozen, held. */
import type { Translation } from '../dictionary.ts'
import type zh from '../zh/changes.ts'

const words: Translation<typeof zh> = {
  title: 'Change calendar',
  'view.calendar': 'Calendar',
  'view.bookings': 'Video conferences',
  'kind.window': 'Maintenance',
  'kind.freeze': 'Freeze',
  'kind.booking': 'Conference',
  'kind.change': 'Change',
  'column.title': 'Conference',
  'column.when': 'When',
  'column.sites': 'Sites',
  'column.bandwidth': 'Bandwidth a site',
  'column.organiser': 'Organiser',
  sites: '{name} and others, {n} sites',
  cancel: 'Cancel',
  cancelTitle: 'Cancel “{name}”',
  cancelText: 'Changes no longer keep clear of this conference.',
  cancelled: '“{name}” is cancelled',
  none: 'No conferences are booked',
  noneText: 'Once they are, changes know beforehand which conferences they would disturb.',
}
export default words
