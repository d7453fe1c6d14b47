import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { SecretBox, SecretError } from '../secret-box.ts'

/** 32 octets in hex, in a file that its owner alone reads. */
export const newKey = (): string => randomBytes(32).toString('hex')

export function readKey(file: string): SecretBox | undefined {
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8').trim()
  if (!/^[0-9a-f]*$/i.test(text)) throw new SecretError(`${file} holds no key: expected 64 hex digits`)
  return new SecretBox(Buffer.from(text, 'hex'))
}

/** Durable when this returns. `wx`: fails where a file is already. */
export function writeKey(file: string, key: string, flag: 'w' | 'wx'): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const handle = openSync(file, flag, 0o600)
  try {
    writeSync(handle, key + '\n')
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  syncFolder(file)
}

/** Puts the new key in the place of the old one; another process may have done so already. */
export function replaceKey(file: string, newFile: string): void {
  try {
    renameSync(newFile, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  syncFolder(file)
}

function syncFolder(file: string): void {
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
