import type { Translation } from '../dictionary.ts'
import type source from '../zh/catalogue.ts'

export default {
  title: 'What was asked for',
  sign: 'Sign for it',
  signName: 'Name',
  signHere: 'Sign here',
  signedBy: 'Signed for by {name}',
} satisfies Translation<typeof source>
