import { examine } from '../doctor/examine.ts'
import type { Finding, Level } from '../doctor/finding.ts'
import { cliLanguage, type CliLanguage } from './language.ts'
import type { Place } from './installation.ts'

/** `zongheng doctor`: exit code 1 when something is an error. */
export async function doctor({
  full,
  json,
  ...place
}: Place & { full: boolean; json: boolean }): Promise<number> {
  const findings = await examine({ ...place, full })
  const language = cliLanguage()
  if (json) {
    const view = findings.map(({ finding, remedy, ...rest }) => ({
      ...rest,
      finding: finding[language],
      remedy: remedy?.[language] ?? null,
    }))
    console.log(JSON.stringify(view))
  } else console.log(printed(findings, language))
  return findings.some(({ level }) => level === 'error') ? 1 : 0
}

const marks: Record<Level, string> = { ok: '✓', warn: '!', error: '✗' }

/** What is right in short; what is not with its remedy below. */
function printed(findings: Finding[], language: CliLanguage): string {
  return findings
    .flatMap(({ level, finding, remedy }) => [
      `${marks[level]} ${finding[language]}`,
      ...(remedy ? [`    → ${remedy[language]}`] : []),
    ])
    .join('\n')
}
