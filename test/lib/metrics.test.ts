import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { counts } from '../../lib/metrics.ts';
import { synthesize } from './synthesize.ts';

const { api } = synthesize({ senderEmail: 'billing@example.com' });
const alarmed = synthesize({ alarmEmail: 'ops@example.com', stage: 'staging' }).api;

const folder = join(import.meta.dirname, '../../functions');
const source = globSync('**/*.ts', { cwd: folder })
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');

const all = Object.entries(counts).flatMap(([handler, ofHandler]) =>
  ofHandler.map((count) => ({ handler, ...count })),
);

/** The log group of a function. */
function logGroupOf(handler: string): unknown {
  const [fn] = Object.values(
    api.findResources('AWS::Lambda::Function', { Properties: { FunctionName: `fluxrate-prod-${handler}` } }),
  );
  return fn?.['Properties'].LoggingConfig.LogGroup;
}

describe.each(all)('$metric', ({ handler, metric, message, status, alarm }) => {
  it('counts lines of its function alone', () => {
    const only = status === undefined ? '' : ` && ($.status = ${status})`;
    api.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: logGroupOf(handler),
      FilterPattern: only === '' ? `{ $.message = "${message}" }` : `{ ($.message = "${message}")${only} }`,
      MetricTransformations: [
        { MetricNamespace: 'Fluxrate/prod', MetricName: metric, MetricValue: '1', DefaultValue: 0 },
      ],
    });
  });

  it('counts lines that are really written', () => {
    const written = new RegExp(`log\\.(info|warn|error)\\(\\s*'${message}'`);
    expect(source).toMatch(written);
  });

  it('is watched where somebody is hurt, who is named', () => {
    const watching = Object.values(
      alarmed.findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: metric } }),
    ).map(({ Properties }) => Properties);
    expect(watching).toHaveLength(alarm ? 1 : 0);
    for (const { Namespace, Threshold, Period, Statistic, AlarmDescription } of watching) {
      expect({ Namespace, Threshold, Period, Statistic }).toEqual({
        Namespace: 'Fluxrate/staging',
        Threshold: alarm?.perHour,
        Period: 3600,
        Statistic: 'Sum',
      });
      expect(AlarmDescription).toMatch(/Customers/);
    }
  });
});

describe('case 6: a signature that fails', () => {
  it('is counted, and somebody is told once it happens again and again', () => {
    alarmed.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'SignatureFailures',
      Threshold: 5,
    });
  });
});
