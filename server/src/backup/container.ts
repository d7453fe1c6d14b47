import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { BackupProblem } from './problem.ts'

/**
 * An encrypted file: magic, salt, nonce prefix, proof; then chunks of 64 KiB, each under AES-256-GCM with its tag. The STREAM
 * construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption, 2015): the nonce is prefix, counter and
 * whether it is the last, so that no chunk can be changed, moved, left out or cut off unseen. The version in the magic fixes
 * every parameter: a hostile file chooses none.
 */
const magic = Buffer.from('ZHBACKUP\x01', 'latin1')
const saltLength = 16
const prefixLength = 7
const proofLength = 16
export const headerLength = magic.length + saltLength + prefixLength + proofLength
export const chunkLength = 64 * 1024
const tagLength = 16

const scryptCost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
const stretch = promisify<string, Buffer, number, typeof scryptCost, Buffer>(scrypt)

/** 64 octets from a passphrase: one half encrypts, the other proves the passphrase. Takes a good part of a second by intent. */
export type Derive = (passphrase: string, salt: Buffer) => Promise<Buffer>
const byScrypt: Derive = (passphrase, salt) => stretch(passphrase.normalize('NFC'), salt, 64, scryptCost)

type Octets = AsyncIterable<Buffer>

export async function* sealed(source: Octets, passphrase: string, derive: Derive = byScrypt): Octets {
  const salt = randomBytes(saltLength)
  const prefix = randomBytes(prefixLength)
  const keys = await derive(passphrase, salt)
  const start = Buffer.concat([magic, salt, prefix])
  const header = Buffer.concat([start, proofOf(keys, start)])
  yield header
  for await (const { body, counter, isLast } of pieces(source, chunkLength)) {
    const cipher = createCipheriv('aes-256-gcm', keys.subarray(0, 32), nonceOf(prefix, counter, isLast))
    cipher.setAAD(header)
    yield Buffer.concat([cipher.update(body), cipher.final(), cipher.getAuthTag()])
  }
}

/** Throws BackupProblem: wrong-passphrase, sealed-changed. What came before the latter is genuine, but not the whole. */
export async function* opened(file: string, passphrase: string, derive: Derive = byScrypt): Octets {
  const header = await headOf(file, headerLength)
  if (header.length < headerLength) throw new BackupProblem('wrong-passphrase')
  const salt = header.subarray(magic.length, magic.length + saltLength)
  const prefix = header.subarray(magic.length + saltLength, headerLength - proofLength)
  const keys = await derive(passphrase, salt)
  if (!timingSafeEqual(header.subarray(-proofLength), proofOf(keys, header.subarray(0, -proofLength))))
    throw new BackupProblem('wrong-passphrase')
  const body = createReadStream(file, { start: headerLength, highWaterMark: chunkLength })
  for await (const piece of pieces(body, chunkLength + tagLength)) {
    const plain = openedPiece(piece, keys, prefix, header)
    if (!plain) throw new BackupProblem('sealed-changed', { chunk: piece.counter + 1 })
    yield plain
  }
}

export async function isSealed(file: string): Promise<boolean> {
  return (await headOf(file, magic.length)).equals(magic)
}

function openedPiece({ body, counter, isLast }: Piece, keys: Buffer, prefix: Buffer, header: Buffer) {
  if (body.length < tagLength) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keys.subarray(0, 32), nonceOf(prefix, counter, isLast), {
    authTagLength: tagLength,
  })
  decipher.setAAD(header)
  decipher.setAuthTag(body.subarray(-tagLength))
  const plain = decipher.update(body.subarray(0, -tagLength))
  try {
    decipher.final()
    return plain
  } catch {
    return undefined // the tag is not that of this text: the caller says so
  }
}

const proofOf = (keys: Buffer, start: Buffer): Buffer =>
  createHmac('sha256', keys.subarray(32)).update(start).digest().subarray(0, proofLength)

function nonceOf(prefix: Buffer, counter: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  prefix.copy(nonce)
  nonce.writeUInt32BE(counter, prefixLength)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

interface Piece {
  body: Buffer
  counter: number
  isLast: boolean
}

/** The same octets in pieces of one size; the last may be shorter, even empty. */
async function* pieces(source: AsyncIterable<Buffer>, size: number): AsyncIterable<Piece> {
  let [body, filled, counter] = [Buffer.allocUnsafe(size), 0, 0]
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      if (filled === size) {
        yield { body, counter: counter++, isLast: false }
        ;[body, filled] = [Buffer.allocUnsafe(size), 0]
      }
      const taken = chunk.copy(body, filled, at)
      at += taken
      filled += taken
    }
  }
  yield { body: body.subarray(0, filled), counter, isLast: true }
}

async function headOf(file: string, length: number): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
