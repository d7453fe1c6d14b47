/** What is on the disk is not what was written. */
export class DamagedSeries extends Error {
  override name = 'DamagedSeries'

  constructor(what: string, options?: ErrorOptions) {
    super(
      `the series file is damaged (${what}); run zongheng doctor, and restore a backup if it says so`,
      options,
    )
  }
}

const sqlite = { full: 13, corrupt: 11, notDatabase: 26, ioError: 10 } as const

/** What SQLite says, in words that name a way out. */
export function explained(error: unknown): unknown {
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff
  if (code === sqlite.corrupt || code === sqlite.notDatabase)
    return new DamagedSeries((error as Error).message, { cause: error })
  if (code === sqlite.full || code === sqlite.ioError)
    return new Error(`the series cannot be written, is the disk full? (${(error as Error).message})`, {
      cause: error,
    })
  return error
}
