/** What a file is by its bytes; a name that says otherwise is not taken. */
import { extname } from 'node:path'
import { unprocessable, type ProblemError } from '../http/problem.ts'

interface Kind {
  mediaType: string
  extensions: readonly string[]
  isHead: (head: Buffer) => boolean
}

/** How much of a file is looked at. */
export const headBytes = 4096

const starts =
  (hex: string, at = 0) =>
  (head: Buffer) => {
    const magic = Buffer.from(hex, 'hex')
    return head.subarray(at, at + magic.length).equals(magic)
  }
const brands =
  (...names: string[]) =>
  (head: Buffer) =>
    head.toString('latin1', 4, 8) === 'ftyp' && names.includes(head.toString('latin1', 8, 12))
const riff = (form: string) => (head: Buffer) =>
  head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === form

const office = ['.docx', '.xlsx', '.pptx', '.vsdx', '.odt', '.ods', '.odp', '.ofd', '.zip', '.kmz']
const kinds: readonly Kind[] = [
  { mediaType: 'image/png', extensions: ['.png'], isHead: starts('89504e470d0a1a0a') },
  { mediaType: 'image/jpeg', extensions: ['.jpg', '.jpeg', '.jfif'], isHead: starts('ffd8ff') },
  { mediaType: 'image/gif', extensions: ['.gif'], isHead: starts('47494638') },
  { mediaType: 'image/webp', extensions: ['.webp'], isHead: riff('WEBP') },
  { mediaType: 'image/heic', extensions: ['.heic', '.heif'], isHead: brands('heic', 'heix', 'mif1') },
  { mediaType: 'video/mp4', extensions: ['.mp4', '.m4v', '.mov', '.m4a'], isHead: brands('isom', 'iso2', 'mp41', 'mp42', 'avc1', 'qt  ', 'M4A ') }, // prettier-ignore
  { mediaType: 'application/pdf', extensions: ['.pdf'], isHead: starts('255044462d') },
  { mediaType: 'application/zip', extensions: office, isHead: starts('504b0304') },
  { mediaType: 'application/x-ole-storage', extensions: ['.doc', '.xls', '.ppt', '.vsd', '.wps', '.et', '.dps', '.msg'], isHead: starts('d0cf11e0a1b11ae1') }, // prettier-ignore
  { mediaType: 'application/gzip', extensions: ['.gz', '.tgz'], isHead: starts('1f8b08') },
  { mediaType: 'application/x-7z-compressed', extensions: ['.7z'], isHead: starts('377abcaf271c') },
  { mediaType: 'application/vnd.rar', extensions: ['.rar'], isHead: starts('526172211a07') },
  { mediaType: 'application/vnd.tcpdump.pcap', extensions: ['.pcap', '.cap'], isHead: (head) => ['d4c3b2a1', 'a1b2c3d4', '4d3cb2a1'].some((magic) => starts(magic)(head)) }, // prettier-ignore
  { mediaType: 'application/vnd.tcpdump.pcapng', extensions: ['.pcapng'], isHead: starts('0a0d0d0a') },
]
const known = new Set(kinds.flatMap(({ extensions }) => extensions))

/** What a browser or a desktop would run. */
const runs = new Set('.html .htm .xhtml .shtml .mht .mhtml .svg .svgz .xml .xsl .js .mjs .vbs .vbe .wsf .hta .exe .dll .com .scr .msi .bat .cmd .ps1 .sh .lnk .jar .apk .iso .reg .chm .docm .xlsm .pptm'.split(' ')) // prettier-ignore
const programs = [starts('4d5a'), starts('7f454c46'), starts('2321'), starts('cafebabe')]
const markup = /^[\s\ufeff]*(<!--[\s\S]*?-->\s*)*<(!doctype|html|head|body|svg|script|\?xml)\b/i

/**
 * The media type by the first bytes and the name's ending.
 * @throws ProblemError 422 `file-refused`: it would run somewhere, or it is not what its name says.
 */
export function mediaTypeOf(name: string, head: Buffer): string {
  const extension = extname(name).toLowerCase()
  if (runs.has(extension) || programs.some((isOne) => isOne(head)) || markup.test(head.toString('utf8', 0, 1024)))
    throw refused(name, '网页、脚本和程序不能上传，请压缩后再传', 'Pages, scripts and programs are not taken; pack it first') // prettier-ignore
  const kind = kinds.find(({ isHead }) => isHead(head))
  const fits = kind ? kind.extensions.includes(extension) : !known.has(extension)
  if (!fits)
    throw refused(name, '文件内容与扩展名不符', 'The content is not what the name says') // prettier-ignore
  return kind?.mediaType ?? (isText(head) ? 'text/plain' : 'application/octet-stream')
}

const isText = (head: Buffer) => !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))

const refused = (name: string, zh: string, en: string): ProblemError =>
  unprocessable('file-refused', { zh: `“${name}”：${zh}`, en: `"${name}": ${en}` })

/** A name for people, never a path: without control and direction marks, at most 120 characters. */
export function safeName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1)!
  const clean = last.replace(/[\p{Cc}\p{Cf}"<>|:*?]/gu, '').replace(/^[.\s]+|[.\s]+$/g, '')
  const extension = extname(clean).slice(0, 16)
  return (
    `${[...clean.slice(0, clean.length - extension.length)].slice(0, 100).join('')}${extension}` || 'file'
  )
}
