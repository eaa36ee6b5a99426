/** One call of the API as acceptance checks see it; the key is never part of it. */
export type LoggedRequest = {
  method: string;
  path: string;
  idempotency_key: string | null;
  /** Null while it runs, and for good where a fault dropped the connection. */
  status: number | null;
  params: unknown;
};

export type RequestLog = {
  arrived(request: Omit<LoggedRequest, 'status'>): LoggedRequest;
  list(): readonly LoggedRequest[];
};

const KEPT = 50_000;

export function createRequestLog(): RequestLog {
  const requests: LoggedRequest[] = [];
  return {
    arrived: (request) => {
      const logged = { ...request, status: null };
      requests.push(logged);
      if (requests.length > KEPT) requests.shift();
      return logged;
    },
    list: () => requests,
  };
}
