import type { Tenant } from '../domain/tenant.ts';
import { type Log, Unavailable } from '../ports.ts';

export type Tolerated = 'done' | 'away' | 'fault';

/** Works on one of many, whose failure must not end the others' work. A fault is what somebody must see. */
export async function tolerate(
  { tenant, invoiceId }: { readonly tenant: Tenant; readonly invoiceId?: string },
  { log }: { readonly log: Log },
  work: () => Promise<void>,
): Promise<Tolerated> {
  const fields = {
    org_id: tenant.orgId,
    env_id: tenant.envId,
    ...(invoiceId !== undefined && { invoice_id: invoiceId }),
  };
  try {
    await work();
    return 'done';
  } catch (error) {
    if (error instanceof Unavailable) {
      log.warn('left for the next sweep', { ...fields, service: error.service });
      return 'away';
    }
    log.error('a fault in the sweep', {
      ...fields,
      error: error instanceof Error ? error.name : typeof error,
    });
    return 'fault';
  }
}
