import { expect, it } from 'vitest'
import { blocksOf, pictureMark, type Block, type Inline } from './markdown.ts'

const linksIn = (blocks: Block[]): string[] => JSON.stringify(blocks).match(/"href":"[^"]*"/g) ?? []
const text = (parts: Inline[]): string =>
  parts
    .map((part) => ('text' in part ? part.text : part.kind === 'picture' ? part.alt : text(part.parts)))
    .join('')

it('reads what an article is made of', () => {
  const kinds = blocksOf(
    '## 步骤\n1. 看 `display` 灯\n2. **马上**报障\n\n| 告警 | 含义 |\n| --- | --- |\n| LOS | 无信号 |\n\n```\nping\n```\n> 注意\n- 甲\n- 乙\n\n一段话',
  )
  expect(kinds.map(({ kind }) => kind)).toEqual(['heading', 'list', 'table', 'code', 'quote', 'list', 'paragraph']) // prettier-ignore
  expect(kinds[2]).toMatchObject({ rows: [[[{ text: 'LOS' }], [{ text: '无信号' }]]] })
})

it.each([
  '[a](javascript:alert(1))',
  '[a](JaVaScRiPt:alert`1`)',
  '[a](java\tscript:x)',
  '[a](data:text/html,<script>x</script>)',
  '[a](vbscript:x)',
  '[a](//evil.example/x)',
  '[a](/\\evil.example)',
  '[a](file:///etc/passwd)',
  '![a](javascript:x)',
  '[a](&#106;avascript:x)',
])('makes no link of %s', (markdown) => {
  expect(linksIn(blocksOf(markdown))).toEqual([])
})

it('leaves markup as text', () => {
  const [block] = blocksOf('<img src=x onerror=alert(1)><script>x</script>')
  expect(block).toEqual({
    kind: 'paragraph',
    parts: [{ kind: 'text', text: '<img src=x onerror=alert(1)><script>x</script>' }],
  })
})

it('links pages of the console and of the web', () => {
  expect(linksIn(blocksOf('[a](/tickets) [b](https://example.org/x)'))).toHaveLength(2)
})

it.each(['`', '**', '[', '![', '|', '> ', '1. ', '```', '# '].map((piece) => [piece]))(
  'ends, and soon, with any count of %j',
  (piece) => {
    const block = blocksOf(piece.repeat(30_000) + '\n' + `${piece}\n`.repeat(3000))[0]
    expect(block === undefined || 'kind' in block).toBe(true)
    expect(block && 'parts' in block ? text(block.parts) : '').toBeTypeOf('string')
  },
)

it('shows our own files as pictures, and nothing from elsewhere', () => {
  const shown = (markdown: string) => JSON.stringify(blocksOf(markdown)).match(/"fileId":"\w+","alt":"[^"]*"/g) ?? [] // prettier-ignore
  expect(shown(`看 ${pictureMark('fil_1abc', '前[面]板.png')} 灯`)).toEqual([
    '"fileId":"fil_1abc","alt":"前 面 板"',
  ])
  expect(shown('1. ![](file:fil_1)\n\n| ![a](file:fil_2) |\n| --- |')).toHaveLength(2)
  for (const address of [
    'https://evil.example/a.png',
    'file:/etc/passwd',
    'file:fil_1/../x',
    'data:image/png;base64,AA',
    'file:tkt_1',
  ])
    // prettier-ignore
    expect(shown(`![a](${address})`)).toEqual([])
})
