import * as v from 'valibot';
import { lineItem } from './objects/line-items.ts';
import { invalidRequest } from './stripe-error.ts';
import type { Item, Row, World } from './world.ts';

const record = v.record(v.string(), v.unknown());

/** Replaces ids by what they name: `expand[]=data.payment_intent`. */
export function expand(world: World, scope: string, answer: object, paths: readonly string[]): unknown {
  // A round through JSON, since that is what the paths speak of.
  return paths.reduce<unknown>(
    (node, path) => expandPath(world, scope, node, path.split('.'), path),
    paths.length > 0 ? JSON.parse(JSON.stringify(answer)) : answer,
  );
}

function expandPath(
  world: World,
  scope: string,
  node: unknown,
  steps: readonly string[],
  path: string,
): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || node === null) return node;
  if (Array.isArray(node)) return node.map((one) => expandPath(world, scope, one, steps, path));
  if (!v.is(record, node)) throw notExpandable(path);

  const child = step === 'line_items' ? lineItemsOf(world, scope, node) : node[step];
  if (child === undefined) throw notExpandable(path);
  const expanded = typeof child === 'string' ? objectOf(world, scope, child) : child;
  if (expanded === undefined) throw notExpandable(path);
  return { ...node, [step]: expandPath(world, scope, expanded, rest, path) };
}

function objectOf(world: World, scope: string, id: string): unknown {
  const tables = [world.intents, world.charges, world.sessions, world.links, world.refunds];
  const row = tables.map((table): Row<unknown> | undefined => table.find(id)).find(Boolean);
  return row?.scope === scope ? row.object : undefined;
}

function lineItemsOf(world: World, scope: string, node: Record<string, unknown>): unknown {
  const id = String(node['id']);
  const row = world.links.find(id) ?? world.sessions.find(id);
  if (row?.scope !== scope) return undefined;
  const url = `/v1/${row.object.object === 'payment_link' ? 'payment_links' : 'checkout/sessions'}/${id}/line_items`;
  return { object: 'list', data: lineItems(row.items, row.object.livemode), has_more: false, url };
}

function lineItems(items: readonly Item[], livemode: boolean) {
  return items.map((item) => lineItem(item, livemode));
}

function notExpandable(path: string) {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}
