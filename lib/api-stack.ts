import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISource } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { type Route, routes } from '../functions/http/routes.ts';
import { useDueIndex, useEventBus, useLists, useMail, useSecrets, useTable } from './access.ts';
import { Alarms } from './alarms.ts';
import { keepGivenUp } from './asynchronous-invocations.ts';
import { Dashboard } from './dashboard.ts';
import { dashboardConfig } from './dashboard-delivery.ts';
import type { DataStack } from './data-stack.ts';
import { EmailFeedback } from './email-feedback.ts';
import { type CodeOf, functionName, handlerFunction } from './function.ts';
import { functions, type Needs } from './functions.ts';
import { authorizerOf, Gateway, type TrustedTokens } from './http-api.ts';
import { followInvoices } from './invoice-changes.ts';
import { countLines } from './metrics.ts';
import type { Settings } from './settings.ts';
import { addressesOf, createUserPoolClient } from './user-pool.ts';

export type ApiStackProps = StackProps & {
  readonly settings: Settings;
  readonly codeOf: CodeOf;
  readonly page: ISource;
  readonly dataStack: DataStack;
};

/**
 * What can be thrown away and deployed anew: the gateway, the functions and the dashboard. They are one stack, because the
 * gateway takes tokens of a client that sends people back to the dashboard, which reaches the gateway on its own origin.
 */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { settings, codeOf, page, dataStack, ...props }: ApiStackProps) {
    super(scope, id, props);
    const { stage } = settings;
    const gateway = new Gateway(this, 'Gateway', { stage, domain: settings.domain });
    const authorizer = authorizerOf(this.#addDashboard(gateway, { settings, page, dataStack }));
    const emailFeedback = new EmailFeedback(this, 'EmailFeedback', stage);
    const alarms = settings.alarmEmail ? new Alarms(this, 'Alarms', settings.alarmEmail) : undefined;
    alarms?.watchApi(gateway.api);

    const routeOf: Readonly<Record<string, Route | undefined>> = routes;
    for (const [name, needs] of Object.entries(functions)) {
      const concurrency = name === 'finalize-invoice' ? settings.finalizeConcurrency : undefined;
      const fn = handlerFunction(this, name, { ...needs, stage, codeOf, concurrency });
      give(fn, needs, dataStack, { settings, publicUrl: gateway.url, emailFeedback });
      const route = routeOf[name];
      if (route) gateway.serve(name, route, fn, authorizer);
      if (needs.givenUp) this.#keepGivenUp(fn, needs.givenUp, alarms);
      countLines(fn, name, { stage, alarms });
      if (needs.hearsOfMail) emailFeedback.tell(fn);
      if (needs.followsInvoices) {
        followInvoices(fn, dataStack.data, { name, alarms, ...needs.followsInvoices });
      }
      if (needs.everyMinutes) runEvery(fn, needs.everyMinutes);
      if (needs.alarm) alarms?.watchFunction(name, fn, needs.alarm);
    }

    new CfnOutput(this, 'ApiUrl', { value: gateway.url });
    new CfnOutput(this, 'WebhookUrlPattern', {
      value: `${gateway.url}/api/v1/webhooks/stripe/tenant_{org_id}/{env_id}`,
    });
    new CfnOutput(this, 'EventBusName', { value: dataStack.eventBus.eventBusName });
    new CfnOutput(this, 'FinalizeFunctionName', { value: functionName(stage, 'finalize-invoice') });
    if (gateway.domainTarget) {
      new CfnOutput(this, 'ApiDomainTarget', {
        value: gateway.domainTarget,
        description: 'Point a CNAME or alias record of the API domain to this name.',
      });
    }
  }

  #keepGivenUp(
    fn: LambdaFunction,
    { keep, alarm }: NonNullable<Needs['givenUp']>,
    alarms: Alarms | undefined,
  ): void {
    const queue = keepGivenUp(fn, { alarms, alarm });
    new CfnOutput(this, `${keep}QueueUrl`, { value: queue.queueUrl });
  }

  /** The page, and whose tokens it brings: another issuer's, or those of the app's own user pool. */
  #addDashboard(
    gateway: Gateway,
    { settings, page, dataStack: { userPool } }: Pick<ApiStackProps, 'settings' | 'page' | 'dataStack'>,
  ): TrustedTokens {
    const { jwt } = settings;
    if (jwt) {
      // The local system serves the page itself.
      if (settings.isLocal) return jwt;
      const dashboard = this.#createDashboard(gateway, settings, [new URL(jwt.issuer).origin]);
      dashboard.publish(page, dashboardConfig(jwt.issuer, settings.dashboardClientId ?? jwt.audience));
      return jwt;
    }
    if (!userPool) throw new Error('There is neither a token issuer nor a user pool');
    const { issuer, origins } = addressesOf(userPool, settings.stage);
    const dashboard = this.#createDashboard(gateway, settings, origins);
    const { userPoolClientId } = createUserPoolClient(this, { userPool, dashboardUrl: dashboard.url });
    dashboard.publish(page, dashboardConfig(issuer, userPoolClientId));
    new CfnOutput(this, 'UserPoolId', { value: userPool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: userPoolClientId });
    return { issuer, audience: userPoolClientId };
  }

  #createDashboard(
    { api }: Gateway,
    { dashboardDomain }: Settings,
    issuerOrigins: readonly string[],
  ): Dashboard {
    const dashboard = new Dashboard(this, 'Dashboard', {
      apiHost: `${api.apiId}.execute-api.${this.region}.${this.urlSuffix}`,
      issuerOrigins,
      domain: dashboardDomain,
    });
    new CfnOutput(this, 'DashboardUrl', { value: dashboard.url });
    if (dashboard.domainTarget) {
      new CfnOutput(this, 'DashboardDomainTarget', {
        value: dashboard.domainTarget,
        description: 'Point a CNAME or alias record of the dashboard domain to this name.',
      });
    }
    return dashboard;
  }
}

/** One that failed, or could not be started, is made up for by the next: Lambda's own repetitions would run beside it. */
function runEvery(fn: LambdaFunction, minutes: number): void {
  fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(minutes) });
  new Rule(fn, 'Schedule', {
    schedule: Schedule.rate(Duration.minutes(minutes)),
    targets: [new LambdaTarget(fn, { event: RuleTargetInput.fromObject({}), retryAttempts: 0 })],
  });
}

/** Turns a function's needs into permissions and environment variables. */
function give(
  fn: LambdaFunction,
  needs: Needs,
  { data, senderEmail, eventBus }: DataStack,
  {
    settings,
    publicUrl,
    emailFeedback,
  }: { readonly settings: Settings; readonly publicUrl: string; readonly emailFeedback: EmailFeedback },
): void {
  for (const access of needs.table ?? []) useTable(fn, data, access);
  if (needs.lists) useLists(fn, data, needs.lists);
  if (needs.findsDue) useDueIndex(fn, data);
  if (needs.encrypts ?? needs.decrypts) useSecrets(fn, data.key, needs);
  if (needs.sendsMail) useMail(fn, senderEmail, emailFeedback.configurationSetName);
  if (needs.publishesEvents) useEventBus(fn, eventBus);
  if (needs.knowsPublicUrl) fn.addEnvironment('PUBLIC_URL', publicUrl);
  if (needs.setsFirstLook) fn.addEnvironment('FIRST_LOOK_SECONDS', String(settings.firstLookSeconds));
  if (needs.recordsEvents) fn.addEnvironment('EVENT_RETENTION_DAYS', String(settings.eventRetentionDays));
}
