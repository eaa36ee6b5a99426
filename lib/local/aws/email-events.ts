import * as v from 'valibot';
import type { Email, Emails } from '../emails.ts';
import type { ConfigurationSet } from '../template.ts';
import { type Answer, json } from './service.ts';
import { CONFIGURATION_SET_TAG, EMAIL_EVENTS, type Happening, onEventBridge, sesEvent } from './ses-event.ts';

const text = v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(String)));

/** What is to happen, under any of three names. */
const What = v.object({
  type: text,
  event: text,
  kind: text,
  bounce_type: v.optional(v.string(), 'Permanent'),
  bounce_sub_type: v.optional(v.string(), 'General'),
});

/** To which e-mail: the newest of which all of this is true. */
const Which = v.object({
  to: text,
  message_id: text,
  org_id: text,
  env_id: text,
  invoice_id: text,
  round: text,
});

const Envelope = v.looseObject({ 'detail-type': v.string(), detail: v.unknown() });
const SesEvent = v.looseObject({
  eventType: v.picklist(EMAIL_EVENTS),
  mail: v.looseObject({ tags: v.optional(v.record(v.string(), v.array(v.string())), {}) }),
});

type Parts = {
  emails: Emails;
  configurationSets: ConfigurationSet[];
  /** Puts an event on the account's default event bus, and waits for whoever gets it. */
  publish(event: object): Promise<void>;
};

/**
 * `POST /_test/email-events`: lets something happen to an e-mail that SES took, and answers the event that SES made of
 * it, once whoever it went to has run. A whole event, as SES makes it or EventBridge hands it over, is told as it is.
 * What is sent to SES's mailbox simulator happens by itself.
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
 */
export function createEmailEvents({ emails, configurationSets, publish }: Parts) {
  emails.onAdd((email) => {
    for (const happening of simulated(email.to)) {
      // Nobody waits for it, and whoever stops the system need not hear of it.
      if (isAskedFor(email, happening)) publish(onEventBridge(sesEvent(email, happening))).catch(() => {});
    }
  });

  function isAskedFor({ configuration_set }: Email, { type }: Happening): boolean {
    const set = configurationSets.find(({ name }) => name === configuration_set);
    return set?.tells.includes(type.toLowerCase()) ?? false;
  }

  async function tell(event: object): Promise<Answer> {
    await publish(event);
    return json(200, event);
  }

  return async (body: Buffer): Promise<Answer> => {
    const asked = parsed(body);
    const envelope = v.safeParse(Envelope, asked);
    if (envelope.success) return tell(envelope.output);
    const event = v.safeParse(SesEvent, asked);
    if (event.success) return tell(onEventBridge(withSesTag(event.output)));

    const what = v.safeParse(What, asked);
    const which = v.safeParse(Which, asked);
    const happening = what.success ? happeningOf(what.output) : undefined;
    if (!which.success || !happening) {
      return json(422, { message: `The body must be JSON with a type: ${EMAIL_EVENTS.join(', ')}` });
    }
    const email = emails.newestFirst().find((candidate) => fits(candidate, which.output));
    if (!email) return json(404, { message: 'SES took no such e-mail' });
    return isAskedFor(email, happening)
      ? tell(onEventBridge(sesEvent(email, happening)))
      : json(409, { message: `The e-mail's configuration set does not ask for ${happening.type}` });
  };

  /** Whoever writes an event by hand may leave out what SES adds. */
  function withSesTag({ mail, ...event }: v.InferOutput<typeof SesEvent>) {
    const names = configurationSets.slice(0, 1).map(({ name }) => name);
    return { ...event, mail: { ...mail, tags: { [CONFIGURATION_SET_TAG]: names, ...mail.tags } } };
  }
}

function parsed(body: Buffer): unknown {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson()), body.toString('utf8'));
  return result.success ? result.output : undefined;
}

/** `Bounce` as well as `bounce`, `bounced` and `hard_bounce`. */
function happeningOf({ type, event, kind, ...bounce }: v.InferOutput<typeof What>): Happening | undefined {
  const asked = (type ?? event ?? kind ?? '').toLowerCase();
  const known = EMAIL_EVENTS.find((name) => asked.includes(name.slice(0, 6).toLowerCase()));
  if (known !== 'Bounce') return known && { type: known };
  return { type: known, bounceType: capitalized(bounce.bounce_type), bounceSubType: bounce.bounce_sub_type };
}

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

function fits({ to, message_id, tags }: Email, which: v.InferOutput<typeof Which>): boolean {
  const facts: Record<string, string> = { ...tags, to, message_id };
  return Object.entries(which).every(([name, wanted]) => wanted === undefined || wanted === facts[name]);
}

/** What SES's mailbox simulator does with an e-mail to one of its addresses, which may have a label: `bounce+1@…`. */
function simulated(to: string): Happening[] {
  const [, mailbox] = /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/.exec(to) ?? [];
  return mailbox === undefined ? [] : (simulator[mailbox] ?? []);
}

const simulator: Record<string, Happening[]> = {
  success: [{ type: 'Delivery' }],
  bounce: [{ type: 'Bounce', bounceType: 'Permanent', bounceSubType: 'General' }],
  suppressionlist: [{ type: 'Bounce', bounceType: 'Permanent', bounceSubType: 'Suppressed' }],
  ooto: [{ type: 'Delivery' }, { type: 'Bounce', bounceType: 'Transient', bounceSubType: 'General' }],
  complaint: [{ type: 'Delivery' }, { type: 'Complaint' }],
};
