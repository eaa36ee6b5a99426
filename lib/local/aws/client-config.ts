import { REGION } from '../intrinsics.ts';

/** For our own calls to an AWS that asks for credentials but does not know any. */
export function clientConfig(endpoint: string) {
  return {
    endpoint,
    region: process.env['AWS_REGION'] ?? REGION,
    credentials: {
      accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? 'local',
      secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? 'local',
    },
  };
}
