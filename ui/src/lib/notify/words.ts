import type { ChannelView, RosterView, RouteView } from '@zongheng/server/api.ts'
import { joined, t, tOr } from '../i18n/index.svelte.ts'

type Target = RouteView['steps'][number]['to'][number]

export function matchWords({ severities, classes, hours }: RouteView['match']): string {
  const parts = [
    joined(severities.map((severity) => t(`severity.${severity}`))),
    joined(classes.map((one) => tOr(`notify.class.${one}`, one))),
    hours === 'any' ? '' : t(`notify.hours.${hours}`),
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : t('notify.match.all')
}

/** What targets are called: channels and rosters as they stand, people and teams by id. */
export interface Called {
  channels: ChannelView[]
  rosters: RosterView[]
  names: Record<string, string>
}

export function targetWords(target: Target, { channels, rosters, names }: Called): string {
  const nameIn = (all: { id: string; name: string }[], id: string) =>
    all.find((one) => one.id === id)?.name ?? id
  switch (target.kind) {
    case 'scope':
      return t('notify.target.scope')
    case 'duty':
      return target.rosterId === null
        ? t('notify.target.duty')
        : t('notify.target.dutyOf', { name: nameIn(rosters, target.rosterId) })
    case 'team':
      return target.teamId === null
        ? t('notify.target.team')
        : (names[target.teamId] ?? t('notify.target.teamOf'))
    case 'person':
      return names[target.userId] ?? t('notify.target.person')
    case 'channel':
      return `${nameIn(channels, target.channelId)}${target.address ? ` ${target.address}` : ''}`
  }
}
