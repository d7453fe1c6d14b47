/** Racks 机柜 and what stands in them. Units count from 1 at the bottom, as printed on the posts [EIA-310]. */
export const faces = ['front', 'rear'] as const
export type Face = (typeof faces)[number]

export interface Mount {
  deviceId: string
  unit: number
  height: number
  face: Face
}

/** Those whose place this one would take; those beyond the rack's top conflict with nobody. */
export const conflictsOf = (mount: Mount, others: readonly Mount[]): Mount[] =>
  others.filter(
    (other) =>
      other.deviceId !== mount.deviceId &&
      other.face === mount.face &&
      other.unit < mount.unit + mount.height &&
      mount.unit < other.unit + other.height,
  )

export const fits = ({ unit, height }: Pick<Mount, 'unit' | 'height'>, units: number): boolean =>
  unit >= 1 && height >= 1 && unit + height - 1 <= units
