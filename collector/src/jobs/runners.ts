import type { KnownHosts } from '@zongheng/playbooks/known-hosts.ts'
import { loadLibrary } from '@zongheng/playbooks/library.ts'
import { isPlatformName } from '@zongheng/playbooks/platforms.ts'
import type { Checks } from '../checks/checks.ts'
import { openSealed, type SnmpCredential, type SshCredential } from '../contract.ts'
import { discover } from '../discover/discover.ts'
import type { DevicePoller } from '../poll/device.ts'
import type { Poller } from '../poll/poller.ts'
import { openSession, resolvePeer } from '../snmp/open.ts'
import type { JobRunners } from './jobs.ts'
import { sweepRunner, type SweepingParts } from './sweeping.ts'

export interface RunnerParts extends SweepingParts {
  poller: Poller
  checks: Checks
  hosts: KnownHosts
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
    check: checkRunner(parts),
    sweep: sweepRunner(parts),
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

/** One of its own is told of as ever; one that is only tried, to who asked alone. */
function checkRunner({ checks }: RunnerParts): JobRunners['check'] {
  return async ({ checkId, spec, credential, timeoutMs }, signal) => {
    const own = checkId === null ? null : await checks.run(checkId)
    const { metrics, ...outcome } = own ?? (await checks.try(spec, credential, timeoutMs, signal))
    return { result: { kind: 'check', outcome, metrics } }
  }
}

function playbookRunner({ hosts, keys }: RunnerParts): JobRunners['playbook'] {
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
