import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import { synthesize } from './synthesize.ts';

const { api } = synthesize();
const only = (template: Template, type: string) => {
  const [entry, ...others] = Object.entries(template.findResources(type));
  if (!entry || others.length > 0) throw new Error(`${others.length} other resources are ${type}`);
  const [id, { Properties }] = entry;
  return { id, properties: Properties };
};

const distribution = only(api, 'AWS::CloudFront::Distribution');
const { DefaultCacheBehavior, CacheBehaviors, Origins, ...config } =
  distribution.properties.DistributionConfig;
const pageUrl = `https://<${distribution.id},DomainName>`;
type Origin = { readonly Id: string };
const originOf = ({ TargetOriginId }: { readonly TargetOriginId: string }): Origin | undefined =>
  Origins.find(({ Id }: Origin) => Id === TargetOriginId);
const cspOf = (template: Template) =>
  only(template, 'AWS::CloudFront::ResponseHeadersPolicy').properties.ResponseHeadersPolicyConfig
    .SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;
/** A text with its references to other resources in brackets. */
const flat = (value: unknown): string =>
  v
    .parse(Join, value)
    ['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : `<${Object.values(part).join('.')}>`))
    .join('');
const Join = v.object({
  'Fn::Join': v.tuple([
    v.literal(''),
    v.array(v.union([v.string(), v.record(v.string(), v.union([v.string(), v.array(v.string())]))])),
  ]),
});

// Policies that AWS keeps: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const allViewerExceptHostHeader = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

describe('the bucket', () => {
  const bucket = only(api, 'AWS::S3::Bucket');

  it('is private and encrypted', () => {
    expect(bucket.properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
  });

  it('is read by this distribution alone, and by nobody without TLS', () => {
    const { Statement } = only(api, 'AWS::S3::BucketPolicy').properties.PolicyDocument;
    const allowed = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(allowed).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket.id, 'Arn'] }, '/*']] },
        Condition: {
          StringEquals: {
            'AWS:SourceArn': {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':cloudfront::',
                  { Ref: 'AWS::AccountId' },
                  ':distribution/',
                  { Ref: distribution.id },
                ],
              ],
            },
          },
        },
      },
    ]);
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('is signed for by an origin access control', () => {
    const control = only(api, 'AWS::CloudFront::OriginAccessControl');
    expect(control.properties.OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
    expect(originOf(DefaultCacheBehavior)).toMatchObject({
      DomainName: { 'Fn::GetAtt': [bucket.id, 'RegionalDomainName'] },
      OriginAccessControlId: { 'Fn::GetAtt': [control.id, 'Id'] },
    });
  });
});

describe('a page’s path', () => {
  const { FunctionCode, FunctionConfig } = only(api, 'AWS::CloudFront::Function').properties;
  const rewritten = (uri: string) =>
    v.parse(
      v.object({ uri: v.string() }),
      runInNewContext(`${FunctionCode}; handler({ request: { uri } })`, { uri }),
    ).uri;

  it.each(['/', '/prod/integrations', '/prod/invoices/inv_1', '/signed-in', '/a.b/invoices', '/trailing.d/'])(
    '%s answers the page',
    (uri) => {
      expect(rewritten(uri)).toBe('/index.html');
    },
  );

  it.each(['/index.html', '/config.json', '/assets/app-4F2K.js', '/assets/none.css'])(
    '%s answers the file of that name, or none',
    (uri) => {
      expect(rewritten(uri)).toBe(uri);
    },
  );

  it('is told from a file before the bucket is asked, so that no error becomes a page', () => {
    expect(FunctionConfig.Runtime).toBe('cloudfront-js-2.0');
    expect(DefaultCacheBehavior.FunctionAssociations).toMatchObject([{ EventType: 'viewer-request' }]);
    expect(config).toMatchObject({ DefaultRootObject: 'index.html' });
    expect(config).not.toHaveProperty('CustomErrorResponses');
  });
});

describe('the API', () => {
  it('is the one other origin, and is reached below /api/ alone', () => {
    expect(CacheBehaviors).toHaveLength(1);
    expect(Origins).toHaveLength(2);
    const [behavior] = CacheBehaviors;
    expect(behavior.PathPattern).toBe('/api/*');
    expect(originOf(behavior)).toMatchObject({
      DomainName: {
        'Fn::Join': [
          '',
          [
            { Ref: only(api, 'AWS::ApiGatewayV2::Api').id },
            '.execute-api.',
            { Ref: 'AWS::Region' },
            '.',
            { Ref: 'AWS::URLSuffix' },
          ],
        ],
      },
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
    });
  });

  it('gets every request as it is, token included, and nothing of it is cached', () => {
    expect([...CacheBehaviors[0].AllowedMethods].sort()).toEqual([
      'DELETE',
      'GET',
      'HEAD',
      'OPTIONS',
      'PATCH',
      'POST',
      'PUT',
    ]);
    expect(CacheBehaviors[0]).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: cachingDisabled,
      OriginRequestPolicyId: allViewerExceptHostHeader,
    });
  });
});

describe('answers', () => {
  it('come over TLS alone', () => {
    expect(DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
  });

  it('carry the security headers, the API’s too', () => {
    const policy = only(api, 'AWS::CloudFront::ResponseHeadersPolicy');
    for (const behavior of [DefaultCacheBehavior, ...CacheBehaviors]) {
      expect(behavior.ResponseHeadersPolicyId).toEqual({ Ref: policy.id });
    }
    expect(policy.properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig).toMatchObject({
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true },
    });
  });

  it('say exactly what the page may load and call', () => {
    expect(flat(cspOf(api))).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self' https://cognito-idp.<AWS::Region>.<AWS::URLSuffix> " +
        'https://fluxrate-prod-<AWS::AccountId>.auth.<AWS::Region>.amazoncognito.com; ' +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
  });
});

describe('the client', () => {
  const { properties } = only(api, 'AWS::Cognito::UserPoolClient');

  it('has no secret, and gets a code alone from the sign-in page', () => {
    expect(properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      SupportedIdentityProviders: ['COGNITO'],
    });
  });

  it('sends people back to this page, and nowhere else', () => {
    expect(properties.CallbackURLs.map(flat)).toEqual([`${pageUrl}/signed-in`]);
    expect(properties.LogoutURLs.map(flat)).toEqual([`${pageUrl}/signed-out`]);
  });
});

describe('the files', () => {
  const deployments = Object.entries(api.findResources('Custom::CDKBucketDeployment'));
  const [hashed, other] = ['immutable', 'no-cache'].map((word) =>
    deployments.find(([, { Properties }]) => Properties.SystemMetadata['cache-control'].includes(word)),
  );

  it('whose names hold a hash are kept for a year, and stay for those who have an older page open', () => {
    expect(hashed?.[1]['Properties']).toMatchObject({
      Exclude: ['*'],
      Include: ['assets/*'],
      Prune: false,
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
  });

  it('that name those come after them, and are asked for anew each time', () => {
    expect(other?.[1]['Properties']).toMatchObject({ Exclude: ['assets/*'], Prune: false });
    expect(other?.[1]['DependsOn']).toContain(hashed?.[0]);
  });

  it('tell the page its issuer and its client', () => {
    const [, markers] = other?.[1]['Properties'].SourceMarkers ?? [];
    expect(Object.values(markers)).toContainEqual({ Ref: only(api, 'AWS::Cognito::UserPoolClient').id });
    expect(Object.values(markers)).toContainEqual({ 'Fn::ImportValue': expect.stringContaining('Users') });
  });
});

describe('with another token issuer', () => {
  const jwt = { jwtIssuer: 'https://id.example.com/realm', jwtAudience: 'fluxrate' };

  it('the page may call that, and no Cognito', () => {
    expect(cspOf(synthesize(jwt).api)).toContain("connect-src 'self' https://id.example.com; ");
  });

  it('there is a page all the same, but not in the local system, which serves it itself', () => {
    synthesize({ ...jwt, dashboardClientId: 'page' }).api.hasOutput('DashboardUrl', {});
    const { api } = synthesize({ ...jwt, stage: 'local' });
    for (const type of ['AWS::CloudFront::Distribution', 'AWS::S3::Bucket', 'Custom::CDKBucketDeployment']) {
      api.resourceCountIs(type, 0);
    }
  });
});

describe('the address', () => {
  it('is CloudFront’s', () => {
    expect(
      flat(v.parse(v.object({ Value: v.unknown() }), api.findOutputs('DashboardUrl')['DashboardUrl']).Value),
    ).toBe(pageUrl);
  });

  it('is a domain of one’s own where there is one, and then asks for TLS 1.2', () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/one';
    const { api } = synthesize({
      dashboardDomain: 'dashboard.example.com',
      dashboardCertificateArn: certificate,
    });
    api.hasOutput('DashboardUrl', { Value: 'https://dashboard.example.com' });
    api.hasOutput('DashboardDomainTarget', {});
    api.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['dashboard.example.com'],
        ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: 'TLSv1.2_2021' },
      },
    });
    api.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      CallbackURLs: ['https://dashboard.example.com/signed-in'],
    });
  });
});
