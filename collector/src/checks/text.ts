/** Where pages say what they are written in; far into them nobody looks. */
const headBytes = 1024

/** The text of a page, in the charset that it names: old portals are in GBK. */
export function decodeText(body: Buffer, contentType = ''): string {
  const head = body.toString('latin1', 0, headBytes)
  const named =
    charsetIn(contentType) ?? charsetIn(/<meta[^>]{0,200}charset[^>]{0,100}/i.exec(head)?.[0] ?? '')
  return decoderFor(named).decode(body)
}

const charsetIn = (text: string): string | undefined => /charset\s*=\s*["']?([\w-]{1,40})/i.exec(text)?.[1]

function decoderFor(charset = 'utf-8') {
  try {
    return new TextDecoder(charset)
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder() // a charset that nobody knows
    throw error
  }
}
