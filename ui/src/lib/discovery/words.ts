import type { Find } from '@zongheng/server/api.ts'
import { t, tOr } from '../i18n/index.svelte.ts'

/** Why it is taken for what it is taken for, a line each. */
export function reasonsOf(find: Find): string[] {
  const known = find.reasons.map(({ code, value, device }) =>
    tOr(`discovery.because.${code}`, value, { value, device: device?.name ?? t('discovery.unseen') }),
  )
  const guessed = (find.proposal?.reasons ?? []).map(({ code, value }) =>
    tOr(`discovery.because.${code}`, value, {
      value: code === 'category' ? tOr(`discovery.category.${value}`, value || '–') : value,
    }),
  )
  return [...known, ...guessed]
}

/** What accepting it does, where it is no new device. */
export function thenOf({ kind, device, proposal }: Find): string | null {
  if (proposal) return null
  if (kind === 'echo' || kind === 'silent') return t(`discovery.then.${kind}`)
  return device ? tOr(`discovery.then.${kind}`, '', { name: device.name }) : t('discovery.then.unseen')
}

/** Whether something could be taken over. */
export const isAcceptable = ({ kind, device, proposal, identity }: Find) =>
  identity !== null && (proposal ? kind === 'new' : device !== null)
