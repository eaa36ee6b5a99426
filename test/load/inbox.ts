import * as v from 'valibot';
import { Invoice, type RunningSystem, type TenantOf, WebhookEvent } from '../system/running-system.ts';

const Emails = v.array(v.object({ to: v.string(), text: v.string() }));
const LINK = /https?:\/\/\S+\/pay\/\S+/;

/** Read again where a service behind the API was away. */
export async function readInvoice(tenant: TenantOf, invoiceId: string): Promise<Invoice> {
  for (;;) {
    const { status, body } = await tenant.api('GET', `/invoices/${invoiceId}`);
    if (status < 500) return v.parse(Invoice, body);
  }
}

export function listInvoices(tenant: TenantOf): Promise<readonly Invoice[]> {
  return listAll(tenant, '/invoices', Invoice);
}

export function listEvents(tenant: TenantOf): Promise<readonly v.InferOutput<typeof WebhookEvent>[]> {
  return listAll(tenant, '/integrations/stripe/webhook-events', WebhookEvent);
}

/** The link of each e-mail that an address got. */
export async function linksByAddress({
  url,
}: RunningSystem): Promise<ReadonlyMap<string, readonly string[]>> {
  const emails = v.parse(Emails, await (await fetch(`${url}/_local/emails`)).json());
  const linkIn = (text: string) => LINK.exec(text)?.[0] ?? 'none';
  return new Map(
    [...Map.groupBy(emails, ({ to }) => to)].map(([to, sent]) => [to, sent.map(({ text }) => linkIn(text))]),
  );
}

async function listAll<Item extends v.GenericSchema>(
  tenant: TenantOf,
  path: string,
  item: Item,
): Promise<readonly v.InferOutput<Item>[]> {
  const Page = v.object({ data: v.array(item), next_cursor: v.nullable(v.string()) });
  const found: v.InferOutput<Item>[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await tenant.api('GET', `${path}?limit=100${cursor && `&cursor=${cursor}`}`);
    const page: v.InferOutput<typeof Page> = v.parse(Page, body);
    found.push(...page.data);
    cursor = page.next_cursor;
  }
  return found;
}
