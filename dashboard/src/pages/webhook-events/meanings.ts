import type { WebhookEvent } from '../../api/types.ts';

type Meaning = { readonly means: string; readonly advice: string | null };

/** What became of an event in plain words, and what to do. Why exactly is the event's own `reason`. */
const meanings: Readonly<Record<WebhookEvent['status'], Meaning>> = {
  applied: { means: 'It changed its invoice.', advice: null },
  recorded: { means: 'It was received, and there was nothing to change.', advice: null },
  ignored: {
    means: 'It has nothing to do with an invoice of Fluxrate.',
    advice:
      'If it should: check that the payment was made through an invoice’s payment link, which carries the invoice_id in its metadata.',
  },
  unmatched: {
    means: 'Its invoice is not known in this environment.',
    advice:
      'Check that the invoice was finalized in this very environment. Where it was finalized since, replay the event.',
  },
  rejected: {
    means: 'It does not belong to the invoice that it names, which was left as it is.',
    advice:
      'Check that the payment was made through the invoice’s own payment link, and that the secret key is of the same mode (test or live). Look at the payment in Stripe: it may have to be refunded.',
  },
  skipped: {
    means: 'It arrived while the connection was switched off.',
    advice: 'Switch the connection on under Integrations → Manage, then replay the event.',
  },
};

export function meaningOf({ status, deliveries }: WebhookEvent): Meaning {
  const { means, advice } = meanings[status];
  return deliveries > 0
    ? { means, advice }
    : {
        means: `${means} Stripe never delivered it: Fluxrate found it by asking.`,
        advice:
          advice ??
          'Verify that the webhook URL in Stripe Dashboard matches the one shown under Integrations → Manage exactly.',
      };
}
