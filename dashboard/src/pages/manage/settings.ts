import type { Connection } from '../../api/types.ts';

export const blank = { name: '', secret_key: '', webhook_secret: '', revoke_previous: false };
export type Settings = typeof blank;

export type Changes = {
  readonly name?: string;
  readonly secret_key?: string;
  readonly webhook_secret?: string;
  readonly revoke_previous?: boolean;
};

/** What a person has changed of the form. */
export function changesOf(settings: Settings, { name }: Pick<Settings, 'name'>): Changes {
  const secretKey = settings.secret_key.trim();
  const webhookSecret = settings.webhook_secret.trim();
  return {
    ...(settings.name.trim() !== name && { name: settings.name.trim() }),
    ...(secretKey !== '' && { secret_key: secretKey }),
    ...(webhookSecret !== '' && {
      webhook_secret: webhookSecret,
      ...(settings.revoke_previous && { revoke_previous: true }),
    }),
  };
}

const OVERLAP_MS = 24 * 60 * 60 * 1000;

/** Until when the webhook secret that was replaced is taken, too; null where there was none, or it was revoked. */
export function overlapEnd(
  before: Connection,
  after: Connection,
  { revoke_previous }: Changes,
): string | null {
  if (!before.webhook_secret_set || revoke_previous) return null;
  return new Date(Date.parse(after.updated_at) + OVERLAP_MS).toISOString();
}
