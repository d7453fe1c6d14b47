import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fakeDevice, type FakeCli, type FakeDevice } from './fake-device.ts'
import { loadLibrary } from './library.ts'
import { parsePlaybook, type Playbook, type PlaybookStep } from './playbook.ts'
import type { PlatformName } from './platforms.ts'
import { runPlaybook, type RunOptions } from './run.ts'
import { hasSshd, startSshd, type Sshd } from './sshd.ts'
import type { SshTarget } from './session.ts'

const vrp: FakeCli = {
  prompt: '<SJZ-R1>',
  password: 'S3cret!',
  banner: 'Info: The max number of VTY users is 10.\r\n<lab>\r\n',
  question: 'The password needs to be changed. Change now? [Y/N]:',
  pager: {
    lines: 3,
    off: 'screen-length 0 temporary',
    question: '  ---- More ----',
    wipe: `\x1b[16D${' '.repeat(16)}\x1b[16D`,
  },
  refusal: "        ^\nError: Unrecognized command found at '^' position.",
  answers: {
    'display version': 'Huawei Versatile Routing Platform Software\nVRP (R) software, Version 8.180',
    'display clock': 'no',
  },
}
const ios: FakeCli = {
  prompt: 'R1>',
  password: 'S3cret!',
  enablePassword: 'En4ble!',
  keyboardInteractive: true,
  pager: {
    lines: 3,
    off: 'never',
    question: ' --More-- ',
    wipe: '\b'.repeat(10) + ' '.repeat(10) + '\b'.repeat(10),
  },
  refusal: "       ^\n% Invalid input detected at '^' marker.",
  answers: {
    'terminal length 0': '',
    'show clock': Array.from({ length: 10 }, (_, i) => `line ${i}`).join('\n'),
    'show version': 'Cisco IOS Software\nenable secret 5 $1$abc\nS3cret! is the word',
  },
}

const playbookOf = (platform: PlatformName, commands: string[], more = '') =>
  parsePlaybook(
    't.yaml',
    `{ name: t, title: { zh: 测试, en: Test }, readOnly: true, ${more} steps: [{ name: look, commands: { ${platform}: ${JSON.stringify(commands)} } }] }`,
  )

let device: FakeDevice | null = null
afterEach(async () => {
  await device?.stop()
  device = null
})

type Overrides = Partial<SshTarget> & { options?: RunOptions; playbook?: Playbook }

async function run(
  platform: PlatformName,
  cli: FakeCli,
  commands: string[],
  { options, playbook, ...target }: Overrides = {},
) {
  device = await fakeDevice(cli)
  const all = {
    address: '127.0.0.1',
    port: device.port,
    username: 'zongheng',
    password: 'S3cret!',
    checkHostKey: () => true,
    ...target,
  }
  return runPlaybook(playbook ?? playbookOf(platform, commands), { ...all, platform }, options)
}

describe('a session with a command line', () => {
  it('answers the sign-in question with no, learns the prompt despite the banner, and turns the pager off', async () => {
    const result = await run('huawei-vrp', vrp, ['display version'])
    expect(result).toEqual({
      outcome: 'done',
      transcript: [
        {
          atMs: expect.any(Number),
          step: 'look',
          command: 'display version',
          output: 'Huawei Versatile Routing Platform Software\nVRP (R) software, Version 8.180',
        },
      ],
    })
    expect(device!.heard.filter(Boolean)).toEqual(['N', 'screen-length 0 temporary', 'display version'])
  })

  it('pages through where the pager stays on, and signs in by keyboard-interactive', async () => {
    const result = await run('ios', ios, ['show clock'])
    expect(result.transcript[0]!.output).toBe(ios.answers['show clock'])
  })

  it('raises its level with the password for it', async () => {
    const result = await run('ios', ios, ['show clock'], { enablePassword: 'En4ble!' })
    expect(result.outcome).toBe('done')
    expect(device!.heard).toContain('enable')
  })

  it('keeps secrets out of the transcript', async () => {
    const result = await run('ios', ios, ['show version'])
    expect(result.transcript[0]!.output).toBe(
      'Cisco IOS Software\nenable secret 5 ******\n****** is the word',
    )
  })

  it('tells each step as it begins', async () => {
    const steps: string[] = []
    await run('ios', ios, ['show clock', 'show version'], {
      options: { onStep: (s) => steps.push(`${s.index + 1}/${s.count} ${s.command}`) },
    })
    expect(steps).toEqual(['1/2 show clock', '2/2 show version'])
  })
})

describe('a run that fails says why', () => {
  it.each<[string, string, PlatformName, FakeCli, Overrides]>([
    ['a wrong password', 'authentication', 'huawei-vrp', vrp, { password: 'wrong' }],
    ['a wrong password, asked by keyboard', 'authentication', 'ios', ios, { password: 'wrong' }],
    ['a wrong enable password', 'authentication', 'ios', ios, { enablePassword: 'wrong' }],
    ['an unreadable key', 'bad-key', 'ios', ios, { privateKey: 'nonsense' }],
    ['a changed host key', 'host-key', 'ios', ios, { checkHostKey: () => false }],
    ['a refused command', 'rejected', 'huawei-vrp', { ...vrp, answers: {} }, {}],
    [
      'silence after a command',
      'timeout',
      'huawei-vrp',
      { ...vrp, answers: { 'display version': () => {} } },
      { playbook: lookingWith({ timeoutS: 1 }) },
    ],
    [
      'a device that hangs up',
      'disconnected',
      'huawei-vrp',
      { ...vrp, answers: { 'display version': (_, hangUp) => hangUp() } },
      {},
    ],
    ['a missing expectation', 'unexpected', 'huawei-vrp', vrp, { playbook: lookingWith({ expect: 'VRP9' }) }],
    [
      'a platform without commands',
      'platform-unsupported',
      'comware',
      vrp,
      { playbook: playbookOf('linux', ['uptime']) },
    ],
  ])('%s: %s', async (_, code, platform, cli, overrides) => {
    const result = await run(
      platform,
      cli,
      [platform === 'ios' ? 'show clock' : 'display version'],
      overrides,
    )
    expect(result).toMatchObject({ outcome: 'failed', error: { code } })
    expect(JSON.stringify(result)).not.toContain('S3cret!')
  })

  it.each([
    ['a closed port', () => closedPort(), 'refused'],
    ['a port that is not SSH', () => listenerSaying('HTTP/1.1 400 Bad Request\r\n\r\n'), 'handshake'],
    ['a port that says nothing', () => listenerSaying(''), 'timeout', 1_000],
  ])('%s: %s', async (_, open, code, connectTimeoutMs = 15_000) => {
    const port = await open()
    const target = {
      address: '127.0.0.1',
      port,
      username: 'a',
      password: 'b',
      checkHostKey: () => true,
      connectTimeoutMs,
    }
    expect(
      await runPlaybook(playbookOf('ios', ['show clock']), { ...target, platform: 'ios' }),
    ).toMatchObject({ outcome: 'failed', error: { code } })
  })

  it('keeps what came until the device hung up', async () => {
    const answers: FakeCli['answers'] = {
      'display version': (channel, hangUp) => channel.write('half an ans', () => hangUp()),
    }
    const result = await run('huawei-vrp', { ...vrp, answers }, ['display version'])
    expect(result.error?.code).toBe('disconnected')
    expect(result.transcript[0]?.output).toContain('half an ans')
  })

  it('keeps the first MiB of an endless answer, and goes on if the playbook says so', async () => {
    const line = 'x'.repeat(78)
    const answers = { 'display version': Array(20_000).fill(line).join('\n'), 'display clock': '12:00' }
    const playbook = playbookOf('huawei-vrp', ['display version', 'display clock'], 'onError: continue,')
    const result = await run('huawei-vrp', { ...vrp, answers }, [], { playbook })
    expect(result).toMatchObject({ outcome: 'done', error: { code: 'output-limit' } })
    expect(result.transcript[0]!.output.length).toBeLessThanOrEqual(1024 * 1024)
    expect(result.transcript[0]!.output.length).toBeGreaterThan(1000 * 1000)
    expect(result.transcript[1]!.output).toBe('12:00')
  })

  it('passes over refused commands if the playbook says so', async () => {
    const playbook = playbookOf('huawei-vrp', ['display nothing', 'display clock'], 'onError: continue,')
    const result = await run('huawei-vrp', vrp, [], { playbook })
    expect(result).toMatchObject({ outcome: 'done', error: { code: 'rejected' } })
    expect(result.transcript.map((entry) => entry.command)).toEqual(['display nothing', 'display clock'])
  })
})

function lookingWith(more: Partial<PlaybookStep>): Playbook {
  const playbook = playbookOf('huawei-vrp', ['display version'])
  return { ...playbook, steps: playbook.steps.map((step) => ({ ...step, ...more })) }
}

describe('a cancelled run', () => {
  it('stops within a command and keeps what it has', async () => {
    const abort = new AbortController()
    const answers: FakeCli['answers'] = { ...vrp.answers, 'display clock': () => abort.abort() }
    const result = await run('huawei-vrp', { ...vrp, answers }, ['display version', 'display clock'], {
      options: { signal: abort.signal },
    })
    expect(result).toMatchObject({ outcome: 'cancelled', error: { code: 'aborted' } })
    expect(result.transcript).toHaveLength(2)
  })

  it('never begins when it was cancelled before', async () => {
    expect(
      await run('huawei-vrp', vrp, ['display version'], { options: { signal: AbortSignal.abort() } }),
    ).toMatchObject({
      outcome: 'cancelled',
      transcript: [],
    })
    expect(device!.heard).toEqual([])
  })
})

const opened: { close(): void }[] = []
afterAll(() => opened.forEach((server) => server.close()))

async function listenerSaying(text: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    if (text) socket.end(text)
  }).listen(0, '127.0.0.1')
  opened.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function closedPort(): Promise<number> {
  const port = await listenerSaying('')
  const server = opened.pop()!
  server.close()
  return port
}

describe.skipIf(!hasSshd)('against a real OpenSSH server', () => {
  let sshd: Sshd
  beforeAll(async () => void (sshd = await startSshd()))
  afterAll(() => sshd.stop())

  const target = (more: Partial<SshTarget> = {}) => ({
    address: '127.0.0.1',
    port: sshd.port,
    username: sshd.username,
    privateKey: sshd.privateKey,
    checkHostKey: (fingerprint: string) => fingerprint === sshd.fingerprint,
    platform: 'linux' as const,
    ...more,
  })

  it('collects diagnostics', async () => {
    const diagnostics = (await loadLibrary()).get('collect-diagnostics')!
    const result = await runPlaybook(diagnostics, target())
    const output = (command: string) => result.transcript.find((entry) => entry.command === command)?.output
    expect(result.outcome).toBe('done')
    expect(output('uname -a')).toMatch(/^Linux /)
    expect(output('ip -br addr') || output('df -hT')).toMatch(/127\.0\.0\.1|Filesystem/)
  })

  it.each<[string, string, Partial<SshTarget>]>([
    ['a wrong password', 'authentication', { privateKey: undefined, password: 'wrong' }],
    ['another host key', 'host-key', { checkHostKey: () => false }],
  ])('%s: %s', async (_, code, more) => {
    expect(await runPlaybook(playbookOf('linux', ['uptime']), target(more))).toMatchObject({
      outcome: 'failed',
      error: { code },
    })
  })

  it('ends a command that does not end, and goes on', async () => {
    const playbook: Playbook = {
      ...playbookOf('linux', ['uptime']),
      readOnly: false,
      onError: 'continue',
      steps: [{ name: 'hang', timeoutS: 3, commands: { linux: ['sleep 60', 'yes', 'false', 'echo after'] } }],
    }
    const result = await runPlaybook(playbook, target())
    expect(result).toMatchObject({ outcome: 'done', error: { code: 'timeout' } })
    expect(result.transcript[1]!.output.length).toBeLessThanOrEqual(1024 * 1024)
    expect(result.transcript[3]!.output).toBe('after\n')
  })
})
