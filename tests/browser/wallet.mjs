// A wallet in a browser, without the browser: it shows a DID to a VC-API exchange and takes the badge.
// did:key of an Ed25519 key; eddsa-jcs-2022 (https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022).
import {createHash, generateKeyPairSync, sign} from "node:crypto";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const ED25519_PUB = Buffer.from([0xed, 0x01]);
const V2 = "https://www.w3.org/ns/credentials/v2";

// `post(url, body)` -> {status, body}. Answers the badge, or {refused} with what the exchange said.
export async function take(url, post) {
  const begun = await post(url, {});
  if (begun.status !== 200) return {refused: begun};
  const {challenge, domain} = begun.body.verifiablePresentationRequest;
  const got = await post(url, {verifiablePresentation: presentation(challenge, domain)});
  return got.status === 200 ? {badge: got.body.verifiablePresentation.verifiableCredential[0]} : {refused: got};
}

function presentation(challenge, domain) {
  const {publicKey, privateKey} = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({format: "jwk"}).x, "base64url");
  const key = "z" + base58(Buffer.concat([ED25519_PUB, raw]));
  const holder = `did:key:${key}`;
  const document = {"@context": [V2], type: ["VerifiablePresentation"], holder};
  const proof = {
    "@context": [V2], type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022", proofPurpose: "authentication",
    created: new Date().toISOString().replace(/\.\d+Z/, "Z"), verificationMethod: `${holder}#${key}`, challenge, domain,
  };
  const hashes = Buffer.concat([sha256(canonical(proof)), sha256(canonical(document))]);
  return {...document, proof: {...proof, proofValue: "z" + base58(sign(null, hashes, privateKey))}};
}

const sha256 = (text) => createHash("sha256").update(text).digest();

// JCS (RFC 8785) of what has texts and lists alone.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

function base58(bytes) {
  let number = BigInt("0x" + bytes.toString("hex")), text = "";
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  return "1".repeat(bytes.findIndex((byte) => byte !== 0)) + text;
}
