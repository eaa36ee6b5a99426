import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Route } from '../functions/http/routes.ts';
import type { Settings } from './settings.ts';

/**
 * One line of JSON a request: what helps an operator, and nothing of the caller. No address, header, query, path or token.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const accessLog = {
  request_id: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latency_ms: '$context.responseLatency',
  integration_latency_ms: '$context.integrationLatency',
  integration_error: '$context.integrationErrorMessage',
  authorizer_error: '$context.authorizer.error',
  error: '$context.error.message',
};

/** Whose tokens are taken, and for whom they must have been issued. */
export type TrustedTokens = { readonly issuer: string; readonly audience: string };

export const authorizerOf = ({ issuer, audience }: TrustedTokens): IHttpRouteAuthorizer =>
  new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: [audience] });

/** The gateway before the functions: it checks tokens and scopes, limits the rate, and logs. */
export class Gateway extends Construct {
  readonly api: HttpApi;
  /** Without a slash at its end. */
  readonly url: string;
  /** What the custom domain's DNS record must point to. */
  readonly domainTarget: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: string; readonly domain: Settings['domain'] },
  ) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { apiName: `fluxrate-${props.stage}`, createDefaultStage: false });
    const domainName =
      props.domain &&
      new DomainName(this, 'Domain', {
        domainName: props.domain.name,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', props.domain.certificateArn),
      });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 1_000, burstLimit: 2_000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', {
            retention: RetentionDays.THREE_MONTHS,
            removalPolicy: RemovalPolicy.RETAIN,
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
      ...(domainName && { domainMapping: { domainName } }),
    });
    this.url = props.domain ? `https://${props.domain.name}` : this.api.apiEndpoint;
    this.domainTarget = domainName?.regionalDomainName;
  }

  /** Sends a route's requests to a function: with a scope, only those whose token has it. */
  serve(
    name: string,
    { method, path, scope }: Route,
    fn: LambdaFunction,
    authorizer: IHttpRouteAuthorizer,
  ): void {
    this.api.addRoutes({
      path,
      methods: [HttpMethod[method]],
      integration: new HttpLambdaIntegration(name, fn),
      ...(scope && { authorizer, authorizationScopes: [scope] }),
    });
  }
}
