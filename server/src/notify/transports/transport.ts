/** How each kind of channel hands a message over. */
import type { ChannelKind, ChannelSecret, SettingsOf } from '../channel.ts'
import type { NotifyMessage, Wording } from '../message.ts'

export interface Outgoing<K extends ChannelKind = ChannelKind> {
  settings: SettingsOf<K>
  secret: ChannelSecret
  /** An e-mail address, a telephone number, or blank for a group. */
  address: string
  message: NotifyMessage
  wording: Wording
  /** The delivery's id: the same for each attempt, so that the other side may tell a repetition. */
  id: string
  /** The thread it belongs to, and what in it this address was told first. */
  threadId: string | null
  firstId: string | null
  nowMs: number
}

/** What came of it. An answer that asks to come again later is worth another attempt; one that refuses is not. */
export type Handed =
  { ok: true; answer: string; remoteId?: string } | { ok: false; answer: string; again: boolean }

export type Send<K extends ChannelKind> = (outgoing: Outgoing<K>) => Promise<Handed>
