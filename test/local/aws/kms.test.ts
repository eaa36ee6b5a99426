import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { describe, expect, it } from '@jest/globals';
import { createAws } from '../../../lib/local/aws/aws.ts';
import { createKms } from '../../../lib/local/aws/kms.ts';
import { openKeys } from '../../../lib/local/aws/kms-keys.ts';
import { atEnd, credentials, served, startedLambda, temporaryFolder } from '../fixtures.ts';

const lambda = startedLambda([]);
const clientOf = async (dataDir?: string) => {
  const endpoint = await served(createAws(lambda, [createKms(openKeys(dataDir))]));
  const client = new KMSClient({ endpoint, region: 'us-east-1', credentials });
  atEnd(() => client.destroy());
  return client;
};
const text = (value: string) => Buffer.from(value);
const EncryptionContext = { org_id: 'acme', env_id: 'prod', purpose: 'secret_key' };

describe('KMS', () => {
  it('opens a ciphertext with the same encryption context, in any order, and with no other', async () => {
    const kms = await clientOf();
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn;
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: text('sk_test_1'), EncryptionContext }),
    );
    expect(Buffer.from(CiphertextBlob ?? []).includes('sk_test_1')).toBe(false);

    const { org_id, env_id, purpose } = EncryptionContext;
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { purpose, env_id, org_id } }),
    );
    expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe('sk_test_1');
    expect(opened.KeyId).toBe(KeyId);

    const wrong = [{ ...EncryptionContext, org_id: 'other' }, { org_id, env_id }, undefined];
    for (const context of wrong) {
      await expect(
        kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context })),
      ).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      });
    }
  });

  it('refuses what it did not encrypt, a changed ciphertext and another key', async () => {
    const kms = await clientOf();
    const one = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
    const two = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
    const { CiphertextBlob = new Uint8Array() } = await kms.send(
      new EncryptCommand({ KeyId: one, Plaintext: text('x') }),
    );
    const changed = Buffer.from(CiphertextBlob);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);

    const decrypt = (blob: Uint8Array, KeyId?: string) =>
      kms.send(new DecryptCommand({ CiphertextBlob: blob, KeyId }));
    await expect(decrypt(changed)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(decrypt(text('nonsense'))).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(decrypt(CiphertextBlob, two)).rejects.toMatchObject({ name: 'IncorrectKeyException' });
  });

  it('knows a key by id, ARN and alias', async () => {
    const kms = await clientOf();
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/fluxrate', TargetKeyId: KeyMetadata?.KeyId }));
    const alias = 'arn:aws:kms:us-east-1:000000000000:alias/fluxrate';
    for (const KeyId of [KeyMetadata?.KeyId, KeyMetadata?.Arn, 'alias/fluxrate', alias]) {
      const found = await kms.send(new DescribeKeyCommand({ KeyId }));
      expect(found.KeyMetadata?.Arn).toBe(KeyMetadata?.Arn);
    }
    const missing = kms.send(new EncryptCommand({ KeyId: 'alias/none', Plaintext: text('x') }));
    await expect(missing).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('refuses a disabled key and a plaintext over 4 KB', async () => {
    const kms = await clientOf();
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
    const tooLong = kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(4097) }));
    await expect(tooLong).rejects.toMatchObject({ name: 'ValidationException' });
    await kms.send(new DisableKeyCommand({ KeyId }));
    const disabled = kms.send(new EncryptCommand({ KeyId, Plaintext: text('x') }));
    await expect(disabled).rejects.toMatchObject({ name: 'DisabledException' });
  });

  it('makes data keys', async () => {
    const kms = await clientOf();
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
    const { Plaintext, CiphertextBlob } = await kms.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }),
    );
    expect(Plaintext).toHaveLength(32);
    expect((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(Plaintext);
  });

  it('keeps its keys in DATA_DIR', async () => {
    const folder = temporaryFolder();
    const before = await clientOf(folder);
    const KeyId = (await before.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
    const { CiphertextBlob } = await before.send(
      new EncryptCommand({ KeyId, Plaintext: text('kept'), EncryptionContext }),
    );

    const after = await clientOf(folder);
    const { Plaintext } = await after.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('kept');
  });
});
