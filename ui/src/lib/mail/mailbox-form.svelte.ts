import type { Mailbox, NewMailbox } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { scope } from '../scope.svelte.ts'

export const securities = ['none', 'starttls', 'tls'] as const
export type Security = (typeof securities)[number]
export const sides = ['imap', 'smtp'] as const
export type Side = (typeof sides)[number]

const usualPorts: Record<Side, Record<Security, number>> = {
  imap: { none: 143, starttls: 143, tls: 993 },
  smtp: { none: 25, starttls: 587, tls: 465 },
}
const blank = (side: Side) => ({
  host: '',
  port: usualPorts[side].tls,
  security: 'tls' as Security,
  verifyTls: true,
  username: '',
})

export class MailboxForm {
  name = $state('')
  address = $state('')
  regionId = $state('')
  teamId = $state('')
  imap = $state<NewMailbox['imap']>({ ...blank('imap'), folder: 'INBOX' })
  smtp = $state<NewMailbox['smtp']>(blank('smtp'))
  secret = $state({ imapPassword: '', smtpPassword: '' })
  working = $state(false)
  problem = $state<string | null>(null)
  readonly known: Mailbox | null

  constructor(known: Mailbox | null) {
    this.known = known
    this.regionId = known?.region.id ?? scope.region?.id ?? scope.roots[0]?.id ?? ''
    if (!known) return
    this.name = known.name
    this.address = known.address
    this.teamId = known.team?.id ?? ''
    this.imap = structuredClone(known.imap)
    this.smtp = structuredClone(known.smtp)
  }

  secure(side: Side, security: Security) {
    const wasUsual = this[side].port === usualPorts[side][this[side].security]
    this[side].security = security
    if (wasUsual) this[side].port = usualPorts[side][security]
  }

  isKept(side: Side): boolean {
    return this.known?.kept.includes(`${side}Password`) ?? false
  }

  async save(): Promise<boolean> {
    this.working = true
    this.problem = null
    const secret = Object.fromEntries(Object.entries(this.secret).filter(([, value]) => value !== ''))
    const body = {
      name: this.name.trim(),
      address: this.address.trim(),
      teamId: this.teamId || null,
      imap: $state.snapshot(this.imap),
      smtp: $state.snapshot(this.smtp),
      ...(Object.keys(secret).length > 0 && { secret }),
    }
    try {
      if (this.known) await api.patch(`/mailboxes/${this.known.id}`, body)
      else await api.post('/mailboxes', { ...body, regionId: this.regionId })
      return true
    } catch (failed) {
      this.problem = problemText(failed)
      return false
    } finally {
      this.working = false
    }
  }
}
