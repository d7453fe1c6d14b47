const longestPx = 2048
const worthwhileBytes = 400 * 1024
const shrinks = new Set(['image/jpeg', 'image/webp'])

/** The two sides, the longer one at most `longestPx`. */
export function fitting(width: number, height: number): [number, number] {
  const scale = Math.min(1, longestPx / Math.max(width, height))
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
}

/** A photo made small enough for a county's line; drawn anew, it no longer says where it was taken. */
export async function shrunk(file: File): Promise<File> {
  if (!shrinks.has(file.type)) return file
  const picture = await createImageBitmap(file).catch(() => null)
  if (!picture) return file // not a picture the browser reads: the server says what it thinks of it
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = fitting(picture.width, picture.height)
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const quality = file.size > worthwhileBytes ? 0.82 : 0.92
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))
  return blob ? new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }) : file
}
