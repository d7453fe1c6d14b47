import type { SampleColumns } from '../contract.ts'
import { toVersion1, unpackMessage } from './version-1.ts'

/** A body's columns in plain arrays, with their own ids. */
export const samplesIn = async (body: Uint8Array): Promise<SampleColumns[]> =>
  await unpackMessage<SampleColumns[]>(await toVersion1(body))
