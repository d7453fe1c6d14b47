import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

export const ownerTypes = ['ticket', 'article', 'change', 'request'] as const
export const visibilities = ['public', 'internal'] as const
export const scans = ['clean', 'unscanned', 'infected', 'failed'] as const

/** `isServed`: its bytes may be fetched; not while it waits to be scanned, and never what is infected. */
export const File = Type.Object({
  id: Type.String(),
  entryId: Nullable(Type.String()),
  name: Type.String(),
  mediaType: Type.String(),
  bytes: Type.Integer(),
  scan: Type.Enum(scans),
  isServed: Type.Boolean(),
  visibility: Type.Enum(visibilities),
  uploadedBy: Nullable(Ref),
  createdAt: Instant,
})
export const FilePage = Page(File)
export const FileList = Type.Object({ items: Type.Array(File) })

const owner = {
  ownerType: Type.Enum(ownerTypes),
  ownerId: Type.String({ maxLength: 40 }),
}
export const FileQuery = Type.Object({ ...owner, ...paging })
export const UploadQuery = Type.Object({
  ...owner,
  visibility: Type.Optional(Type.Enum(visibilities, { default: 'public' })),
})

export type File = Static<typeof File>
export type FileQuery = Static<typeof FileQuery>
export type UploadQuery = Static<typeof UploadQuery>
export type OwnerType = (typeof ownerTypes)[number]
export type Visibility = (typeof visibilities)[number]
