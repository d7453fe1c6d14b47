import type { Db } from '../../db/database.ts'
import { revokeAllSessions } from './session-store.ts'

/** Ends every session of a database that no server works on, such as a restored one; answers how many. */
export const endAllSessions = (db: Db, at: number): Promise<number> => revokeAllSessions(db, at)
