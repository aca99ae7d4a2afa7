// A certified OpenID provider with two accounts. argv: port, our own address. POST /rotate: another key.
import { createServer } from 'node:http'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { Provider } from 'oidc-provider'

const [port, ours] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`

function key() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...pair.privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'ES256' }
}

function provider() {
  const made = new Provider(issuer, {
    clients: [
      {
        client_id: 'learnapp',
        client_secret: 'a secret of the client',
        redirect_uris: [`${ours}/sign-in/outside/office/back`],
        post_logout_redirect_uris: [`${ours}/sign-in`],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [key()] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
    cookies: { keys: ['of the test'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: `subject-of-${id}`, name: '某人', preferred_username: id }),
    }),
  })
  made.on('server_error', (_context, error) => console.error(error))
  return made.callback()
}

let answer = provider()
createServer((request, reply) => {
  if (request.method === 'POST' && request.url === '/rotate') {
    answer = provider()
    reply.end()
  } else {
    answer(request, reply)
  }
}).listen(Number(port), '127.0.0.1')
