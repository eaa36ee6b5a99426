import { type Endpoint, endpoint } from './endpoint.ts';
import { account } from './objects/account.ts';
import { missingPermission, StripeError } from './stripe-error.ts';
import type { World } from './world.ts';

/** `GET /v1/account`: refused to restricted keys, as it mostly is at Stripe. */
export function accountEndpoints(world: World): Endpoint[] {
  const nameOf = (id: string) => world.accountNames.find(id)?.object ?? id;
  return [
    endpoint('GET', '/v1/account', {}, ({ key }) => {
      if (key.restricted) {
        throw missingPermission(key.masked, key.accountId, 'rak_accounts_kyc_basic_read');
      }
      return account(key.accountId, nameOf(key.accountId));
    }),
    endpoint('GET', '/v1/accounts/:id', {}, ({ key, id }) => {
      if (id !== key.accountId) throw noAccess(key.masked, id);
      if (key.restricted) throw missingPermission(key.masked, id, 'rak_accounts_kyc_basic_read');
      return account(id, nameOf(id));
    }),
  ];
}

function noAccess(masked: string, account: string): StripeError {
  return new StripeError(403, {
    type: 'invalid_request_error',
    code: 'account_invalid',
    message: `The provided key '${masked}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`,
  });
}
