export const siteKinds = ['data-centre', 'machine-room', 'office', 'township-office', 'budget-unit'] as const
export type SiteKind = (typeof siteKinds)[number]

/** A place with equipment. Coordinates in degrees, WGS 84. */
export interface Site {
  id: string
  regionId: string
  name: string
  kind: SiteKind
}
