import { describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { readSettings, WrongContext } from '../../lib/settings.ts';
import type { Context } from './synthesize.ts';

const read = (context: Context) => readSettings(new App({ context }).node);

describe('contexts', () => {
  it('may all be left out', () => {
    expect(read({})).toEqual({
      stage: 'prod',
      isLocal: false,
      senderEmail: undefined,
      createSenderIdentity: true,
      domain: undefined,
      jwt: undefined,
      eventRetentionDays: 90,
      firstLookSeconds: 60,
      finalizeConcurrency: undefined,
      alarmEmail: undefined,
    });
  });

  it('come as text from the command line, and as JSON from a file', () => {
    expect(read({ eventRetentionDays: '30', createSenderIdentity: 'false' })).toEqual(
      read({ eventRetentionDays: 30, createSenderIdentity: false }),
    );
  });

  it('are given in pairs', () => {
    const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/one';
    expect(read({ apiDomain: 'api.example.com', apiCertificateArn: certificate }).domain).toEqual({
      name: 'api.example.com',
      certificateArn: certificate,
    });
    expect(read({ jwtIssuer: 'http://localhost:4000/', jwtAudience: 'fluxrate' }).jwt).toEqual({
      issuer: 'http://localhost:4000/',
      audience: 'fluxrate',
    });
  });

  it('make this machine a stage of its own', () => {
    expect(read({ stage: 'local' })).toMatchObject({
      isLocal: true,
      senderEmail: 'billing@fluxrate.local',
      // Nobody waits a minute to see it.
      firstLookSeconds: 10,
    });
  });

  it.each<[Context, string]>([
    [
      { stage: 'Prod!' },
      'Context stage must be up to 20 lower-case letters, digits or hyphens, for example prod.',
    ],
    [
      { senderEmail: 'billing' },
      'Context senderEmail must be the address that invoices are sent from, for example billing@example.com.',
    ],
    [{ createSenderIdentity: 'no' }, 'Context createSenderIdentity must be true or false.'],
    [
      {
        apiDomain: 'https://api.example.com',
        apiCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/one',
      },
      'Context apiDomain must be a host name in lower case, for example api.example.com.',
    ],
    [
      { apiDomain: 'api.example.com', apiCertificateArn: 'one' },
      'Context apiCertificateArn must be the ARN of a certificate of ACM in the region of the API.',
    ],
    [
      { apiDomain: 'api.example.com' },
      'Contexts apiDomain and apiCertificateArn belong together: give both, or neither.',
    ],
    [
      {
        dashboardDomain: 'dashboard.example.com',
        dashboardCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/one',
      },
      'Context dashboardCertificateArn must be the ARN of a certificate of ACM in us-east-1, where CloudFront looks for it.',
    ],
    [
      { dashboardDomain: 'dashboard.example.com' },
      'Contexts dashboardDomain and dashboardCertificateArn belong together: give both, or neither.',
    ],
    [
      { jwtAudience: 'fluxrate' },
      'Contexts jwtIssuer and jwtAudience belong together: give both, or neither.',
    ],
    [
      { jwtIssuer: 'http://id.example.com', jwtAudience: 'fluxrate' },
      'Context jwtIssuer must be the https address of the token issuer, as in the `iss` claim.',
    ],
    [
      { jwtIssuer: 'https://id.example.com', jwtAudience: '' },
      'Context jwtAudience must be the audience of the access tokens, as in the `aud` claim.',
    ],
    ...['0', '1.5', 'many', 4000, null].map((days): [Context, string] => [
      { eventRetentionDays: days ?? [] },
      'Context eventRetentionDays must be a whole number of days from 1 to 3650, for example 90.',
    ]),
    [
      { alarmEmail: 'ops' },
      'Context alarmEmail must be the address that alarms are sent to, for example ops@example.com.',
    ],
  ])('%j is refused with a sentence', (context, sentence) => {
    expect(() => read(context)).toThrow(new WrongContext(sentence));
  });

  it('are all named that are wrong', () => {
    expect(() => read({ stage: '', alarmEmail: 'ops' })).toThrow(/^Context stage .*\nContext alarmEmail .*$/);
  });
});
