/** Devices whose polls do not fit their periods since their lines give monitoring no more. Tells each change. */
export class LineLimited {
  readonly #ids = new Set<string>()
  readonly #onChange: (deviceIds: readonly string[]) => void

  constructor(onChange: (deviceIds: readonly string[]) => void = () => {}) {
    this.#onChange = onChange
  }

  add(deviceId: string): void {
    if (this.#ids.has(deviceId)) return
    this.#ids.add(deviceId)
    this.#onChange([...this.#ids])
  }

  delete(deviceId: string): void {
    if (this.#ids.delete(deviceId)) this.#onChange([...this.#ids])
  }
}

const shown = 10

export function lineLimitedText(deviceIds: readonly string[]): string {
  const more = deviceIds.length > shown ? ` and ${deviceIds.length - shown} more` : ''
  return `polled more seldom than they should be, for their lines give monitoring no more: ${deviceIds.slice(0, shown).join(', ')}${more}`
}
