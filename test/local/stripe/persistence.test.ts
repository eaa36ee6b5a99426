import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { clientOf, linkParams, openReceiver, openScene } from './harness.ts';

const SOURCE = new URL('../../../lib/local/stripe/stand-in.ts', import.meta.url).href;

/** A stand-in in a process of its own, that can be killed. */
async function spawnStandIn(dataDir: string): Promise<{ url: string; child: ChildProcess }> {
  const program = `
    const { startStripeStandIn } = await import(${JSON.stringify(SOURCE)});
    const options = { port: 0, dataDir: ${JSON.stringify(dataDir)}, webhookRetryDelaysMs: [60_000] };
    console.log((await startStripeStandIn(options)).url);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { url: String(line).trim(), child };
}

async function inTemporaryFolder(run: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stripe-'));
  try {
    await run(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

test('everything answered survives a kill -9, and undelivered events are taken up again', () =>
  inTemporaryFolder(async (dataDir) => {
    const key = 'sk_test_acme_canary99';
    const gone = await openReceiver();
    const { url, child } = await spawnStandIn(dataDir);
    const stripe = clientOf(url, key);
    await stripe.webhookEndpoints.create({ url: gone.url, enabled_events: ['payment_intent.succeeded'] });
    const link = await stripe.paymentLinks.create(linkParams(), { idempotencyKey: 'finalize-1' });
    await gone[Symbol.asyncDispose]();
    await fetch(`${url}/_test/payment-links/${link.id}/pay`, { method: 'POST', body: '{"outcome":"paid"}' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    appendFileSync(join(dataDir, 'stripe.jsonl'), '["payment_links","plink_torn",{"sco');

    await using back = await openReceiver(Number(new URL(gone.url).port));
    // The retry is due in a minute: the clock of the second life is past that.
    await using scene = await openScene({ dataDir, now: () => Date.now() + 61_000 });
    await back.until(1);
    expect(back.received[0]?.body).toContain('payment_intent.succeeded');

    const again = scene.client(key);
    expect(await again.paymentLinks.retrieve(link.id)).toMatchObject({
      url: link.url,
      restrictions: { completed_sessions: { count: 1 } },
    });
    expect((await again.paymentLinks.create(linkParams(), { idempotencyKey: 'finalize-1' })).id).toBe(
      link.id,
    );
    expect((await again.checkout.sessions.list({ payment_link: link.id })).data).toMatchObject([
      { payment_status: 'paid' },
    ]);
    expect((await again.events.list()).data.at(-1)).toMatchObject({ type: 'payment_link.created' });
    expect((await again.paymentLinks.list()).data).toHaveLength(1);

    const file = join(dataDir, 'stripe.jsonl');
    expect(readFileSync(file, 'utf8')).not.toContain('canary');
    expect(statSync(file).mode & 0o077).toBe(0);
  }));

test('what is deleted stays deleted', () =>
  inTemporaryFolder(async (dataDir) => {
    {
      await using scene = await openScene({ dataDir });
      const { webhookEndpoints } = scene.client();
      const params = { url: 'https://example.com', enabled_events: ['*' as const] };
      const first = await webhookEndpoints.create(params);
      await webhookEndpoints.create(params);
      await webhookEndpoints.del(first.id);
    }
    await using scene = await openScene({ dataDir });
    expect((await scene.client().webhookEndpoints.list()).data).toHaveLength(1);
  }));
