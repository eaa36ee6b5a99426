/** The code of a system error (`ENOENT`, `ECONNREFUSED`, …). */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
