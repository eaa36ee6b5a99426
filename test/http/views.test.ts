import { describe, expect, test } from '@jest/globals';
import type { Invoice } from '../../functions/domain/invoice.ts';
import { settle } from '../../functions/domain/settlement.ts';
import type { ReceivedEvent } from '../../functions/domain/webhook-event.ts';
import { connectionView, eventView, invoiceView } from '../../functions/http/views.ts';
import {
  connection,
  disputed,
  generation,
  intentFailed,
  invoice,
  NOW,
  secondsLater,
  sessionPaid,
  type Told,
} from '../support/builders.ts';

const AT = NOW.toISOString();

describe('a connection', () => {
  test('is shown as the contract says', () => {
    const shown = connectionView(
      connection({ webhookEndpoint: { id: 'we_1', managed: true } }),
      'https://api.example.com',
      AT,
    );
    expect(shown).toEqual({
      id: 'conn_1',
      provider: 'stripe',
      name: 'Production Stripe',
      is_active: true,
      livemode: false,
      stripe_account_id: 'acct_1',
      secret_key_hint: 'sk_test_…4242',
      webhook_secret_set: true,
      webhook_url: 'https://api.example.com/api/v1/webhooks/stripe/tenant_org_1/prod',
      webhook_endpoint: { id: 'we_1', managed: true },
      last_event_at: AT,
      last_signature_failure_at: null,
      created_at: AT,
      updated_at: AT,
    });
  });

  test('case 38: not even its ciphertexts are shown', () => {
    const sealed = { ciphertext: 'QzCanary' };
    const secretive = connection({
      secretKey: { ...sealed, hint: 'sk_test_…4242' },
      webhookSecrets: [{ ...sealed, createdAt: AT, expiresAt: null }],
    });
    expect(JSON.stringify(connectionView(secretive, 'https://api.example.com', null))).not.toContain(
      'QzCanary',
    );
  });

  test('without a webhook secret says so', () => {
    const shown = connectionView(connection({ webhookSecrets: [] }), 'https://api.example.com', null);
    expect(shown).toMatchObject({ webhook_secret_set: false, last_event_at: null });
  });
});

describe('an invoice', () => {
  const paidBy = (...events: readonly Told[]) =>
    events.reduce<Invoice>((standing, { notice, claimed }) => {
      const settlement = settle(standing, notice, claimed, NOW);
      return settlement.kind === 'rejected' ? standing : settlement.invoice;
    }, invoice());

  test('is shown as the contract says', () => {
    expect(invoiceView(paidBy(sessionPaid({ eventId: 'evt_1' })))).toEqual({
      invoice_id: 'inv_1',
      invoice_number: 'INV-1',
      customer_id: 'cus_1',
      customer: { name: 'Jane Doe', email: 'jane@example.com' },
      currency: 'USD',
      amount_due: 129_900,
      amount_paid: 129_900,
      status: 'PAID',
      attention: [],
      payment_link: { id: 'plink_1', url: 'https://buy.stripe.com/test_1', active: true },
      email: { status: 'sent', to: 'jane@example.com', sent_at: AT },
      payments: [
        {
          provider_payment_id: 'pi_1',
          amount: 129_900,
          currency: 'USD',
          status: 'applied',
          event_id: 'evt_1',
          at: AT,
        },
      ],
      due_date: '2026-04-01',
      memo: null,
      finalized_at: AT,
      paid_at: AT,
      created_at: AT,
      updated_at: AT,
    });
  });

  test('while its link is being made shows none, and never a nonce or a lease', () => {
    const shown = invoiceView(
      invoice({
        status: 'FINALIZING',
        current: generation(1, { link: null }),
        lease: { owner: 'QzCanary', until: AT },
      }),
    );
    expect(shown.payment_link).toBeNull();
    expect(JSON.stringify(shown)).not.toMatch(/nonce|QzCanary/);
  });

  test('shows its payments in order of time, each as it stands', () => {
    const shown = invoiceView(
      paidBy(
        sessionPaid({ payment: 'pi_2', at: 5 }),
        sessionPaid({ payment: 'pi_3', at: 3 }),
        intentFailed({ payment: 'pi_1', at: 4 }),
      ),
    );
    expect(
      shown.payments.map(({ provider_payment_id, status, at }) => [provider_payment_id, status, at]),
    ).toEqual([
      ['pi_3', 'excess', secondsLater(3).toISOString()],
      ['pi_1', 'failed', secondsLater(4).toISOString()],
      ['pi_2', 'applied', secondsLater(5).toISOString()],
    ]);
    expect(shown.attention).toEqual(['paid_twice']);
    expect(invoiceView(paidBy(sessionPaid({ amount: 100 })))).toMatchObject({
      amount_paid: 100,
      amount_due: 129_900,
    });
  });

  test('case 23: shows no payment of which only a dispute is known, but that there is one', () => {
    const shown = invoiceView(paidBy(disputed({ nonce: 'nonce_1' })));
    expect(shown).toMatchObject({ payments: [], attention: ['disputed'], status: 'FINALIZED' });
  });
});

test('a webhook event is shown as the contract says', () => {
  const { notice, claimed } = sessionPaid();
  const event: ReceivedEvent = {
    eventId: 'evt_1',
    type: 'checkout.session.completed',
    livemode: false,
    createdAt: AT,
    invoiceId: 'inv_1',
    customerId: 'cus_1',
    amount: '1299.00',
    currency: 'USD',
    providerPaymentId: 'pi_1',
    payment: { notice, claimed, orgId: 'org_1', envId: 'prod' },
    status: 'applied',
    reason: null,
    receivedAt: AT,
    processedAt: AT,
    deliveries: 2,
  };
  expect(eventView(event)).toEqual({
    event_id: 'evt_1',
    type: 'checkout.session.completed',
    status: 'applied',
    reason: null,
    invoice_id: 'inv_1',
    customer_id: 'cus_1',
    amount: '1299.00',
    currency: 'USD',
    provider_payment_id: 'pi_1',
    livemode: false,
    created_at: AT,
    received_at: AT,
    processed_at: AT,
    deliveries: 2,
  });
});
