import * as v from 'valibot';

const text = v.pipe(v.string(), v.nonEmpty());

/** Every environment variable that a function may be given. A function reads only those that it needs: `v.pick`. */
export const Environment = v.object({
  TABLE_NAME: text,
  SECRETS_KEY_ARN: text,
  SENDER_EMAIL: text,
  EMAIL_CONFIGURATION_SET: text,
  /** Where the platform hears of invoices. */
  EVENT_BUS_NAME: text,
  /** The API's own address, for the webhook URLs that it answers. */
  PUBLIC_URL: v.pipe(
    v.string(),
    v.url(),
    v.transform((url) => url.replace(/\/+$/, '')),
  ),
  /** How long after its e-mail an unpaid link is first looked up. */
  FIRST_LOOK_SECONDS: v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number)),
  EVENT_RETENTION_DAYS: v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number)),
  /** Another Stripe than https://api.stripe.com. */
  STRIPE_API_BASE: v.optional(v.pipe(v.string(), v.url())),
});

/** Reads the environment once into a type; the error names everything that is missing or malformed. */
export function readConfig<const Schema extends v.GenericSchema>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, environment);
  if (!result.success) {
    const broken = result.issues.map((issue) => v.getDotPath(issue)).join(', ');
    throw new Error(`Missing or malformed environment variables: ${broken}`);
  }
  return result.output;
}
