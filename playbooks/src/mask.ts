const mask = '******'

// Words after which a configuration names a secret; what is between (type digits, `cipher`) stays readable.
const secretAfter: RegExp[] = [
  // [VRP, Comware] password irreversible-cipher …, local-user x password cipher …
  /\b((?:password|passphrase|secret|shared-key|pre-shared-key|authentication-mode|auth-?key|keystring|key-string|md5|hmac-sha256)(?:\s+(?:irreversible-cipher|cipher|simple|plain|hash|encrypted|local|inquiry|\d{1,2}))+\s+)\S+/gi,
  // [IOS] enable secret …, username x password …
  /\b((?:enable|username\s+\S+)\s+(?:password|secret)\s+(?:level\s+\d+\s+)?)(?!irreversible-cipher|cipher|simple|hash|\d{1,2}\s)\S+/gi,
  /\b((?:key-string|pre-shared-key|shared-key)\s+)(?!cipher|simple|plain|\d{1,2}\s)\S+/gi,
  /\b((?:tacacs|radius)(?:-server)?\s+(?:host\s+\S+\s+)?key\s+(?:\d\s+|cipher\s+|simple\s+)?)\S+/gi,
  /\b(snmp-server\s+community\s+(?:\d\s+)?)\S+/gi,
  /\b(snmp-agent\s+community\s+(?:(?:read|write|cipher|simple|plain)\s+)+)\S+/gi,
  /\b(snmp-agent\s+(?:usm-user|target-host)\b.*?(?:cipher|simple|securityname|privacy-mode\s+\S+)\s+)\S+/gi,
]
const privateKeys = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const shortestSecret = 4 // shorter ones would blank half the text and are worthless anyhow

/** Blanks the session's own secrets, and those that configurations show. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const own = secrets.filter((secret) => secret.length >= shortestSecret).sort((a, b) => b.length - a.length)
  const without = own.reduce((rest, secret) => rest.replaceAll(secret, mask), text)
  return secretAfter.reduce(
    (rest, pattern) => rest.replace(pattern, `$1${mask}`),
    without.replace(privateKeys, mask),
  )
}
