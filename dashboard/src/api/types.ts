import type { components } from './schema.ts';

type Schemas = components['schemas'];
export type Connection = Schemas['Connection'];
export type Invoice = Schemas['Invoice'];
export type Payment = Invoice['payments'][number];
export type Attention = Invoice['attention'][number];
export type WebhookEvent = Schemas['WebhookEvent'];
export type HealthCheck = {
  readonly check: string;
  readonly status: 'pass' | 'warn' | 'fail';
  readonly detail: string;
};
