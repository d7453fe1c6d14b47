/** A device's settings as they are typed. */
import type { DeviceDetail } from '@zongheng/server/api.ts'
import type { DeviceRole } from '@zongheng/inventory/device.ts'

export interface DeviceDraft {
  name: string
  role: DeviceRole
  pollIntervalS: number
  pingIntervalS: number
  /** One a line. */
  answersFrom: string
}

export const draftOfDevice = (device: DeviceDetail): DeviceDraft => ({
  name: device.name,
  role: device.role,
  pollIntervalS: device.pollIntervalS,
  pingIntervalS: device.pingIntervalS,
  answersFrom: device.answersFrom.join('\n'),
})

/** In the order in which they are sent, and complained about. */
export const addressesOf = ({ answersFrom }: Pick<DeviceDraft, 'answersFrom'>): string[] => [
  ...new Set(answersFrom.split(/[\s,，;；]+/).filter(Boolean)),
]

/** What is different from the device as it is. */
export function patchOf(draft: DeviceDraft, device: DeviceDetail) {
  const { name, role, pollIntervalS, pingIntervalS } = draft
  const wanted = { name: name.trim(), role, pollIntervalS, pingIntervalS, answersFrom: addressesOf(draft) }
  const changed = Object.entries(wanted).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(device[key as keyof typeof wanted]),
  )
  return Object.fromEntries(changed) as Partial<typeof wanted>
}

/** The address that a problem is about, and what is wrong with it: `/answersFrom/2` is the third. */
export function complaintOf(
  errors: readonly { path: string; code: string }[],
  addresses: readonly string[],
): { code: 'address' | 'duplicate'; value: string } | null {
  for (const { path, code } of errors) {
    const at = /^\/answersFrom\/(\d+)$/.exec(path)?.[1]
    const value = at === undefined ? undefined : addresses[Number(at)]
    if (value !== undefined) return { code: code === 'duplicate' ? 'duplicate' : 'address', value }
  }
  return null
}
