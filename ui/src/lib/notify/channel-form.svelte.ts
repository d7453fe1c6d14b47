import type { ChannelView, NewChannel } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { scope } from '../scope.svelte.ts'

export const kinds = ['smtp', 'sms', 'wecom', 'dingtalk', 'feishu', 'webhook'] as const
export type Kind = (typeof kinds)[number]
type Settings = NewChannel['settings']

const blank: { [K in Kind]: Extract<Settings, { kind: K }> } = {
  smtp: { kind: 'smtp', host: '', port: 25, security: 'none', verifyTls: true, from: '', username: '' },
  sms: {
    kind: 'sms',
    method: 'POST',
    url: '',
    contentType: 'json',
    charset: 'utf-8',
    headers: [],
    body: '{"phone":"{phone}","content":"{text}"}',
    success: '',
  },
  wecom: { kind: 'wecom' },
  dingtalk: { kind: 'dingtalk' },
  feishu: { kind: 'feishu' },
  webhook: { kind: 'webhook', url: '' },
}
const usualPorts = { none: 25, starttls: 587, tls: 465 } as const

export class ChannelForm {
  name = $state('')
  regionId = $state('')
  settings = $state<Settings>(structuredClone(blank.smtp))
  secret = $state({ password: '', url: '', signKey: '', key: '' })
  working = $state(false)
  problem = $state<string | null>(null)
  readonly known: ChannelView | null

  constructor(known: ChannelView | null) {
    this.known = known
    this.name = known?.name ?? ''
    this.regionId = known?.region.id ?? scope.region?.id ?? scope.roots[0]?.id ?? ''
    if (known) this.settings = structuredClone(known.settings)
  }

  choose(kind: Kind) {
    this.settings = structuredClone(blank[kind])
  }

  secure(security: keyof typeof usualPorts) {
    if (this.settings.kind !== 'smtp') return
    const wasUsual = this.settings.port === usualPorts[this.settings.security]
    this.settings.security = security
    if (wasUsual) this.settings.port = usualPorts[security]
  }

  get headers(): string {
    return this.settings.kind === 'sms'
      ? this.settings.headers.map(({ name, value }) => `${name}: ${value}`).join('\n')
      : ''
  }

  set headers(text: string) {
    if (this.settings.kind !== 'sms') return
    this.settings.headers = text.split('\n').flatMap((line) => {
      const [name, ...value] = line.split(':')
      return name?.trim() ? [{ name: name.trim(), value: value.join(':').trim() }] : []
    })
  }

  isKept(name: keyof typeof this.secret): boolean {
    return this.known?.kept.includes(name) ?? false
  }

  async save(): Promise<ChannelView | null> {
    this.working = true
    this.problem = null
    const secret = Object.fromEntries(Object.entries(this.secret).filter(([, value]) => value !== ''))
    const given = Object.keys(secret).length > 0 ? { secret } : {}
    const body = { name: this.name.trim(), settings: $state.snapshot(this.settings), ...given }
    try {
      return this.known
        ? await api.patch<ChannelView>(`/notify/channels/${this.known.id}`, body)
        : await api.post<ChannelView>('/notify/channels', { ...body, regionId: this.regionId })
    } catch (failed) {
      this.problem = problemText(failed)
      return null
    } finally {
      this.working = false
    }
  }
}
