// Access tokens to callers, by jose at each request, or by fast-jwt with its cache of verified tokens.
import { createPublicKey } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import { GraphQLError } from 'graphql'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { settings } from './settings.mjs'

const unauthenticated = () =>
  new GraphQLError('the access token is not good', { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } })

function bearer(header) {
  if (!header?.startsWith('Bearer ')) throw unauthenticated()
  return header.slice('Bearer '.length)
}

function callerOf(claims) {
  if (claims.token_use !== 'access' || claims.client_id !== settings.clientId) throw unauthenticated()
  return { owner: claims.sub, scopes: claims.scope.split(' ') }
}

export function byJose() {
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl))
  const terms = { issuer: settings.issuer, algorithms: ['RS256'], requiredClaims: ['exp', 'sub'] }
  return async header => {
    const { payload } = await jwtVerify(bearer(header), keys, terms).catch(() => { throw unauthenticated() })
    return callerOf(payload)
  }
}

// The issuer's keys are fetched once, at the start: with a key that it need not ask for, fast-jwt is at its fastest.
export async function byFastJWT() {
  const { keys } = await (await fetch(settings.jwksUrl)).json()
  const pem = createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  const verify = createVerifier({
    key: pem, algorithms: ['RS256'], allowedIss: settings.issuer, requiredClaims: ['exp', 'sub'], cache: true
  })
  return header => {
    const token = bearer(header)
    let claims
    try {
      claims = verify(token)
    } catch {
      throw unauthenticated()
    }
    return callerOf(claims)
  }
}
