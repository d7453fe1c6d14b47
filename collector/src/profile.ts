/** `zongheng profile check | explain | record`: device profiles, by hand. Exit code 1: not usable, or no answer; 2: bad arguments. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadProfiles, profileFolder, profileTexts } from '@zongheng/inventory/profile-library.ts'
import { parseProfile, ProfileError } from '@zongheng/inventory/profile-parse.ts'
import { askDevice, failureOf } from './discover/by-hand.ts'
import { discover } from './discover/discover.ts'
import { measure } from './discover/measure.ts'
import { ArgumentError, parseProbeArguments, type ProbeArguments } from './discover/probe-arguments.ts'
import { probeLanguage, probeWords } from './discover/probe-words.ts'
import { coverageOf, recordingsIn } from './discover/profile-coverage.ts'
import { explained, printCoverage, printExplained, type Explained } from './discover/profile-print.ts'
import { profileWords } from './discover/profile-words.ts'
import { parseRecording, readerOf, recordedLine } from './discover/recording.ts'
import type { SnmpReader } from './snmp/session.ts'

const language = probeLanguage(process.env)
const words = profileWords[language]
function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const ownRecordings = join(profileFolder, 'recordings')
/** What a device is asked for to be recorded: all of mgmt and of what makers have. */
const recordedRoots = ['1.3.6.1.2.1', '1.3.6.1.4.1']

const usageError = (error: unknown) =>
  error instanceof ArgumentError ? error : new ArgumentError('usage', (error as Error).message)

/** Every file that is not usable, not the first alone. */
function checkEach(): void {
  const messages = [...profileTexts()].flatMap(([file, yaml]) => {
    try {
      parseProfile(yaml, file)
      return []
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error
      return [error.message]
    }
  })
  if (messages.length > 0) throw new Unusable(messages.join('\n'))
}

async function check(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { recordings: text, json: flag } })
  checkEach()
  const folders = [ownRecordings, ...(values.recordings ? [values.recordings] : [])]
  const coverage = await coverageOf(loadProfiles(), folders.flatMap(recordingsIn))
  print(values.json ? JSON.stringify(coverage) : printCoverage(coverage, words))
}

async function explanation(reader: SnmpReader): Promise<Explained> {
  const discovery = await discover(reader, loadProfiles())
  return explained(discovery, await measure(reader, discovery))
}

const asJsonOrText = (found: Explained, json: boolean) =>
  print(json ? JSON.stringify(found) : printExplained(found, words))

async function explain(args: string[]): Promise<void> {
  if (args.some((arg) => arg.startsWith('--recording'))) {
    const { values } = parseArgs({ args, options: { recording: text, json: flag } })
    const objects = parseRecording(readFileSync(values.recording ?? '', 'utf8'))
    return asJsonOrText(await explanation(readerOf(objects)), values.json)
  }
  await askedOf(args, async (asked, reader) => asJsonOrText(await explanation(reader), asked.json))
}

const record = (args: string[]): Promise<void> =>
  askedOf(args, async (_, reader) => {
    for (const root of recordedRoots)
      for (const object of await reader.walk(root)) {
        const line = recordedLine(object)
        if (line !== null) print(line)
      }
  })

class NoAnswer extends Error {}
class Unusable extends Error {}

async function askedOf(
  args: string[],
  use: (asked: ProbeArguments, reader: SnmpReader) => Promise<void>,
): Promise<void> {
  const asked = parseProbeArguments(args)
  if (!asked) return void print(words.usage)
  try {
    await askDevice(asked, (session) => use(asked, session))
  } catch (error) {
    throw new NoAnswer(failureOf(error, probeWords[language], `${asked.host}:${asked.port}`), {
      cause: error,
    })
  }
}

const commands: Record<string, (args: string[]) => Promise<void>> = { check, explain, record }

async function run([word = '--help', ...args]: string[]): Promise<number> {
  const command = commands[word]
  if (!command) {
    const isAsked = word === '--help' || word === '-h'
    process[isAsked ? 'stdout' : 'stderr'].write(`${words.usage}\n`)
    return isAsked ? 0 : 2
  }
  try {
    await command(args)
    return 0
  } catch (error) {
    if (
      error instanceof NoAnswer ||
      error instanceof Unusable ||
      error instanceof ProfileError ||
      (error as NodeJS.ErrnoException).syscall
    ) {
      process.stderr.write(`zongheng profile: ${(error as Error).message}\n`)
      return 1
    }
    const isUsage =
      error instanceof ArgumentError ||
      String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
    if (!isUsage) throw error
    const { code, detail } = usageError(error)
    process.stderr.write(
      `zongheng profile: ${probeWords[language].argument[code](detail)}\n\n${words.usage}\n`,
    )
    return 2
  }
}

process.exitCode = await run(process.argv.slice(2))
