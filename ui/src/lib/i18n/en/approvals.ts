import type { Translation } from '../dictionary.ts'
import type source from '../zh/approvals.ts'

export default {
  title: 'Approvals',
  none: 'Nothing to approve',
  approve: 'Approve',
  reject: 'Reject',
  text: 'Remark (a rejection says why)',
  'step.waiting': 'Not yet',
  'step.open': 'Asked',
  'step.approved': 'Approved',
  'step.rejected': 'Rejected',
  'step.withdrawn': 'Withdrawn',
  'vote.waiting': 'Asked',
  'vote.approved': 'Approved',
  'vote.rejected': 'Rejected',
  inbox: 'For me to approve',
  empty: 'Nothing waits for you',
  deputyOf: 'For {name}',
  behalf: 'by {name}',
  requester: 'Asked by {name}',
  open: 'Open the ticket',
  done: 'Done',
} satisfies Translation<typeof source>
