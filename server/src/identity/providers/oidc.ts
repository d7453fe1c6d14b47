import type * as openidClient from 'openid-client'
import type { ClientAuth, Configuration, UserInfoResponse, IDToken } from 'openid-client'
import { ProblemError } from '../../http/problem.ts'
import { DirectoryAway } from './away.ts'
import type { Person } from './person.ts'
import type { OidcSettings } from './schema.ts'

const timeoutS = 5

/** What a browser carries, sealed, to the provider and back. */
export interface Handshake {
  state: string
  nonce: string
  codeVerifier: string
}

type Library = typeof openidClient
const library = (): Promise<Library> => import('openid-client') // an installation without a provider does without it

/** The provider as it describes itself at `/.well-known/openid-configuration`. Throws `directory-away`. */
export async function discover(settings: OidcSettings, secret: string | null): Promise<Configuration> {
  const client = await library()
  const issuer = new URL(settings.issuer)
  const execute = [client.enableNonRepudiationChecks]
  if (issuer.protocol === 'http:') execute.push(client.allowInsecureRequests)
  const options = { execute, timeout: timeoutS }
  try {
    return await client.discovery(issuer, settings.clientId, {}, authentication(client, secret), options)
  } catch (cause) {
    throw new DirectoryAway(cause)
  }
}

/** client_secret_basic unless the provider takes only client_secret_post [OpenID Connect Discovery 1.0, 3]. */
function authentication(client: Library, secret: string | null): ClientAuth {
  if (!secret) return client.None()
  const basic = client.ClientSecretBasic(secret)
  const post = client.ClientSecretPost(secret)
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}

/** Where to send the browser, and what it has to bring back. */
export async function begin(
  config: Configuration,
  { scopes }: OidcSettings,
  redirectUri: string,
): Promise<{ url: string; handshake: Handshake }> {
  const client = await library()
  const handshake = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    codeVerifier: client.randomPKCECodeVerifier(),
  }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: [...new Set(['openid', ...scopes])].join(' '),
    state: handshake.state,
    nonce: handshake.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(handshake.codeVerifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, handshake }
}

/**
 * Whom the provider vouches for: the code is exchanged, state, nonce, issuer, audience, times and signature are checked.
 * Throws `sign-in-denied` (the provider or the person said no), `sign-in-refused` (we did), `directory-away`.
 */
export async function finish(
  config: Configuration,
  settings: OidcSettings,
  handshake: Handshake,
  callback: URL,
): Promise<Person> {
  const client = await library()
  try {
    const tokens = await client.authorizationCodeGrant(config, callback, {
      expectedState: handshake.state,
      expectedNonce: handshake.nonce,
      pkceCodeVerifier: handshake.codeVerifier,
      idTokenExpected: true,
    })
    const idToken = tokens.claims()!
    const info = config.serverMetadata().userinfo_endpoint
      ? await client.fetchUserInfo(config, tokens.access_token, idToken.sub)
      : undefined
    return described(settings, idToken, info)
  } catch (cause) {
    throw failure(client, cause)
  }
}

function failure(client: Library, cause: unknown): ProblemError {
  if (isAway(client, cause)) return new DirectoryAway(cause)
  const isDenied = cause instanceof client.AuthorizationResponseError
  const problem = new ProblemError(403, isDenied ? 'sign-in-denied' : 'sign-in-refused')
  problem.cause = cause
  return problem
}

const isAway = (client: Library, error: unknown) =>
  (error instanceof TypeError && error.message === 'fetch failed') ||
  (error instanceof client.ClientError && error.code === 'OAUTH_TIMEOUT')

/** What is signed beats what was only asked for. */
function described({ claims }: OidcSettings, idToken: IDToken, info: UserInfoResponse | undefined): Person {
  const claim = (name: string | undefined) =>
    name === undefined ? undefined : (claimAt(idToken, name) ?? claimAt(info, name))
  const text = (name: string | undefined) => {
    const value = claim(name)
    return typeof value === 'string' ? value : null
  }
  const groups = [claim(claims.groups) ?? []].flat()
  return {
    externalId: idToken.sub,
    username: text(claims.username) ?? '',
    displayName: text(claims.displayName) ?? '',
    email: text(claims.email),
    phone: null,
    groups: groups.filter((group) => typeof group === 'string'),
  }
}

/** The claim of this name, or the one that its dots lead to. */
function claimAt(claims: object | undefined, name: string): unknown {
  if (claims === undefined) return undefined
  if (Object.hasOwn(claims, name)) return (claims as Record<string, unknown>)[name]
  return name.split('.').reduce<unknown>((inner, key) => {
    const isThere = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
    return isThere ? (inner as Record<string, unknown>)[key] : undefined
  }, claims)
}
