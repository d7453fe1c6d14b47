/** What a body may hold at most. The reader refuses more; the batcher closes a batch long before. */
export const limits = {
  /** Octets of a body on its way. */
  bodyBytes: 8 * 1024 * 1024,
  /** Octets of its structure, inflated. */
  structureBytes: 32 * 1024 * 1024,
  /** Values of all metrics, those left out included. */
  rows: 2_000_000,
  metrics: 1000,
  blocks: 500_000,
  groups: 500_000,
  idsOfGroup: 65_536,
  /** Characters of an id or a metric's name. */
  name: 100,
  /** Octets of a group's ids, inflated. */
  groupBytes: 8 * 1024 * 1024,
  /** Ids that a connection may tell before it starts anew. */
  idsOfConnection: 4_000_000,
} as const
