import type { Point } from '@zongheng/server/api.ts'
import { shortPort } from '../devices/port-name.ts'
import { t } from '../i18n/index.svelte.ts'

type Port = NonNullable<Point['port']>

/** A port as the marks of ports are chosen by: one that is gone is unknown. */
export const seenOf = ({ isGone, ifAdminStatus, ifOperStatus }: Port) => ({
  ifIndex: isGone ? null : 0,
  ifAdminStatus,
  ifOperStatus,
  // A point is no use that a port is kept up for.
  ifAlias: '',
  circuitId: null,
  errorsPerS: null,
})

/** What hangs there, in one line; blank where nothing is recorded. */
export const hangsOn = ({ device, asset }: Point): string => [device?.name, asset].filter(Boolean).join(' · ')

/** Where, in one line. */
export const placeOf = ({ room, place }: Point): string => [room?.name, place].filter(Boolean).join(' · ')

/** What differs, in words. */
export const findingText = (finding: Point['findings'][number], { otherPort }: Point): string =>
  t(`points.finding.${finding}`, { port: shortPort(otherPort ?? '') })
