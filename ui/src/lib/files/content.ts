import { address } from '../api/client.ts'

/** Where the bytes of a file are had, by whoever may. */
export const contentOf = (fileId: string): string => address(`/files/${fileId}/content`)
