import { expect, it } from '@jest/globals';
import { readStartOptions } from '../../lib/local/start-options.ts';

it('starts on port 4000, in memory, unless told otherwise', () => {
  expect(readStartOptions({ DATA_DIR: '' }, [])).toEqual({ port: 4000, demo: false });
  const given = { PORT: '4100', DATA_DIR: '.data', PUBLIC_URL: 'https://x.example/', CLOUD_ASSEMBLY: 'out' };
  expect(readStartOptions(given, ['--demo'])).toEqual({
    port: 4100,
    dataDir: '.data',
    publicUrl: 'https://x.example',
    cloudAssembly: 'out',
    demo: true,
  });
});

it('takes another AWS and another Stripe, but not its own address for another', () => {
  const AWS_ENDPOINT_URL = 'http://localhost:4002';
  expect(readStartOptions({ AWS_ENDPOINT_URL, PORT: '4000' }, []).awsEndpointUrl).toBeUndefined();
  expect(readStartOptions({ AWS_ENDPOINT_URL, PORT: '5000' }, []).awsEndpointUrl).toBe(AWS_ENDPOINT_URL);
  expect(readStartOptions({ STRIPE_API_BASE: 'https://api.stripe.com' }, []).stripeApiBase).toBe(
    'https://api.stripe.com',
  );
});

it.each([
  [{ PORT: 'abc' }, [], /^PORT must be a port/],
  [{ PORT: '65534' }, [], /^PORT must be a port/],
  [{ PUBLIC_URL: 'example' }, [], /^PUBLIC_URL must be an address/],
  [{ STRIPE_API_BASE: 'https://api.stripe.com' }, ['--demo'], /^--demo needs its own Stripe/],
  [{}, ['--dmeo'], /--dmeo/],
])('says in a sentence what is wrong with %j %j', (env, args, sentence) => {
  expect(() => readStartOptions(env, args)).toThrow(sentence);
});
