import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { dashboardConfig } from '../dashboard-delivery.ts';
import { readAssembly } from './assembly.ts';
import { createAws } from './aws/aws.ts';
import { startOwnBackend, useEmulator } from './aws/backend.ts';
import { createEmailEvents } from './aws/email-events.ts';
import { createEventRules } from './aws/event-rules.ts';
import { createControls } from './controls.ts';
import { createDashboard } from './dashboard.ts';
import { openDeadLetters } from './dead-letters.ts';
import { createGateway } from './gateway.ts';
import { openJournal } from './journal.ts';
import { startAsynchronous } from './lambda/asynchronous.ts';
import { startEventSources } from './lambda/event-sources.ts';
import { startLambda } from './lambda/lambda.ts';
import { HOST, listen } from './listen.ts';
import { createLogs } from './logs.ts';
import { freePort, freePortsInARow } from './ports.ts';
import { startSchedules } from './schedules.ts';
import { startStripeStandIn } from './stripe/stand-in.ts';
import { type Assembly, synthesize } from './synth.ts';
import type { GatewayRoute } from './template.ts';
import { audience, issuerPath, startTokenIssuer } from './token-issuer.ts';

export type SystemOptions = {
  /** Of the API; Stripe and AWS are on the next two. 0 chooses three free ones. */
  port: number;
  /** Where data outlives the process; in memory otherwise. */
  dataDir?: string | undefined;
  /** Replaces `http://localhost:PORT` in webhook URLs. */
  publicUrl?: string | undefined;
  /** Another AWS emulator, for DynamoDB, KMS and SES. */
  awsEndpointUrl?: string | undefined;
  /** Another Stripe than the stand-in, which runs all the same. */
  stripeApiBase?: string | undefined;
  webhookRetryDelaysMs?: number[] | undefined;
  /** The folder of a cloud assembly that `synthesize` wrote; it is synthesized anew otherwise. */
  cloudAssembly?: string | undefined;
  /** Gets the functions' logs, line by line. */
  log?: (line: string) => void;
};

export type System = { url: string; stripeUrl: string; awsUrl: string; close(): Promise<void> };

/** Runs what the CDK app synthesizes, and stand-ins for all that it needs. Throws a sentence where it cannot. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const closers: Array<() => unknown> = [];
  const close = async () => {
    await Promise.allSettled(closers.splice(0).map((closer) => closer()));
  };
  try {
    return { ...(await start(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: SystemOptions, closers: Array<() => unknown>): Promise<Omit<System, 'close'>> {
  const { dataDir, stripeApiBase, awsEndpointUrl } = options;
  const port = options.port || (await freePortsInARow(3));
  const stripePort = port + 1;
  const awsPort = port + 2;
  const url = `http://localhost:${port}`;
  const stripeUrl = `http://localhost:${stripePort}`;
  const awsUrl = `http://localhost:${awsPort}`;

  // The ports first: synthesizing takes seconds, and one in use should be said at once.
  const front = await serve(port, closers);
  const aws = await serve(awsPort, closers);
  await freePort(stripePort);
  const standIn = await startStripeStandIn({
    port: stripePort,
    host: HOST,
    publicUrl: stripeUrl,
    ...(dataDir !== undefined && { dataDir }),
    ...(options.webhookRetryDelaysMs && { webhookRetryDelaysMs: options.webhookRetryDelaysMs }),
  });
  closers.push(standIn.close);

  const issuer = await startTokenIssuer(url + issuerPath, dataDir);
  const backend = awsEndpointUrl === undefined ? await startOwnBackend(dataDir) : useEmulator(awsEndpointUrl);
  closers.push(backend.close);
  const synthesized = await assemblyIn(options.cloudAssembly);
  closers.push(synthesized.remove);
  const assembly = readAssembly(synthesized.directory);
  const { deployment, services } = await backend.deploy({ assembly, publicUrl: options.publicUrl ?? url });

  const logs = createLogs(options.log);
  const lambda = startLambda(deployment.functions, {
    logs,
    environment: {
      AWS_ENDPOINT_URL: awsEndpointUrl ?? `http://${HOST}:${awsPort}`,
      STRIPE_API_BASE: stripeApiBase ?? `http://${HOST}:${stripePort}`,
    },
  });
  closers.push(lambda.close);
  closers.push(startSchedules(deployment.schedules, lambda).close);
  const journal = openJournal(dataDir, 'lambda.jsonl');
  const deadLetters = openDeadLetters(journal);
  const asynchronous = startAsynchronous({ lambda, settings: deployment.asynchronous, journal, deadLetters });
  closers.push(asynchronous.close, journal.close);
  const eventSources = startEventSources(deployment.eventSources, {
    endpoint: backend.databaseEndpoint,
    lambda,
    journal,
    warn: console.warn,
  });
  closers.push(eventSources.close);

  const routes = deployment.routes.map((route) => trusting(issuer.url, route));
  const gateway = createGateway(routes, lambda, issuer.getKey);
  const controls = createControls({
    dashboard: createDashboard(
      join(synthesized.directory, 'dashboard'),
      dashboardConfig(issuer.url, audience),
    ),
    issuer,
    emails: backend.emails,
    events: backend.events,
    deadLetters,
    logs,
    urls: { stripe: stripeUrl, aws: awsUrl },
  });
  // As CloudFront splits them on AWS.
  front((request, response) => (request.url?.startsWith('/api/') ? gateway : controls)(request, response));
  const eventRules = createEventRules(deployment.eventRules, asynchronous);
  const emailEvents = createEmailEvents({
    emails: backend.emails,
    configurationSets: deployment.configurationSets,
    publish: (event) => eventRules.deliver('default', event),
  });
  aws(createAws(lambda, services, asynchronous, { 'POST /_test/email-events': emailEvents }));
  return { url, stripeUrl, awsUrl };
}

/** One that is there already stays. */
async function assemblyIn(directory: string | undefined): Promise<Assembly> {
  return directory === undefined ? synthesize() : { directory, remove: () => undefined };
}

const trusting = (issuer: string, { authorizer, ...route }: GatewayRoute): GatewayRoute => ({
  ...route,
  ...(authorizer && { authorizer: { ...authorizer, issuer } }),
});

/** Listens at once, and answers 503 until it is told what to answer. */
async function serve(
  port: number,
  closers: Array<() => unknown>,
): Promise<(listener: RequestListener) => void> {
  let current: RequestListener = (_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"Starting"}');
  };
  const server = await listen(port, (request, response) => current(request, response));
  closers.push(server.close);
  return (listener) => {
    current = listener;
  };
}
