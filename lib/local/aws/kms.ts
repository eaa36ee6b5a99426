import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { keyIdOf, open, seal } from './kms-cipher.ts';
import { arnOf, type Key, type Keys } from './kms-keys.ts';
import { json, jsonError, type Service } from './service.ts';

const KeyId = v.string();
const EncryptionContext = v.optional(v.record(v.string(), v.string()), {});
const Bytes = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text) => Buffer.from(text, 'base64')),
);
const Plaintext = v.pipe(
  Bytes,
  v.check(({ length }) => length >= 1 && length <= 4096, 'A plaintext has 1 to 4096 bytes'),
);
const AliasName = v.pipe(v.string(), v.startsWith('alias/'));

class KmsError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** AWS KMS with real cryptography: a ciphertext opens only with its key and its encryption context. */
export function createKms(keys: Keys): Service {
  const find = (reference: string): Key => {
    const key = keys.find(reference);
    if (!key) throw new KmsError('NotFoundException', `Key '${reference}' does not exist`);
    return key;
  };
  const usable = (reference: string): Key => {
    const key = find(reference);
    if (!key.enabled) throw new KmsError('DisabledException', `${arnOf(key.id)} is disabled.`);
    return key;
  };
  const encrypted = (key: Key, plaintext: Buffer, context: Record<string, string>) => ({
    CiphertextBlob: seal(key.id, materialOf(key), plaintext, context).toString('base64'),
    KeyId: arnOf(key.id),
  });

  const operations = new Map<string, (input: unknown) => unknown>([
    [
      'Encrypt',
      operation(v.object({ KeyId, Plaintext, EncryptionContext }), (input) => ({
        ...encrypted(usable(input.KeyId), input.Plaintext, input.EncryptionContext),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      })),
    ],
    [
      'Decrypt',
      operation(v.object({ KeyId: v.optional(KeyId), CiphertextBlob: Bytes, EncryptionContext }), (input) => {
        const id = keyIdOf(input.CiphertextBlob);
        if (id === undefined || !keys.find(id)) throw new KmsError('InvalidCiphertextException', '');
        if (input.KeyId !== undefined && find(input.KeyId).id !== id) {
          throw new KmsError('IncorrectKeyException', 'The ciphertext was made with another key.');
        }
        const key = usable(id);
        const plaintext = open(materialOf(key), input.CiphertextBlob, input.EncryptionContext);
        if (!plaintext) throw new KmsError('InvalidCiphertextException', '');
        return {
          Plaintext: plaintext.toString('base64'),
          KeyId: arnOf(id),
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        };
      }),
    ],
    [
      'GenerateDataKey',
      operation(v.object({ KeyId, EncryptionContext }), (input) => {
        const dataKey = randomBytes(32);
        return {
          ...encrypted(usable(input.KeyId), dataKey, input.EncryptionContext),
          Plaintext: dataKey.toString('base64'),
        };
      }),
    ],
    ['CreateKey', operation(v.object({}), () => ({ KeyMetadata: metadata(keys.add()) }))],
    [
      'DescribeKey',
      operation(v.object({ KeyId }), (input) => ({ KeyMetadata: metadata(find(input.KeyId)) })),
    ],
    ['EnableKey', operation(v.object({ KeyId }), (input) => keys.setEnabled(find(input.KeyId), true))],
    ['DisableKey', operation(v.object({ KeyId }), (input) => keys.setEnabled(find(input.KeyId), false))],
    [
      'CreateAlias',
      operation(v.object({ AliasName, TargetKeyId: KeyId }), (input) => {
        if (keys.find(input.AliasName)) {
          throw new KmsError(
            'AlreadyExistsException',
            `An alias with the name ${input.AliasName} already exists`,
          );
        }
        keys.setAlias(input.AliasName, find(input.TargetKeyId).id);
      }),
    ],
    [
      'ListKeys',
      operation(v.object({}), () => ({
        Keys: keys.list().map(({ id }) => ({ KeyId: id, KeyArn: arnOf(id) })),
        Truncated: false,
      })),
    ],
    [
      'ListAliases',
      operation(v.object({}), () => ({
        Aliases: keys.aliases().map(([AliasName, TargetKeyId]) => ({ AliasName, TargetKeyId })),
        Truncated: false,
      })),
    ],
  ]);

  return {
    name: 'kms',
    // KMS keeps nothing of what it encrypts, so every use of a key counts as a write.
    isWrite: (operation) => !/^(Describe|List)/.test(operation),
    call({ operation, body }) {
      try {
        const perform = operations.get(operation);
        if (!perform)
          throw new KmsError('UnknownOperationException', `The local KMS does not know ${operation}`);
        return json(200, perform(JSON.parse(body.toString('utf8') || '{}')) ?? {});
      } catch (error) {
        if (error instanceof KmsError) return jsonError(400, error.type, error.message);
        if (error instanceof SyntaxError) return jsonError(400, 'SerializationException', error.message);
        throw error;
      }
    },
    failure: (kind) =>
      kind === 'throttle'
        ? jsonError(400, 'ThrottlingException', 'You have exceeded the rate at which you may call KMS.')
        : jsonError(500, 'KMSInternalException', 'An internal error occurred.'),
  };
}

function operation<TSchema extends v.GenericSchema>(
  schema: TSchema,
  perform: (input: v.InferOutput<TSchema>) => unknown,
): (input: unknown) => unknown {
  return (input) => {
    const parsed = v.safeParse(schema, input);
    if (!parsed.success) throw new KmsError('ValidationException', v.summarize(parsed.issues));
    return perform(parsed.output);
  };
}

function materialOf({ material }: Key): Buffer {
  return Buffer.from(material, 'base64');
}

function metadata({ id, enabled }: Key): object {
  return {
    KeyId: id,
    Arn: arnOf(id),
    Enabled: enabled,
    KeyState: enabled ? 'Enabled' : 'Disabled',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    KeyManager: 'CUSTOMER',
  };
}
