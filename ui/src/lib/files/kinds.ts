import type { AttachedFile } from '@zongheng/server/api.ts'

const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** That a browser shows, and may be fetched. */
export const isPicture = ({ isServed, mediaType }: AttachedFile): boolean =>
  isServed && pictures.has(mediaType)
