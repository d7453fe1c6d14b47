interface Bitmap {
  size: number
  get: (x: number, y: number) => boolean
}

/** Dark modules as one path: a unit square each, runs of a row joined. */
export function pathOf({ size, get }: Bitmap): string {
  let path = ''
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!get(x, y)) continue
      let end = x + 1
      while (end < size && get(end, y)) end++
      path += `M${x} ${y}h${end - x}v1h${x - end}z`
      x = end
    }
  }
  return path
}

/** A secret as one types it from a screen: groups of four. */
export const inGroups = (secret: string) => secret.match(/.{1,4}/g)?.join(' ') ?? ''
