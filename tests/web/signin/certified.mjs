// The certified provider of npm, with the two clients of tests/web/signin/test_certified.py.
// Arguments: the folder of its package, the issuer, where people come back to, the audience.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [folder, issuer, redirect, audience] = process.argv.slice(2)
const found = createRequire(`${folder}/package.json`).resolve('oidc-provider')
const { default: Provider } = await import(pathToFileURL(found))

const people = {
  ana: { employee_number: 'HR-1', groups: ['people-team'] },
  ben: { email: 'ben.roth@example.org', email_verified: true },
  eve: { email: 'ben.roth@example.org', email_verified: false },
  gil: { employee_number: 'HR-9' },
}
const provider = new Provider(issuer, {
  clients: [
    { client_id: 'objectives', client_secret: 'a secret/of:the client', redirect_uris: [redirect] },
    {
      client_id: 'payroll', client_secret: 'another secret', redirect_uris: [], response_types: [],
      grant_types: ['client_credentials'],
    },
  ],
  claims: { openid: ['sub'], profile: ['employee_number', 'groups'], email: ['email', 'email_verified'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  cookies: { keys: ['of a test'] },
  pkce: { required: () => true },
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => (ctx.oidc.client.clientId === 'payroll' ? audience : undefined),
      getResourceServerInfo: () => ({ scope: '', audience, accessTokenFormat: 'jwt', accessTokenTTL: 300 }),
    },
  },
})
provider.listen(Number(new URL(issuer).port), '127.0.0.1', () => console.log('listening'))
