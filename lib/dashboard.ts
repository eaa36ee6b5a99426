import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import {
  cacheControl,
  contentSecurityPolicy,
  type DashboardConfig,
  fileName,
  hashedFiles,
} from './dashboard-delivery.ts';
import type { Settings } from './settings.ts';

export type DashboardProps = {
  /** The API's host, which the page reaches on its own origin. */
  readonly apiHost: string;
  /** Where the page gets its tokens. */
  readonly issuerOrigins: readonly string[];
  readonly domain: Settings['dashboardDomain'];
};

/** The page's bucket, and the distribution before it and the API: one origin, so nothing is said of CORS. */
export class Dashboard extends Construct {
  /** Without a slash at its end. */
  readonly url: string;
  /** What the custom domain's DNS record must point to. */
  readonly domainTarget: string | undefined;
  readonly #bucket: IBucket;

  constructor(scope: Construct, id: string, { apiHost, issuerOrigins, domain }: DashboardProps) {
    super(scope, id);
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // The CDK's class and its interface differ in a property that may be undefined.
    this.#bucket = bucket as IBucket;
    const responseHeadersPolicy = securityHeaders(this, issuerOrigins);
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Fluxrate dashboard',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      // Without a domain of its own CloudFront's certificate is used, and with it CloudFront's choice of TLS versions.
      ...(domain && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.#bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy,
        functionAssociations: [{ function: pageOfPath(this), eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        '/api/*': {
          origin: new HttpOrigin(apiHost, {
            protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
            originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          }),
          // Not redirected: a token that was sent in the clear is one to hear of.
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          responseHeadersPolicy,
        },
      },
    });
    this.url = `https://${domain?.name ?? distribution.distributionDomainName}`;
    this.domainTarget = domain && distribution.distributionDomainName;
  }

  /**
   * Uploads the page. What it loads is there before it, and what its predecessor loaded stays, for those who have that open.
   * Nothing else is cached, so nothing has to be invalidated.
   */
  publish(page: ISource, config: DashboardConfig): void {
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'DeploymentRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    const common = { destinationBucket: this.#bucket, prune: false, logGroup, role };
    const hashed = new BucketDeployment(this, 'HashedFiles', {
      ...common,
      sources: [page],
      exclude: ['*'],
      include: [hashedFiles],
      cacheControl: [CacheControl.fromString(cacheControl.hashed)],
    });
    const others = new BucketDeployment(this, 'OtherFiles', {
      ...common,
      sources: [page, Source.jsonData('config.json', config)],
      exclude: [hashedFiles],
      cacheControl: [CacheControl.fromString(cacheControl.other)],
    });
    others.node.addDependency(hashed);
  }
}

/**
 * Answers a page's path with the page, before the bucket is asked: an error of the API is never mistaken for one of those.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
function pageOfPath(scope: Construct): EdgeFunction {
  return new EdgeFunction(scope, 'PageOfPath', {
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(`function handler({ request }) {
  if (!${fileName}.test(request.uri)) request.uri = '/index.html';
  return request;
}`),
  });
}

function securityHeaders(scope: Construct, issuerOrigins: readonly string[]): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, 'SecurityHeaders', {
    responseHeadersPolicyName: `${Stack.of(scope).stackName}-dashboard`,
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(issuerOrigins), override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(365),
        includeSubdomains: true,
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
    },
  });
}
