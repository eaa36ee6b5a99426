import type { Contract } from './contract.ts';
import { contracts } from './contracts.ts';
import { componentSchemas } from './json-schema.ts';
import { operation } from './openapi-operation.ts';
import { type Route, routes } from './routes.ts';

/** The API as OpenAPI 3.1: made from the very schemas that requests are checked against, and answers made to. */
export function openApiDocument() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fluxrate for Stripe',
      version: '1',
      description:
        "Money is an integer in the currency's smallest unit. Times are RFC 3339 in UTC. Errors are RFC 9457 problems, whose code is stable; what API Gateway itself refuses has a message alone.",
    },
    servers: [{ url: '/' }],
    paths: paths(),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'An OAuth 2 access token whose claim org_id names the tenant, with the scope of the operation.',
        },
      },
    },
  };
}

function paths(): Readonly<Record<string, object>> {
  const routeOf: Readonly<Record<string, Route | undefined>> = routes;
  const paths: Record<string, object> = {};
  for (const [name, contract] of Object.entries<Contract>(contracts)) {
    const route = routeOf[name];
    if (!route) continue;
    const method = route.method.toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: operation(name, route, contract) };
  }
  return paths;
}
