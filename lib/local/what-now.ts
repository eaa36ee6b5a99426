import type { System } from './system.ts';

/** What can be done with a system that has just started, to be copied from the terminal. */
export function whatNow({ url, stripeUrl, awsUrl }: System): string {
  return `
  Dashboard  ${url}/            e-mails  ${url}/_local/emails
  API        ${url}/api/v1/     all      ${url}/_local/
  Stripe     ${stripeUrl}             AWS      ${awsUrl}

  Open the dashboard, sign in and connect Stripe (any sk_test_… key is an account of its own). Or by the API:

    TOKEN=$(curl -s ${url}/_local/token -d '{"org_id":"acme"}' | sed 's/.*:"\\(.*\\)".*/\\1/')
    curl ${url}/api/v1/environments/prod/integrations/stripe -H "authorization: Bearer $TOKEN" \\
      -H 'content-type: application/json' -d '{"name":"Test","secret_key":"sk_test_acme1234"}'

  Finalize an invoice, then open its link from the inbox and pay:

    AWS_ENDPOINT_URL=${awsUrl} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x \\
      aws lambda invoke --function-name fluxrate-local-finalize-invoice --cli-binary-format raw-in-base64-out \\
      --payload '{"org_id":"acme","env_id":"prod","invoice":{"invoice_id":"inv_1","invoice_number":"INV-1",
        "customer_id":"cus_1","customer":{"name":"Ada","email":"ada@example.com"},"currency":"USD","amount_due":129900}}' /dev/stdout

  All of it by itself: npm start -- --demo        Stop: Ctrl-C
`;
}
