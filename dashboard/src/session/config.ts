import * as v from 'valibot';

const Config = v.object({ issuer: v.pipe(v.string(), v.url()), client_id: v.string(), scope: v.string() });
export type Config = v.InferOutput<typeof Config>;

/** Who signs people in: the one thing that differs between installations, so it is not built in. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`config.json was answered with ${response.status}`);
  return v.parse(Config, await response.json());
}
