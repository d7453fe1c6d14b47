import { ProblemError } from '../../http/problem.ts'
import { spelled } from '../username.ts'

/** A person as a provider describes them. */
export interface Person {
  /** What never changes there: entryUUID, objectGUID, sub. */
  externalId: string
  username: string
  displayName: string
  email: string | null
  phone: string | null
  /** DNs of a directory, names of OpenID Connect. */
  groups: string[]
}

const most = { externalId: 200, displayName: 64, email: 120, phone: 40, group: 400, groups: 2000 }
/** Letters that look like others stay out. */
const usable = /^[a-z0-9._@\p{Script=Han}-]{2,64}$/u

/** A foreign description, in the bounds of our own. Throws `username-unusable`. */
export function personOf(found: Person): Person {
  const username = spelled(found.username)
  if (!usable.test(username)) {
    throw new ProblemError(422, 'username-unusable', {
      zh: '用户名只能由小写字母、数字、汉字和 . _ - @ 组成，2 至 64 个字符',
      en: 'A user name has 2 to 64 letters, digits, Chinese characters or . _ - @',
    })
  }
  if (!found.externalId || found.externalId.length > most.externalId)
    throw new Error(`${username} has no usable identifier`)
  return {
    externalId: found.externalId,
    username,
    displayName: plain(found.displayName, most.displayName) ?? username,
    email: address(found.email),
    phone: plain(found.phone, most.phone),
    groups: found.groups.filter((group) => group.length <= most.group).slice(0, most.groups),
  }
}

/** On one line, and no longer than this. */
const plain = (text: string | null, length: number): string | null =>
  (text ?? '')
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, length) || null

function address(text: string | null): string | null {
  const email = plain(text, most.email + 1)
  return email && email.length <= most.email && /^[^@\s]+@[^@\s]+$/.test(email) ? email : null
}
