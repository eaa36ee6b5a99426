import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it, jest } from '@jest/globals';
import { keys } from '../../../functions/adapters/dynamodb/keys.ts';
import { inParallel } from '../../../functions/use-cases/in-parallel.ts';
import { dump, TABLE_NAME } from '../../support/dynamodb.ts';
import { startSystem } from '../../support/system.ts';
import { type ConnectedTenant, connect, finalizePayload } from '../../support/tenant.ts';
import { byTenant, normal, normalised } from './normalised.ts';
import { metBy, nameOf, startWire, type WireFault, wireFaultsOf } from './wire.ts';

const system = await startSystem();
const { aws, stripe, table } = system;
const wire = await startWire(system);
jest.spyOn(process.stdout, 'write').mockReturnValue(true);

/** Few enough that the functions’ short time-outs hold on a busy machine. */
const AT_ONCE = 4;
const INVOICE = { invoice_id: 'inv_1' };
type Owner = { readonly tenant: ConnectedTenant };
const isInvoice = (item: unknown) => Object(item).sk === 'INVOICE';
const codeOf = (error: unknown) => (error instanceof Error ? error.name : String(error));
const codeIn = (answer: unknown) => (typeof answer === 'string' ? answer : Object(answer).status);

const REQUESTS = [
  'dynamodb GetItem',
  'dynamodb PutItem',
  'kms Decrypt',
  'stripe POST /v1/payment_links',
  'dynamodb UpdateItem',
  'ses SendEmail',
  'dynamodb UpdateItem',
];
const SES = REQUESTS.indexOf('ses SendEmail') + 1;

/** The e-mail is out, and nobody can know it. */
function isMailUnknown({ request, kind, lasts }: WireFault): boolean {
  if (request === SES) return kind === 'after';
  return request > SES && lasts === 'from there on' && kind !== 'after';
}

/** As when the 28 seconds of a lease and of an e-mail's claim are over. */
async function endClaims(tenant: ConnectedTenant): Promise<void> {
  const Key = keys.invoice(tenant, INVOICE.invoice_id);
  const { Item } = await table.send(new GetCommand({ TableName: TABLE_NAME, Key }));
  if (!Item) return;
  const until = new Date(0).toISOString();
  const ended = (claim: unknown) => (typeof claim === 'object' && claim ? { ...claim, until } : null);
  const email = { ...Item['email'], claim: ended(Item['email'].claim) };
  await table.send(
    new PutCommand({ TableName: TABLE_NAME, Item: { ...Item, lease: ended(Item['lease']), email } }),
  );
}

it('case 25: case 27: the finalize function, whatever request of it fails, once or with all that follow, ends in one link and one e-mail', async () => {
  const faults = wireFaultsOf(REQUESTS);
  expect(faults).toHaveLength(2 * (6 * 4 + 5));
  const runs = await inParallel([null, ...faults], AT_ONCE, async (fault) => {
    const tenant = await connect(system);
    const payload = finalizePayload(tenant, INVOICE);
    const finalize = await system.start('finalize-invoice');
    const first = await wire.during(tenant, fault, () => finalize(payload).catch(codeOf));
    await endClaims(tenant);
    const last = await finalize(payload);
    const links = await stripe.read('/v1/payment_links?limit=100', tenant.secretKey);
    const mails = aws.emails().filter(({ tags }) => tags['org_id'] === tenant.orgId);
    const made = links.match(/"id": "plink_/g)?.length;
    return { tenant, fault, first, last: normal(last), made, mails: mails.length };
  });
  const items = byTenant(await dump(table));
  const invoiceOf = ({ tenant }: Owner) => normalised(items.get(tenant.orgId) ?? []).filter(isInvoice);
  const [whole, ...disturbed] = runs;
  if (!whole) throw new Error('nothing was finalized');
  expect(whole.first.requests).toEqual(REQUESTS);
  expect(whole).toMatchObject({
    made: 1,
    mails: 1,
    last: { status: 'FINALIZED', email: { status: 'sent' } },
  });

  for (const run of disturbed) {
    const at = nameOf(run.fault, REQUESTS);
    expect([at, metBy(run.first.requests, run.fault)]).toEqual([at, metBy(REQUESTS, run.fault)]);
    expect(['try_again', 'FINALIZED']).toContain(codeIn(run.first.answer));
    const mails = run.fault && isMailUnknown(run.fault) ? 2 : 1;
    expect([at, run.last, run.made, run.mails]).toEqual([at, whole.last, 1, mails]);
    expect([at, invoiceOf(run)]).toEqual([at, invoiceOf(whole)]);
  }
});
