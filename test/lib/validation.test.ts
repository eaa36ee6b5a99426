import { expect, it } from '@jest/globals';
import { type Context, synthesize } from './synthesize.ts';

const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/one';
const issuer = { jwtIssuer: 'https://id.example.com/realm', jwtAudience: 'fluxrate' };

it.each<[string, Context]>([
  [
    'all that can be said of its own user pool, sender and domains',
    {
      senderEmail: 'billing@example.com',
      apiDomain: 'api.example.com',
      apiCertificateArn: certificate,
      dashboardDomain: 'dashboard.example.com',
      dashboardCertificateArn: certificate,
      eventRetentionDays: '30',
      finalizeConcurrency: '20',
      alarmEmail: 'ops@example.com',
    },
  ],
  ['nothing', {}],
  [
    'a sender that exists, and another token issuer with a client of its own',
    {
      stage: 'staging',
      senderEmail: 'billing@example.com',
      createSenderIdentity: 'false',
      ...issuer,
      dashboardClientId: 'page',
    },
  ],
  ['this machine, and its token issuer', { stage: 'local', ...issuer }],
])('templates are right by CloudFormation’s own rules, given %s', (_, context) => {
  expect(() => synthesize(context, true)).not.toThrow();
});
