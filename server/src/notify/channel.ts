/** Ways by which a message leaves: what each kind is told by, how fast the other side takes them, and what about it is secret. */
export const channelKinds = ['smtp', 'sms', 'wecom', 'dingtalk', 'feishu', 'webhook'] as const
export type ChannelKind = (typeof channelKinds)[number]

/** `kind` stands in the settings too, so that they are told apart without their row. */
export type ChannelSettings =
  | {
      kind: 'smtp'
      host: string
      port: number
      security: 'none' | 'starttls' | 'tls'
      verifyTls: boolean
      from: string
      username: string
    }
  | {
      /** `{phone}`, `{text}`, `{id}` and `{key}` are filled in, each as its place wants it encoded. */
      kind: 'sms'
      method: 'GET' | 'POST'
      url: string
      contentType: 'json' | 'form' | 'xml'
      charset: 'utf-8' | 'gbk'
      headers: { name: string; value: string }[]
      body: string
      /** A success's answer contains this; empty: the status alone says it. */
      success: string
    }
  | { kind: 'wecom' }
  | { kind: 'dingtalk' }
  | { kind: 'feishu' }
  | { kind: 'webhook'; url: string }
export type SettingsOf<K extends ChannelKind> = Extract<ChannelSettings, { kind: K }>

/** A robot's address is its secret: whoever knows it may write. */
export interface ChannelSecret {
  password?: string
  url?: string
  signKey?: string
  /** For `{key}` in what is asked of an SMS gateway. */
  key?: string
}

interface ChannelFacts {
  /** By what of a person it reaches them; null: it has one address, a group or a program. */
  personal: 'email' | 'phone' | null
  /** What the other side takes in a minute. Robots: their vendors' documents; the rest: what a small gateway bears. */
  perMinute: number
  atOnce: number
  /** Of the secret, what it cannot do without. */
  needs: readonly (keyof ChannelSecret)[]
}

export const channelFacts: Record<ChannelKind, ChannelFacts> = {
  smtp: { personal: 'email', perMinute: 120, atOnce: 2, needs: [] },
  sms: { personal: 'phone', perMinute: 60, atOnce: 1, needs: [] },
  wecom: { personal: null, perMinute: 20, atOnce: 1, needs: ['url'] },
  dingtalk: { personal: null, perMinute: 20, atOnce: 1, needs: ['url'] },
  feishu: { personal: null, perMinute: 100, atOnce: 1, needs: ['url'] },
  webhook: { personal: null, perMinute: 120, atOnce: 2, needs: ['signKey'] },
}

export interface Channel {
  id: string
  name: string
  regionId: string
  regionPath: string
  settings: ChannelSettings
  /** Sealed. */
  secret: string | null
  enabled: boolean
}
