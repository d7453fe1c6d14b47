import type { Translation } from '../dictionary.ts'
import type source from '../zh/forms.ts'

export default {
  choose: 'Choose',
  addRow: 'Add a line',
  dropRow: 'Remove line {n}',
  find: 'Type a name',
  found: '{n} found',
  none: 'Nothing found',
  drop: 'Not {name}',
  notFound: 'Nothing can be looked up at the moment',
  photos: 'Take a photo or choose files; they are sent along.',
  clear: 'Sign again',
} satisfies Translation<typeof source>
