import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder with self-signed certificates for tests, good for a year. */
export class CertificateFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'zongheng-tls-'))

  /** Writes `NAME.crt` and `NAME.key`; anew when they are there. */
  make(name: string, host = 'zongheng.example'): { tlsCert: string; tlsKey: string } {
    const [tlsCert, tlsKey] = [join(this.path, `${name}.crt`), join(this.path, `${name}.key`)]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    const about = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-days', '365']
    execFileSync('openssl', ['req', '-x509', ...curve, ...about, '-keyout', tlsKey, '-out', tlsCert], {
      stdio: 'pipe',
    })
    return { tlsCert, tlsKey }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
