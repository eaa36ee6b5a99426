import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** The bundle of a handler. */
export type CodeOf = (handler: string) => Code;

export type HandlerFunctionProps = {
  readonly stage: string;
  readonly codeOf: CodeOf;
  readonly memoryMegabytes?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  /** Invocations at once, set aside for it and no more. */
  readonly concurrency?: number | undefined;
};

export const functionName = (stage: string, handler: string) => `fluxrate-${stage}-${handler}`;

const pascalCase = (name: string) =>
  name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/**
 * The Lambda function `fluxrate-{stage}-{handler}`: its role may write its own logs and traces, and what else it is granted.
 *
 * The role is not AWS's AWSLambdaBasicExecutionRole, which may write to every log group of the account.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
 */
export function handlerFunction(
  scope: Construct,
  handler: string,
  props: HandlerFunctionProps,
): LambdaFunction {
  const home = new Construct(scope, pascalCase(handler));
  const logGroup = new LogGroup(home, 'Logs', {
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const role = new Role(home, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  return new LambdaFunction(home, 'Function', {
    functionName: functionName(props.stage, handler),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: props.codeOf(handler),
    handler: 'index.handler',
    memorySize: props.memoryMegabytes ?? 256,
    timeout: Duration.seconds(props.timeoutSeconds ?? 15),
    ...(props.concurrency !== undefined && { reservedConcurrentExecutions: props.concurrency }),
    tracing: Tracing.ACTIVE,
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
  });
}
