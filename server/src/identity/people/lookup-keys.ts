import { createRequire } from 'node:module'
import { phoneKey } from '@zongheng/inventory/phone.ts'
import type { Updateable } from 'kysely'
import type * as Pronouncing from 'pinyin-pro'
import type { Tables } from '../../db/tables.ts'

type Users = Updateable<Tables['users']>

const require = createRequire(import.meta.url)
let pinyin: typeof Pronouncing.pinyin | undefined
const atMost = 40

/** `王芳` is `wf`, `单志刚` is `szg`: a surname is read as one. Latin names are their letters. */
export function initialsOf(name: string): string {
  pinyin ??= (require('pinyin-pro') as typeof Pronouncing).pinyin
  const letters = pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', surname: 'head' }).join(
    '',
  )
  return letters.toLowerCase().replace(/[^a-z0-9]/g, '').slice(0, atMost) // prettier-ignore
}

/** What goes with a change of name or number. */
export const lookupKeysOf = ({ display_name: name, phone }: Users): Users => ({
  ...(name !== undefined && { initials: initialsOf(name) }),
  ...(phone !== undefined && { phone_key: phoneKey(phone) }),
})
