import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import QuickLRU from 'quick-lru';
import type { SecretPurpose } from '../../domain/connection.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { Unavailable, type Vault } from '../../ports.ts';

const CACHED_FOR_MS = 5 * 60 * 1000;
const CACHED_AT_MOST = 500;

export function createKmsClient(): KMSClient {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 1_000,
    requestTimeout: 1_500,
    throwOnRequestTimeout: true,
  });
  return new KMSClient({ maxAttempts: 3, requestHandler });
}

/**
 * Secrets sealed by one KMS key. The encryption context binds a ciphertext to its tenant and purpose: moved to
 * another, it does not open. What was opened stays in memory for five minutes, so that a webhook costs no KMS call.
 * https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */
export function kmsVault(client: KMSClient, KeyId: string): Vault {
  const opened = new QuickLRU<string, string>({ maxSize: CACHED_AT_MOST, maxAge: CACHED_FOR_MS });

  return {
    async seal(secret, tenant, purpose) {
      const command = new EncryptCommand({
        KeyId,
        Plaintext: Buffer.from(secret),
        EncryptionContext: encryptionContext(tenant, purpose),
      });
      const { CiphertextBlob } = await attempt(() => client.send(command));
      if (!CiphertextBlob) throw new Unavailable('KMS');
      return { ciphertext: Buffer.from(CiphertextBlob).toString('base64') };
    },

    async open({ ciphertext }, tenant, purpose) {
      const EncryptionContext = encryptionContext(tenant, purpose);
      const cacheKey = JSON.stringify([ciphertext, EncryptionContext]);
      const cached = opened.get(cacheKey);
      if (cached !== undefined) return cached;

      const CiphertextBlob = Buffer.from(ciphertext, 'base64');
      const command = new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext });
      const { Plaintext } = await attempt(() => client.send(command));
      if (!Plaintext) throw new Unavailable('KMS');
      const secret = Buffer.from(Plaintext).toString();
      opened.set(cacheKey, secret);
      return secret;
    },
  };
}

function encryptionContext({ orgId, envId }: Tenant, purpose: SecretPurpose): Record<string, string> {
  return { org_id: orgId, env_id: envId, purpose };
}

/** A key that is denied or disabled today may be put right tomorrow: nothing here is the caller's fault. */
async function attempt<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw new Unavailable('KMS', error);
  }
}
