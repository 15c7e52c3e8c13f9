// A provider built on oidc-provider, a certified library: its issuer, keys, pages and answers are its own.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

console.info = console.warn = () => {} // standard output is the line that tells the address

const key = (kid) => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid,
  use: 'sig',
  alg: 'RS256',
})

const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'comptexpert-desktop',
        client_name: 'Comptexpert Desktop',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    scopes: ['openid', 'profile', 'comptexpert', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name'] },
    jwks: { keys: [key('first'), key('second')] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, name: id }) }),
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, RefreshToken: 86400, Session: 600, Grant: 600, Interaction: 600 },
  })
  server.on('request', provider.callback())
  process.stdout.write(JSON.stringify({ answer: issuer }) + '\n')
})
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
