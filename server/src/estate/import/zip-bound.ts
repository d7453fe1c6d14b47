/** How large a zip archive becomes, by its own directory [APPNOTE.TXT 4.3.12, 4.3.16]. */
const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const endOctets = 22
const entryOctets = 46
const longestComment = 65_535
/** Stands for "see the zip64 record", which no spreadsheet of a permitted size needs. */
const elsewhere = 0xffffffff

/** Octets of all entries unpacked, or null where the directory is not sound. The unpacker must go by this directory too. */
export function unpackedOctets(zip: Buffer): number | null {
  const end = zip.subarray(-(endOctets + longestComment)).lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0) return null
  const record = zip.subarray(-(endOctets + longestComment)).subarray(end)
  if (record.length < endOctets || record.readUInt32LE(0) !== endSignature) return null
  const entries = record.readUInt16LE(10)
  let position = record.readUInt32LE(16)
  let total = 0
  for (let i = 0; i < entries; i++) {
    if (position + entryOctets > zip.length || zip.readUInt32LE(position) !== entrySignature) return null
    const size = zip.readUInt32LE(position + 24)
    if (size === elsewhere) return null
    total += size
    const names = [28, 30, 32].map((offset) => zip.readUInt16LE(position + offset)) // name, extra field, comment
    position += entryOctets + names.reduce((sum, length) => sum + length, 0)
  }
  return total
}
