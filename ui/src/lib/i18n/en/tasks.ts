import type { Translation } from '../dictionary.ts'
import type source from '../zh/tasks.ts'

export default {
  title: 'Tasks',
  none: 'No tasks',
  mine: 'My tasks',
  noneMine: 'Nothing waits for you',
  done: 'Done',
  skip: 'Skip',
  reopen: 'Reopen',
  due: 'by {at}',
  doneBy: '{name}, {at}',
  'state.waiting': 'Waits',
  'state.open': 'Open',
  'state.done': 'Done',
  'state.skipped': 'Skipped',
  progress: '{done} of {all}',
  skipTitle: 'Skip “{name}”',
  skipText: 'Say why; what follows begins.',
} satisfies Translation<typeof source>
