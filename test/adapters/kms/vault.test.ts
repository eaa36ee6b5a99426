import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createKmsClient, kmsVault } from '../../../functions/adapters/kms/vault.ts';
import type { SecretPurpose } from '../../../functions/domain/connection.ts';
import type { Tenant } from '../../../functions/domain/tenant.ts';
import { Unavailable } from '../../../functions/ports.ts';
import { atEnd } from '../../support/at-end.ts';
import { KEY_ARN, KEY_ID, startAws } from '../../support/aws.ts';
import { pointAwsAt } from '../../support/dynamodb.ts';
import { NOBODY, stubServer } from '../../support/stub-server.ts';

const aws = await startAws();
afterEach(aws.clearFaults);

const tenant = { orgId: 'acme', envId: 'prod' };
const SECRET = 'sk_test_CANARY_51Hx';

/** A vault of its own memory, as a function that has just started. */
function vault(endpoint = aws.endpoint) {
  pointAwsAt(endpoint);
  const client = createKmsClient();
  atEnd(() => client.destroy());
  return kmsVault(client, KEY_ARN);
}

/** Everything that an error would show to whoever prints it. */
const shown = (error: unknown) =>
  error instanceof Error
    ? `${error.name} ${error.message} ${JSON.stringify(error)} ${error.stack}`
    : String(error);

describe('a sealed secret', () => {
  it('opens for its tenant and purpose, and shows nothing of itself', async () => {
    const sealed = await vault().seal(SECRET, tenant, 'secret_key');
    expect(await vault().open(sealed, tenant, 'secret_key')).toBe(SECRET);
    expect(Object.keys(sealed)).toEqual(['ciphertext']);
    expect(Buffer.from(sealed.ciphertext, 'base64').includes(SECRET)).toBe(false);
  });

  it.each<[string, Tenant, SecretPurpose]>([
    ['another tenant', { ...tenant, orgId: 'other' }, 'secret_key'],
    ['another environment', { ...tenant, envId: 'dev' }, 'secret_key'],
    ['another purpose', tenant, 'webhook_secret'],
    ['a tenant and environment that read alike', { orgId: 'acme-prod', envId: '' }, 'secret_key'],
  ])('does not open for %s, also where it was opened before (case 37)', async (_, thief, purpose) => {
    const warm = vault();
    const sealed = await warm.seal(SECRET, tenant, 'secret_key');
    await warm.open(sealed, tenant, 'secret_key');
    const error = await warm.open(sealed, thief, purpose).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Unavailable);
    expect(shown(error)).not.toContain(SECRET);
  });

  it('is opened once in five minutes', async () => {
    const warm = vault();
    const sealed = await warm.seal(SECRET, tenant, 'secret_key');
    const opened = () => warm.open(sealed, tenant, 'secret_key');
    expect(await aws.callsOf(opened)).toEqual(['kms Decrypt']);
    expect(await aws.callsOf(opened)).toEqual([]);

    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 5 * 60_000 - 1_000);
    expect(await aws.callsOf(opened)).toEqual([]);
    now.mockReturnValue(Date.now() + 2_000);
    expect(await aws.callsOf(opened)).toEqual(['kms Decrypt']);
    now.mockRestore();
  });
});

describe('KMS', () => {
  it.each(['throttle', '500', 'before'] as const)('that fails by %s once is asked again', async (kind) => {
    const sealed = await vault().seal(SECRET, tenant, 'secret_key');
    await aws.fault({ service: 'kms', operation: 'Decrypt', kind, times: 1 });
    expect(await vault().open(sealed, tenant, 'secret_key')).toBe(SECRET);
  });

  it.each(['throttle', '500', 'before', 'after'] as const)(
    'that goes on failing by %s is unavailable, and no error holds the secret (cases 5, 38)',
    async (kind) => {
      const sealed = await vault().seal(SECRET, tenant, 'secret_key');
      await aws.fault({ service: 'kms', operation: '*', kind, times: 100 });
      const failing = vault();
      for (const attempt of [
        () => failing.open(sealed, tenant, 'secret_key'),
        () => failing.seal(SECRET, tenant, 'secret_key'),
      ]) {
        const error = await attempt().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Unavailable);
        expect(error).toMatchObject({ service: 'KMS', message: 'KMS is not available now' });
        expect(shown(error)).not.toContain('CANARY');
      }
      await aws.clearFaults();
      expect(await failing.open(sealed, tenant, 'secret_key')).toBe(SECRET);
    },
  );

  it('whose key is disabled, or gone from the network, is unavailable', async () => {
    const sealed = await vault().seal(SECRET, tenant, 'secret_key');
    const key = aws.keys.find(KEY_ID);
    if (!key) throw new Error('there is a key');
    aws.keys.setEnabled(key, false);
    await expect(vault().open(sealed, tenant, 'secret_key')).rejects.toThrow(Unavailable);
    aws.keys.setEnabled(key, true);
    await expect(vault(NOBODY).open(sealed, tenant, 'secret_key')).rejects.toThrow(Unavailable);
  });

  it('that does not answer is asked again', async () => {
    const answer = JSON.stringify({ Plaintext: Buffer.from(SECRET).toString('base64'), KeyId: KEY_ARN });
    const stub = await stubServer((response, _, index) => {
      if (index > 0) response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(answer);
    });
    expect(await vault(stub.url).open({ ciphertext: 'AAAA' }, tenant, 'secret_key')).toBe(SECRET);
    expect(stub.requests).toHaveLength(2);
  });
});
