// Passkeys (Web Authentication): asks the browser for one when a form is sent, and sends what it says in the form's hidden fields.
const encode = bytes =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = text =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), one => one.charCodeAt(0));

const create = async ({ challenge, user, called }) => {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: decode(challenge),
      rp: { name: document.title },
      user: { id: decode(user), name: called, displayName: called },
      pubKeyCredParams: [-7, -8, -257].map(alg => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    },
  });
  const { clientDataJSON, getAuthenticatorData, getPublicKey } = made.response;
  return {
    credential: made.id,
    client: encode(clientDataJSON),
    authenticator: encode(getAuthenticatorData.call(made.response)),
    key: encode(getPublicKey.call(made.response)),
  };
};

const get = async ({ challenge }) => {
  const found = await navigator.credentials.get({
    publicKey: { challenge: decode(challenge), userVerification: "required" },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  return {
    credential: found.id,
    client: encode(clientDataJSON),
    authenticator: encode(authenticatorData),
    signature: encode(signature),
    person: encode(userHandle),
  };
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const trouble = form.querySelector("[role=alert]");
    trouble.hidden = true;
    try {
      const said = await (form.dataset.passkey === "create" ? create : get)(form.dataset);
      for (const [name, value] of Object.entries(said)) form.elements[name].value = value;
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
}
