import { decode, encode } from '@msgpack/msgpack'
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import type { Fact, SampleColumns } from '../contract.ts'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** A batch's body as the contract has it: MessagePack, deflated. */
export async function packBody(content: SampleColumns[] | Fact[]): Promise<Buffer> {
  return await deflate(encode(content), { level: 3 })
}

export async function unpackBody<T extends SampleColumns[] | Fact[]>(body: Uint8Array): Promise<T> {
  return decode(await inflate(body)) as T
}
