/** What a shell reads as one word. */
export const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** The line that starts a collector at its site, in a POSIX shell. `ca`: the file of authorities that sign the server's certificate. */
export function commandLine(server: string, name: string, token: string, ca?: string): string {
  const options = { server, name, token, ...(ca && { ca }) }
  const words = Object.entries(options).map(([option, value]) => `--${option} ${quoted(value)}`)
  return ['zongheng collect', ...words].join(' ')
}
