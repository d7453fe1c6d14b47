import { tOr } from '../i18n/index.svelte.ts'

/** What a fault is called; the code itself where a newer collector has one that is not known here. */
export const faultName = (code: string): string => tOr(`collectors.fault.${code}`, code)

/** What to do about it; what the collector says where nothing better is known. */
export const faultRemedy = (code: string, text: string): string => tOr(`collectors.fault.${code}.do`, text)

/** `disk-full overload` as words. */
export const faultNames = (codes: string | number | null | undefined): string =>
  `${codes ?? ''}`.split(' ').filter(Boolean).map(faultName).join('、')
