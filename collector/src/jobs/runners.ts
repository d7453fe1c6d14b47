import { join } from 'node:path'
import { KnownHosts } from '@zongheng/playbooks/known-hosts.ts'
import { loadLibrary } from '@zongheng/playbooks/library.ts'
import { isPlatformName } from '@zongheng/playbooks/platforms.ts'
import { openSealed, type SnmpCredential, type SshCredential } from '../contract.ts'
import { discover } from '../discover/discover.ts'
import type { DevicePoller } from '../poll/device.ts'
import type { Discoverer } from '../poll/discoverer.ts'
import type { Poller } from '../poll/poller.ts'
import type { SealingKeys } from '../seal.ts'
import type { SnmpEngine } from '../snmp/engine.ts'
import { openSession, resolvePeer } from '../snmp/open.ts'
import type { JobRunners } from './jobs.ts'

export interface RunnerParts {
  dataFolder: string
  keys: SealingKeys
  engine: SnmpEngine
  poller: Poller
  discoverer: Discoverer
}

class JobFailure extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What each kind of job does. */
export function jobRunners(parts: RunnerParts): JobRunners {
  return {
    discover: async ({ deviceId }) => {
      await deviceOf(parts.poller, deviceId).discover({ isAsked: true })
      void parts.poller.device(deviceId)?.poll('full')
      return { result: { kind: 'discover' } }
    },
    poll: async ({ deviceId }) => {
      const device = deviceOf(parts.poller, deviceId)
      await device.poll('full')
      if (!device.isReachable)
        throw new JobFailure('timeout', `${device.target.address}:${device.target.port} gave no answer`)
      return { result: { kind: 'poll' } }
    },
    identify: identifyRunner(parts),
    playbook: playbookRunner(parts),
    check: () => Promise.reject(new JobFailure('unsupported', 'this collector runs no checks yet')),
  }
}

function deviceOf(poller: Poller, deviceId: string): DevicePoller {
  const device = poller.device(deviceId)
  if (!device) throw new JobFailure('unknown-device', `${deviceId} is not assigned to this collector`)
  return device
}

/** An address that is not a target yet. */
function identifyRunner({ engine, keys, discoverer }: RunnerParts): JobRunners['identify'] {
  return async ({ address, port, snmp }, signal) => {
    const peer = await resolvePeer(address, port)
    const session = openSession(engine, peer, openSealed<SnmpCredential>(keys, snmp))
    signal.addEventListener('abort', () => session.close(), { once: true })
    try {
      const { identity, interfaces, sensors } = await discover(session, discoverer.profiles)
      return {
        result: { kind: 'identify', identity, interfaces, sensors: sensors.map(({ facts }) => facts) },
      }
    } finally {
      session.close()
    }
  }
}

function playbookRunner({ dataFolder, keys }: RunnerParts): JobRunners['playbook'] {
  const hosts = new KnownHosts(join(dataFolder, 'known-hosts.json'))
  return async ({ address, port, ssh, playbook: name, platform, inputs }, signal, tell) => {
    const playbook = (await loadLibrary()).get(name)
    if (!playbook) throw new JobFailure('unknown-playbook', `this collector has no playbook ${name}`)
    if (!isPlatformName(platform))
      throw new JobFailure('unknown-platform', `this collector knows no command line ${platform}`)
    const credential = openSealed<SshCredential>(keys, ssh)
    const checkHostKey = (fingerprint: string) => hosts.check(`${address}:${port}`, fingerprint)
    const { runPlaybook } = await import('@zongheng/playbooks/run.ts') // SSH is loaded once it is used
    const { outcome, transcript, error } = await runPlaybook(
      playbook,
      { address, port, ...credential, platform, checkHostKey },
      { inputs, signal, onStep: ({ command, index, count }) => tell(`${index + 1}/${count} ${command}`) },
    )
    return { outcome, error, result: { kind: 'playbook', transcript } }
  }
}
