import type { Translation } from '../dictionary.ts'
import type source from '../zh/forms.ts'

export default {
  choose: 'Choose',
  addRow: 'Add a line',
  dropRow: 'Remove line {n}',
  find: 'Type a name',
  notFound: 'Nothing can be looked up at the moment',
  filesLater: 'Attach it to the ticket once it is sent.',
  clear: 'Sign again',
} satisfies Translation<typeof source>
