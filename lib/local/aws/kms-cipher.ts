import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

// A blob: version, the key's id, nonce, tag, ciphertext.
const VERSION = 1;
const ID_END = 1 + 36;
const NONCE_END = ID_END + 12;
const TAG_END = NONCE_END + 16;

export type EncryptionContext = Record<string, string>;

/** AES-256-GCM with the encryption context as additional authenticated data. */
export function seal(keyId: string, material: Buffer, plaintext: Buffer, context: EncryptionContext): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(canonical(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([
    Buffer.from([VERSION]),
    Buffer.from(keyId, 'latin1'),
    nonce,
    cipher.getAuthTag(),
    ciphertext,
  ]);
}

/** Undefined for a blob that was not sealed with this key and this context. */
export function open(material: Buffer, blob: Buffer, context: EncryptionContext): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', material, blob.subarray(ID_END, NONCE_END))
      .setAAD(canonical(context))
      .setAuthTag(blob.subarray(NONCE_END, TAG_END));
    return Buffer.concat([decipher.update(blob.subarray(TAG_END)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The key that a blob names. */
export function keyIdOf(blob: Buffer): string | undefined {
  return blob[0] === VERSION && blob.length > TAG_END ? blob.toString('latin1', 1, ID_END) : undefined;
}

/** The order of a context's entries says nothing. */
function canonical(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}
