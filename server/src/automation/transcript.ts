import type { TranscriptEntry } from '@zongheng/collector/contract.ts'

/** What of a transcript goes into a ticket; the whole of it stays with the job. */
const textAtMost = 32 * 1024

/** A transcript as a person reads it. */
export function transcriptText(transcript: TranscriptEntry[]): string {
  const text = transcript.map(({ command, output }) => `$ ${command}\n${output.trimEnd()}`).join('\n\n')
  return text.length <= textAtMost ? text : `${text.slice(0, textAtMost)}\n…`
}
