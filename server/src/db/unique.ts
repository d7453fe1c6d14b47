/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY; unique_violation of PostgreSQL. */
const codes: readonly unknown[] = [2067, 1555, '23505']

/** Somebody wrote the same between the look and the write. */
export const isUniqueViolation = (error: unknown): boolean => {
  const { errcode, code } = (error ?? {}) as { errcode?: unknown; code?: unknown }
  return codes.includes(errcode) || codes.includes(code)
}
