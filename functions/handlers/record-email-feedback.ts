import { recordEmailFeedbackDeps } from '../composition-root.ts';
import { failureFields, log } from '../log.ts';
import { recordEmailFeedback } from '../use-cases/record-email-feedback.ts';

const deps = recordEmailFeedbackDeps();

/** Invoked with what SES tells of e-mails. Where it throws, Lambda repeats it; what is not for us is only logged. */
export async function handler(event: unknown): Promise<void> {
  for (const notice of deps.readFeedback(event)) {
    if (notice.kind !== 'feedback') {
      log.warn('not feedback on an e-mail of ours', { code: notice.kind });
      continue;
    }
    const { feedback } = notice;
    const fields = {
      org_id: feedback.tenant.orgId,
      env_id: feedback.tenant.envId,
      invoice_id: feedback.invoiceId,
      event_type: feedback.verdict,
    };
    const outcome = await recordEmailFeedback(feedback, deps).catch((error: unknown) => {
      log.error('feedback on an e-mail not recorded', { ...fields, ...failureFields(error) });
      throw new Error('Feedback on an e-mail could not be recorded. It is to be told again.');
    });
    log.info('feedback on an e-mail', {
      ...fields,
      code: outcome.kind,
      ...(outcome.kind === 'recorded' && { status: outcome.status }),
    });
  }
}
