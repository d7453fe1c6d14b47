import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import type { EventBus } from '../../events.ts'
import type { Log } from '../../log.ts'
import type { SecretBox } from '../../secret-box.ts'
import { Admission } from './admission.ts'
import { OidcSignIn } from './oidc-sign-in.ts'
import { ProviderService } from './service.ts'
import { DirectoryVerifier } from './verifier.ts'

export interface FederationDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  audit: AuditTrail
  secrets: SecretBox
}

export type Federation = ReturnType<typeof createFederation>

/** Those who vouch for people in our stead: directories and OpenID Connect providers. */
export function createFederation(deps: FederationDeps) {
  const admission = new Admission(deps)
  return {
    providers: new ProviderService(deps),
    directories: new DirectoryVerifier({ ...deps, admission }),
    oidc: new OidcSignIn({ ...deps, admission }),
  }
}
