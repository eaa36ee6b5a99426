import type { GatewayRoute } from './template.ts';

export type Match = { route: GatewayRoute; pathParameters: Record<string, string> };
export type Matcher = (method: string, path: string) => Match | undefined;

/** Finds the route of a request as API Gateway does: whole segments, and a literal segment before a parameter. */
export function createMatcher(routes: GatewayRoute[]): Matcher {
  const candidates = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map((route) => {
      const [method = '', path = ''] = route.routeKey.split(' ');
      return { route, method, segments: path.split('/').slice(1) };
    })
    .sort((a, b) => specificity(b) - specificity(a));
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');

  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const candidate of candidates) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = matchSegments(candidate.segments, segments);
      if (pathParameters) return { route: candidate.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
    if (greedy !== undefined) {
      const rest = segments.slice(index).map(decodeURIComponent).join('/');
      return rest ? { ...parameters, [greedy]: rest } : undefined;
    }
    const segment = segments[index];
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (
      segment === undefined ||
      (name === undefined && segment !== part) ||
      (name !== undefined && segment === '')
    ) {
      return undefined;
    }
    if (name !== undefined) parameters[name] = decodeURIComponent(segment);
  }
  return pattern.length === segments.length ? parameters : undefined;
}

function specificity({ method, segments }: { method: string; segments: string[] }): number {
  const literals = segments.filter((segment) => !segment.startsWith('{')).length;
  const greedy = segments.some((segment) => segment.endsWith('+}'));
  return literals * 4 + (greedy ? 0 : 2) + (method === 'ANY' ? 0 : 1);
}
