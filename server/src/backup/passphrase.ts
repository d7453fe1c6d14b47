import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { BackupProblem } from './problem.ts'

const leastCharacters = 12
const variable = 'ZONGHENG_PASSPHRASE'

/** The one a new backup is to have: from the file, the environment, or asked for twice. */
export async function newPassphrase(
  file: string | undefined,
  question: string,
  again: string,
): Promise<string> {
  const passphrase = given(file) ?? (await askedTwice(question, again))
  if (passphrase.length < leastCharacters)
    throw new BackupProblem('passphrase-short', { least: leastCharacters })
  return passphrase
}

/** The one a backup has: from the file, the environment, or asked for once. */
export async function knownPassphrase(file: string | undefined, question: string): Promise<string> {
  return given(file) ?? asked(question)
}

function given(file: string | undefined): string | undefined {
  if (file !== undefined) return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  return process.env[variable] || undefined
}

async function askedTwice(question: string, again: string): Promise<string> {
  const first = await asked(question)
  if (first !== (await asked(again))) throw new BackupProblem('passphrase-differs')
  return first
}

async function asked(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new BackupProblem('passphrase-needed')
  process.stderr.write(question)
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: mute, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
