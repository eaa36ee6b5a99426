import { writeFileSync } from 'node:fs';
import openapiTypescript from 'openapi-typescript';
import { openApiDocument } from '../functions/http/openapi.ts';

/** Where the types of the API stand. They are made, and kept beside the code that uses them. */
export const typesFile = 'dashboard/src/api/schema.ts';

/** The types of the API, as TypeScript, from the very document that it answers. */
export async function apiTypes(): Promise<string> {
  const document = JSON.parse(JSON.stringify(openApiDocument()));
  const types = await openapiTypescript(document, { commentHeader: '' });
  return [
    '// biome-ignore-all format: made by dashboard/generate-types.ts',
    '// biome-ignore-all lint: made by dashboard/generate-types.ts',
    types,
  ].join('\n');
}

if (import.meta.main) writeFileSync(typesFile, await apiTypes());
