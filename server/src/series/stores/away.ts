/** The store of the series does not answer, or does not let us in: what was asked may be asked again later. */
export class SeriesStoreAway extends Error {
  override name = 'SeriesStoreAway'
}

/** The store understood and refused: to ask the same again would not help. */
export class SeriesStoreRefused extends Error {
  override name = 'SeriesStoreRefused'
}
