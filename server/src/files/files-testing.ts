/** Posts of files as a browser sends them. */
export interface PostedFile {
  name: string
  content: Buffer | string
}

export const postOf = (...files: PostedFile[]) => ({
  headers: {
    'content-type': 'multipart/form-data; boundary=x',
    origin: 'http://localhost',
    host: 'localhost',
  },
  body: Buffer.concat([
    ...files.flatMap(({ name, content }) => [
      Buffer.from(`--x\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--x--\r\n'),
  ]),
})

export const attachmentPost = postOf({ name: 'note.txt', content: 'what was measured' })
export const tinyPng = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
