// A real provider of identities (OpenID Connect) for stories: whoever it is told to recognise signs in without being asked.
// Arguments: the folder of its modules, and the file that says who signs in: {"sub", "email", "email_verified"}.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, person] = process.argv.slice(2);
const found = createRequire(`${modules}/`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found));
const who = () => JSON.parse(readFileSync(person));

const server = createServer();
await new Promise(done => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: "bailee", client_secret: "a secret: with = signs", redirect_uris: ["http://127.0.0.1/return"] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ ...who(), sub: id }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
});
// Where Bailee listens is not known before it does.
provider.Client.prototype.redirectUriAllowed = () => true;
const answer = provider.callback();
server.on("request", async (request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  const { prompt, params, grantId } = await provider.interactionDetails(request, response);
  const accountId = who().sub;
  const grant = (grantId && (await provider.Grant.find(grantId))) || new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope("openid email");
  const consent = { grantId: await grant.save() };
  const result = prompt.name === "login" ? { login: { accountId }, consent } : { consent };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
});
console.log(issuer);
