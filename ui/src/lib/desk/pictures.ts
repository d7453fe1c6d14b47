/** Which pictures belong to what was said: people send a photo with their words, or right before or after them. */
import type { AttachedFile, TicketDetail, TimelineEntry } from '@zongheng/server/api.ts'
import { isPicture } from '../files/kinds.ts'

type Picture = Pick<AttachedFile, 'id' | 'entryId' | 'visibility' | 'uploadedBy' | 'createdAt'>
type Said = Pick<TimelineEntry, 'id' | 'at' | 'author' | 'visibility'>

const togetherMs = 10 * 60_000

/** Of the description; an entry's are by its own id. */
export const ofDescription = 'description'

/** By the message they belong to; `alone`: of nobody who said anything then. */
export function placed<P extends Picture>(
  pictures: readonly P[],
  said: readonly Said[],
): { by: Map<string, P[]>; alone: P[] } {
  const by = new Map<string, P[]>()
  const alone: P[] = []
  for (const picture of pictures) {
    const id = said.find((one) => one.id === picture.entryId)?.id ?? nearest(picture, said)?.id
    if (id === undefined) alone.push(picture)
    else by.set(id, [...(by.get(id) ?? []), picture])
  }
  return { by, alone }
}

function nearest(picture: Picture, said: readonly Said[]): Said | undefined {
  const away = (one: Said) => Math.abs(one.at - picture.createdAt)
  return said
    .filter((one) => (one.author?.id ?? null) === (picture.uploadedBy?.id ?? null))
    .filter((one) => one.visibility === picture.visibility && away(one) <= togetherMs)
    .sort((a, b) => away(a) - away(b))[0]
}

/** Beside the words of a ticket's story. */
export const picturesIn = (
  files: readonly AttachedFile[],
  ticket: TicketDetail,
  story: readonly TimelineEntry[],
) =>
  placed(files.filter(isPicture), [
    ...(ticket.description ? [{ id: ofDescription, at: ticket.createdAt, author: ticket.requester, visibility: 'public' as const }] : []), // prettier-ignore
    ...story.filter(({ kind }) => kind === 'comment' || kind === 'call'),
  ])
