// A site built on openid-client, a certified relying-party library: a question a line, an answer a line.
import * as client from 'openid-client'
import { createInterface } from 'node:readline'

const [issuer, clientId, secret, redirectUri] = process.argv.slice(2)
const config = await client.discovery(new URL(issuer), clientId, { client_secret: secret }, client.ClientSecretBasic(secret), {
  execute: [client.allowInsecureRequests],
})
let pending

const pair = (tokens) => ({
  access: tokens.access_token,
  refresh: tokens.refresh_token ?? '',
  identity: tokens.id_token ?? '',
  claims: tokens.claims?.() ?? {},
})

const doors = {
  async begin({ more }) {
    const verifier = client.randomPKCECodeVerifier()
    pending = { verifier, state: client.randomState(), nonce: client.randomNonce() }
    return client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...more,
    }).href
  },
  async finish({ url, maxAge }) {
    return pair(
      await client.authorizationCodeGrant(config, new URL(url), {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        ...(maxAge === null ? {} : { maxAge }),
      }),
    )
  },
  async refresh({ token }) {
    return pair(await client.refreshTokenGrant(config, token))
  },
  async userinfo({ access, subject }) {
    return client.fetchUserInfo(config, access, subject)
  },
  async revoke({ token }) {
    await client.tokenRevocation(config, token)
    return null
  },
  async logout({ identity, state }) {
    return client.buildEndSessionUrl(config, {
      id_token_hint: identity,
      post_logout_redirect_uri: redirectUri,
      state,
    }).href
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { what, ...values } = JSON.parse(line)
  let said
  try {
    said = { answer: (await doors[what](values)) ?? null }
  } catch (fault) {
    said = { refused: fault.error ?? fault.code ?? `${fault.name}: ${fault.message}` }
  }
  process.stdout.write(JSON.stringify(said) + '\n')
}
