import { describe, expect, it } from 'vitest'
import { ArgumentError, parseProbeArguments } from './probe-arguments.ts'

describe('the command line of probe', () => {
  it.each([
    [
      '192.0.2.1',
      {
        host: '192.0.2.1',
        port: 161,
        credential: { version: '2c', community: 'public' },
        json: false,
        timeoutMs: 5000,
      },
    ],
    [
      '192.0.2.1:1161 -v1 -c secret --json',
      { port: 1161, credential: { version: '1', community: 'secret' }, json: true },
    ],
    ['[2001:db8::1]:1161', { host: '2001:db8::1', port: 1161 }],
    ['2001:db8::1', { host: '2001:db8::1', port: 161 }],
    ['r1.example --timeout 0.5', { host: 'r1.example', timeoutMs: 500 }],
    ['r1 -v 3 -u watcher', { credential: { version: '3', user: 'watcher', level: 'noAuthNoPriv' } }],
    [
      'r1 -v 3 -u watcher -A authentic',
      {
        credential: {
          version: '3',
          user: 'watcher',
          level: 'authNoPriv',
          authProtocol: 'sha',
          authKey: 'authentic',
        },
      },
    ],
    [
      'r1 -v 3 -u watcher -l authpriv -a SHA-256 -A authentic -x AES-256-C -X privateer',
      {
        credential: {
          version: '3',
          user: 'watcher',
          level: 'authPriv',
          authProtocol: 'sha256',
          authKey: 'authentic',
          privProtocol: 'aes256r',
          privKey: 'privateer',
        },
      },
    ],
    [
      'r1 -v 3 -u watcher -A authentic -x AES-192 -X privateer',
      { credential: { level: 'authPriv', privProtocol: 'aes192b' } },
    ],
  ])('%s', (line, expected) => expect(parseProbeArguments(line.split(' '))).toMatchObject(expected))

  it('asks for help', () => expect(parseProbeArguments(['--help'])).toBeNull())

  it.each([
    ['', 'host'],
    ['a b', 'usage'],
    ['a --nonsense', 'usage'],
    ['a:0', 'port'],
    ['a:99999', 'port'],
    ['a:x', 'port'],
    ['a;reboot', 'host'],
    ['a -v 4', 'version'],
    ['a -v 3', 'user'],
    ['a -v 3 -u u -l most', 'level'],
    ['a -v 3 -u u -l authNoPriv', 'key'],
    ['a -v 3 -u u -A short', 'key'],
    ['a -v 3 -u u -A authentic -a rot13', 'protocol'],
    ['a --timeout 0', 'timeout'],
    ['a --timeout soon', 'timeout'],
  ])('refuses: %s', (line, code) => {
    expect(() => parseProbeArguments(line.split(' '))).toThrow(
      expect.objectContaining({ code }) as ArgumentError,
    )
  })

  it('refuses no host at all', () => expect(() => parseProbeArguments([])).toThrow(ArgumentError))
})
