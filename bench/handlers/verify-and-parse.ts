import { isSigned, readSignatureHeader } from '../../functions/adapters/stripe/signature.ts';
import type { Signed } from '../webhook.ts';

/** The project's verification, and what `constructEvent` answers: the body as JSON. */
export async function handler({ signature, body, secret }: Signed) {
  const header = readSignatureHeader(signature, new Date());
  if (header === null || !isSigned(header, body, secret)) return { statusCode: 400 };
  const { id } = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  return { statusCode: id ? 200 : 400 };
}
