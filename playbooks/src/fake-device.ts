import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Server, type AuthContext, type ServerChannel } from 'ssh2'

/** A command line for tests: network gear cannot be had there. `answers` may also do what broken devices do. */
export interface FakeCli {
  /** As printed, `<R1>`. */
  prompt: string
  password: string
  enablePassword?: string
  keyboardInteractive?: boolean
  banner?: string
  /** Asked before the first prompt; its answer is noted in `heard`. */
  question?: string
  /** Lines a screen holds until this command turns the pager off; `wipe` clears its question. */
  pager?: { lines: number; off: string; question: string; wipe: string }
  answers: Record<string, string | ((channel: ServerChannel, hangUp: () => void) => void)>
  refusal: string
}

export interface FakeDevice {
  port: number
  /** Every line that was typed. */
  heard: string[]
  stop(): Promise<void>
}

export async function fakeDevice(cli: FakeCli): Promise<FakeDevice> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const heard: string[] = []
  const server = new Server(
    { hostKeys: [privateKey.export({ format: 'pem', type: 'pkcs1' }) as string] },
    (client) => {
      client.on('error', () => client.end()) // a peer that breaks off is part of the tests
      client.on('authentication', (context) => admit(cli, context))
      client.on('session', (accept) => {
        const session = accept()
        session.on('pty', (acceptPty) => acceptPty())
        session.on('shell', (acceptShell) => converse(cli, acceptShell(), heard, () => client.end()))
      })
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function admit(cli: FakeCli, context: AuthContext): void {
  const want = cli.keyboardInteractive ? 'keyboard-interactive' : 'password'
  if (context.method !== want) context.reject([want])
  else if (context.method === 'password')
    return context.password === cli.password ? context.accept() : context.reject()
  else if (context.method === 'keyboard-interactive')
    context.prompt([{ prompt: 'Password:', echo: false }], (answers) =>
      answers[0] === cli.password ? context.accept() : context.reject(),
    )
}

function converse(cli: FakeCli, channel: ServerChannel, heard: string[], hangUp: () => void): void {
  let paging = cli.pager !== undefined
  let level = cli.prompt
  let rest: string[] = [] // what the pager still holds
  let asked: ((answer: string) => void) | null = null
  let typed = ''
  const prompt = () => channel.write(`\r\n${level}`)

  const print = (lines: string[]) => {
    const screen = paging ? lines.splice(0, cli.pager!.lines) : lines.splice(0)
    channel.write(screen.join('\r\n'))
    rest = lines
    if (rest.length > 0) channel.write(`\r\n${cli.pager!.question}`)
    else prompt()
  }
  const ask = (question: string, then: (answer: string) => void) => {
    channel.write(question)
    asked = then
  }
  const enter = (line: string) => {
    heard.push(line)
    if (asked) {
      const then = asked
      asked = null
      channel.write('\r\n')
      return then(line)
    }
    channel.write(`${line}\r\n`)
    if (line === '') return channel.write(level)
    if (line === cli.pager?.off) paging = false
    if (line === 'enable' && cli.enablePassword !== undefined) return ask('Password: ', tryEnable)
    const answer = line === cli.pager?.off ? '' : (cli.answers[line] ?? cli.refusal)
    if (typeof answer === 'function') return answer(channel, hangUp)
    print(answer.split('\n'))
  }
  const tryEnable = (answer: string) => {
    if (answer !== cli.enablePassword) return ask('Password: ', tryEnable)
    level = level.replace('>', '#')
    prompt()
  }

  channel.write(cli.banner ?? '')
  if (cli.question) ask(cli.question, prompt)
  else prompt()
  channel.on('data', (data: Buffer) => {
    for (const char of data.toString()) {
      if (rest.length > 0 && char === ' ') {
        channel.write(cli.pager!.wipe)
        print(rest)
      } else if (char === '\n' || char === '\r') {
        const line = typed
        typed = ''
        enter(line)
      } else typed += char
    }
  })
}
