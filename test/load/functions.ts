import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { awsClient, Invoice, type RunningSystem, type TenantOf } from '../system/running-system.ts';

/** The functions that are invoked directly. */
export type Functions = {
  /** Repeats the call where it is told to, as internal services do. */
  finalize(tenant: TenantOf, invoice: Readonly<Record<string, unknown>>): Promise<Invoice>;
  sweep(): Promise<void>;
  close(): void;
};

const FunctionError = v.object({ errorType: v.string() });
const MAX_CALLS = 20;

export function functionsOf(system: RunningSystem): Functions {
  const client = new LambdaClient(awsClient(system));
  const invoke = async (name: string, input: object): Promise<unknown> => {
    const command = new InvokeCommand({
      FunctionName: `fluxrate-local-${name}`,
      Payload: JSON.stringify(input),
    });
    const { Payload } = await client.send(command);
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };

  return {
    async finalize({ orgId, envId }, invoice) {
      for (let call = 1; ; call += 1) {
        const answer = await invoke('finalize-invoice', { org_id: orgId, env_id: envId, invoice });
        const error = v.safeParse(FunctionError, answer);
        if (!error.success) return v.parse(Invoice, answer);
        if (error.output.errorType !== 'try_again' || call === MAX_CALLS) {
          throw new Error(`finalize: ${error.output.errorType}, at call ${call}`);
        }
      }
    },
    async sweep() {
      await invoke('sweep', {});
    },
    close: () => client.destroy(),
  };
}
