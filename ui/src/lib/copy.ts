/** Puts `text` on the clipboard; false where the browser does not let us (plain HTTP has no Clipboard API). */
export async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  }
  return copySelected(text)
}

/** The way of before the Clipboard API; within the topmost dialog, as what lies outside cannot be selected. */
function copySelected(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.style.position = 'fixed'
  field.style.opacity = '0'
  const focused = document.activeElement as HTMLElement | null
  const host = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
  host.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  focused?.focus()
  return done
}

/** Hands `text` to the browser as a file. */
export function saveText(name: string, text: string, type = 'text/plain') {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }))
}

export function saveBlob(name: string, blob: Blob) {
  const url = URL.createObjectURL(blob)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name.replaceAll(/[\\/:*?"<>|\s]+/g, '_')
  anchor.click()
  URL.revokeObjectURL(url)
}
