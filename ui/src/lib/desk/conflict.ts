import type { Ticket } from '@zongheng/server/api.ts'

/** The fields of a ticket that two people may write at once. */
export interface Fields {
  title: string
  description: string
  priority: Ticket['priority']
  category: string
}

/** Fields that the writer and somebody else both changed, to different words, since the writer began. */
export function differing(base: Fields, mine: Fields, theirs: Fields): (keyof Fields)[] {
  return (Object.keys(base) as (keyof Fields)[]).filter(
    (name) => theirs[name] !== base[name] && mine[name] !== base[name] && mine[name] !== theirs[name],
  )
}

export const fieldsOf = ({ title, description, priority, category }: Ticket): Fields => ({
  title,
  description,
  priority,
  category: category ?? '',
})
