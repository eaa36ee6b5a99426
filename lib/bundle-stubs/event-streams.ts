/** Stands in for event streams, which the SDK loads only for operations that we do not use. */
export const eventStreamSerdeProvider = undefined;

export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are not part of this bundle');
  }
}
