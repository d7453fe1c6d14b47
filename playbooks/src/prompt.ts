/** A device's own name as prompts show it. */
export const anyName = Symbol('any name')
const nameShape = String.raw`([^\s<>\[\]#()]{1,64})`

/** The pattern of a whole prompt line, from a platform's; group 1 is the name. */
export function promptPattern(prompt: string, name: string | typeof anyName): RegExp {
  return new RegExp(prompt.replace('NAME', () => (name === anyName ? nameShape : `(${escape(name)})`)))
}

const escape = (name: string) => name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
