import type { Node } from 'constructs';
import * as v from 'valibot';

const text = (sentence: string) => v.pipe(v.string(sentence), v.nonEmpty(sentence));

const httpsUrl = (sentence: string) =>
  v.pipe(
    v.string(sentence),
    v.url(sentence),
    v.check((url) => url.startsWith('https://') || url.startsWith('http://localhost:'), sentence),
  );

const email = (sentence: string) => v.pipe(v.string(sentence), v.email(sentence));

const instances = 'must be a whole number from 1 to 1000, for example 20.';
const hostName = (example: string) =>
  v.pipe(
    v.string(),
    v.regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, `must be a host name in lower case, for example ${example}.`),
  );

const days = 'must be a whole number of days from 1 to 3650, for example 90.';
const yesOrNo = 'must be true or false.';

/** Every context of the app, with the sentence that says what would be right. */
const contexts = {
  stage: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^[a-z][a-z0-9-]{0,19}$/,
        'must be up to 20 lower-case letters, digits or hyphens, for example prod.',
      ),
    ),
    'prod',
  ),
  senderEmail: v.optional(
    email('must be the address that invoices are sent from, for example billing@example.com.'),
  ),
  createSenderIdentity: v.optional(
    v.pipe(
      v.union([v.boolean(), v.picklist(['true', 'false'])], yesOrNo),
      v.transform((value) => value === true || value === 'true'),
    ),
    true,
  ),
  apiDomain: v.optional(hostName('api.example.com')),
  apiCertificateArn: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^arn:[^:]+:acm:[^:]+:\d{12}:certificate\/.+$/,
        'must be the ARN of a certificate of ACM in the region of the API.',
      ),
    ),
  ),
  dashboardDomain: v.optional(hostName('dashboard.example.com')),
  dashboardCertificateArn: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^arn:[^:]+:acm:us-east-1:\d{12}:certificate\/.+$/,
        'must be the ARN of a certificate of ACM in us-east-1, where CloudFront looks for it.',
      ),
    ),
  ),
  jwtIssuer: v.optional(httpsUrl('must be the https address of the token issuer, as in the `iss` claim.')),
  jwtAudience: v.optional(text('must be the audience of the access tokens, as in the `aud` claim.')),
  dashboardClientId: v.optional(
    text('must be the id that the dashboard is registered under at the token issuer.'),
  ),
  eventRetentionDays: v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))], days),
      v.integer(days),
      v.minValue(1, days),
      v.maxValue(3650, days),
    ),
    90,
  ),
  finalizeConcurrency: v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))], instances),
      v.integer(instances),
      v.minValue(1, instances),
      v.maxValue(1000, instances),
    ),
  ),
  alarmEmail: v.optional(email('must be the address that alarms are sent to, for example ops@example.com.')),
};

export type Settings = {
  readonly stage: string;
  /** `npm start` realises this stage on one machine. */
  readonly isLocal: boolean;
  /** Absent until deployment, which then asks for it. */
  readonly senderEmail: string | undefined;
  readonly createSenderIdentity: boolean;
  readonly domain: { readonly name: string; readonly certificateArn: string } | undefined;
  /** Absent where the app creates a user pool. */
  readonly jwt: { readonly issuer: string; readonly audience: string } | undefined;
  /** The dashboard's own; CloudFront's otherwise. */
  readonly dashboardDomain: { readonly name: string; readonly certificateArn: string } | undefined;
  /** The dashboard's name at `jwt`'s issuer, where it is not the audience. */
  readonly dashboardClientId: string | undefined;
  readonly eventRetentionDays: number;
  /** How long after its e-mail an unpaid link is first looked up. */
  readonly firstLookSeconds: number;
  /** Invocations of finalize-invoice at once, set aside for it and no more; absent: as many as the account has. */
  readonly finalizeConcurrency: number | undefined;
  readonly alarmEmail: string | undefined;
};

/** A context that is wrong, in sentences for the person who gave it. */
export class WrongContext extends Error {
  override readonly name = 'WrongContext';
}

/** Two contexts that say something only together, or nothing. */
function together<First extends string, Second extends string>(
  given: { readonly [name in First | Second]?: string | undefined },
  first: First,
  second: Second,
): readonly [string, string] | undefined {
  const one = given[first];
  const other = given[second];
  if (one !== undefined && other !== undefined) return [one, other];
  if (one === undefined && other === undefined) return undefined;
  throw new WrongContext(`Contexts ${first} and ${second} belong together: give both, or neither.`);
}

/** Reads the app's contexts (`cdk -c name=value`, or cdk.json); throws `WrongContext` naming each that is not right. */
export function readSettings(node: Node): Settings {
  const given = Object.fromEntries(
    Object.keys(contexts).map((name) => [name, node.tryGetContext(name) ?? undefined]),
  );
  const result = v.safeParse(v.object(contexts), given);
  if (!result.success) {
    const sentences = result.issues.map((issue) => `Context ${v.getDotPath(issue)} ${issue.message}`);
    throw new WrongContext(sentences.join('\n'));
  }
  const { stage, senderEmail, createSenderIdentity, eventRetentionDays, finalizeConcurrency, alarmEmail } =
    result.output;
  const isLocal = stage === 'local';
  const domain = together(result.output, 'apiDomain', 'apiCertificateArn');
  const dashboardDomain = together(result.output, 'dashboardDomain', 'dashboardCertificateArn');
  const jwt = together(result.output, 'jwtIssuer', 'jwtAudience');
  return {
    stage,
    isLocal,
    senderEmail: senderEmail ?? (isLocal ? 'billing@fluxrate.local' : undefined),
    createSenderIdentity,
    domain: domain && { name: domain[0], certificateArn: domain[1] },
    jwt: jwt && { issuer: jwt[0], audience: jwt[1] },
    dashboardDomain: dashboardDomain && { name: dashboardDomain[0], certificateArn: dashboardDomain[1] },
    dashboardClientId: result.output.dashboardClientId,
    eventRetentionDays,
    firstLookSeconds: isLocal ? 10 : 60,
    finalizeConcurrency,
    alarmEmail,
  };
}
