/** Stands in for DynamoDB's endpoint discovery, which is off unless asked for. */
export class EndpointCache {}
