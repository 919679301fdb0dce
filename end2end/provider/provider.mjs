// A company's provider: panva's certified implementation of OpenID Connect, on loopback, with three people. It takes any
// password, as its development pages do. Started as: node provider.mjs CLIENT_ID CLIENT_SECRET REDIRECT_URI
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [clientId, clientSecret, redirectUri] = process.argv.slice(2);

const PEOPLE = {
  grace: { email: 'grace@example.com', groups: ['lens-admins', 'everybody'] },
  linus: { email: 'linus@example.com', groups: ['everybody'] },
  // The address of somebody who has a password in the console.
  ada: { email: 'ada@example.com', groups: ['lens-admins'] },
};

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'] }],
  // What is asked for by scopes comes from the endpoint of further claims, as the standard has it.
  claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
  scopes: ['openid', 'email', 'groups'],
  pkce: { methods: ['S256'], required: () => true },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ['a key of this test alone'] },
  findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, email_verified: true, ...PEOPLE[id] }) },
});
server.on('request', provider.callback());
console.log(`the provider is ready at ${issuer}`);
