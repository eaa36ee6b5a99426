import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';

/** What we are told of an e-mail: as SES names it, and as EventBridge does. */
const told: readonly (readonly [EmailSendingEvent, string])[] = [
  [EmailSendingEvent.BOUNCE, 'Email Bounced'],
  [EmailSendingEvent.COMPLAINT, 'Email Complaint Received'],
  [EmailSendingEvent.DELIVERY, 'Email Delivered'],
  [EmailSendingEvent.REJECT, 'Email Rejected'],
];

/**
 * The configuration set that e-mails are sent with: it has SES tell the account's default event bus, the only one that it
 * can, what becomes of them.
 * @see https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
 */
export class EmailFeedback extends Construct {
  readonly configurationSetName: string;

  constructor(scope: Construct, id: string, stage: string) {
    super(scope, id);
    const emails = new ConfigurationSet(this, 'Emails', { configurationSetName: `fluxrate-${stage}` });
    emails.addEventDestination('Feedback', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: told.map(([event]) => event),
    });
    this.configurationSetName = emails.configurationSetName;
  }

  /** Hands a function what is told of these e-mails, and of no others of the account. */
  tell(fn: LambdaFunction): void {
    new Rule(this, 'Rule', {
      eventPattern: {
        source: ['aws.ses'],
        detailType: told.map(([, detailType]) => detailType),
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSetName] } } },
      },
      targets: [new LambdaTarget(fn)],
    });
  }
}
