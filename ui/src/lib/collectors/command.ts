/** What a shell reads as one word. */
export const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** The line that starts a collector at its site, in a POSIX shell. */
export function commandLine(server: string, name: string, token: string): string {
  return `zongheng collect --server ${quoted(server)} --name ${quoted(name)} --token ${quoted(token)}`
}
