import type { Translation } from '../dictionary.ts'
import type source from '../zh/files.ts'

export default {
  title: 'Attachments',
  none: 'Nothing is attached',
  add: 'Add files',
  photo: 'Take a photo',
  hint: 'or drop or paste them here',
  sending: 'Sending…',
  remove: 'Remove {name}',
  enlarge: 'Enlarge {name}',
  download: 'Download',
  sent: 'sent a picture',
  internal: 'internal',
  'scan.unscanned': 'being scanned',
  'scan.clean': 'no virus found',
  'scan.failed': 'could not be scanned, kept apart',
  'scan.infected': 'infected, kept apart',
} satisfies Translation<typeof source>
