// Digital Bazaar's verifier as a judge. stdin: {"credential", "documents": {url: document}, "now": optional RFC 3339 time}.
// stdout: {"verified": bool, "status": bool | null (is the bit set?), "error": text | null}.
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {answer, documentLoader, suite} from './loader.mjs';

// The libraries nest the interesting sentence: an AggregateError's `errors`, a wrapper's `cause`.
function reasons(error) {
  if(!error) {
    return [];
  }
  const detail = error.details ? [JSON.stringify(error.details)] : [];
  return [
    `${error.name}: ${error.message}`, ...detail,
    ...(error.errors ?? []).flatMap(reasons), ...reasons(error.cause)
  ];
}

await answer(async ({credential, documents = {}, now}) => {
  const result = await vc.verifyCredential({
    credential, suite: suite(), documentLoader: documentLoader(documents), checkStatus, ...(now && {now: new Date(now)})
  });
  const bits = result.statusResult?.results?.map(entry => entry.status) ?? [];
  const wrong = [...reasons(result.error), ...reasons(result.statusResult?.error)];
  return {
    verified: result.verified,
    status: bits.length === 0 ? null : bits.some(Boolean),
    error: wrong.length === 0 ? null : [...new Set(wrong)].join(' | ')
  };
});
