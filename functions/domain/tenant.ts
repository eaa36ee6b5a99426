/** A tenant's environment: everything stored belongs to exactly one. */
export type Tenant = { readonly orgId: string; readonly envId: string };

/** The form of every id that the platform gives: tenants, environments, invoices, customers. */
export const PLATFORM_ID = /^[A-Za-z0-9_-]{1,64}$/;

export const PLATFORM_ID_RULE = 'must be 1 to 64 letters, digits, "_" or "-"';
