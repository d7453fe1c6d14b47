import { expect, it } from 'vitest'
import { deviceOf } from './user-agent.ts'

const like = 'AppleWebKit/537.36 (KHTML, like Gecko)'
it.each([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${like} Chrome/126.0.0.0 Safari/537.36`, 'Chrome 126 · Windows 10/11'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${like} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87`, 'Edge 126 · Windows 10/11'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${like} Chrome/102.0.0.0 Safari/537.36 UOS`, 'Chrome 102 · UOS'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox 128 · Linux'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15', 'Safari 17 · macOS'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1', 'Safari 17 · iPhone'],
  ['curl/8.5.0', 'curl 8'],
  ['Wget', 'Wget'],
  ['', null],
])('%s is %s', (userAgent, words) => expect(deviceOf(userAgent)).toBe(words)) // prettier-ignore
