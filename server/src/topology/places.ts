/** The names by which a region may be meant on a port: its own, the everyday one, either in Latin letters, and initials. */
import type { Place } from '@zongheng/inventory/circuit-words.ts'
import { shortName } from '@zongheng/inventory/short-name.ts'
import { spelled } from '../search/words.ts'
import type { Ground } from './ground.ts'

export class Places {
  readonly #names = new Map<string, readonly string[]>()

  /** The regions of what is drawn: nobody else is an end. */
  of({ devices, model, siteOf }: Ground): Place[] {
    const ids = new Set(devices.map(({ id }) => siteOf(id).regionId))
    return Array.from(ids, (id) => ({ id, names: this.#namesOf(model.regions.get(id)!.name) }))
  }

  #namesOf(name: string): readonly string[] {
    let names = this.#names.get(name)
    if (!names) {
      const short = shortName(name)
      const latin = [name, short].flatMap((one) => [spelled(one), spelled(one, 'first')])
      this.#names.set(name, (names = [...new Set([name, short, ...latin])]))
    }
    return names
  }
}
