import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const Resource = v.object({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
});
const Template = v.object({
  Parameters: v.optional(v.record(v.string(), v.object({ Default: v.optional(v.unknown()) })), {}),
  Resources: v.optional(v.record(v.string(), Resource), {}),
  Outputs: v.optional(
    v.record(
      v.string(),
      v.object({ Value: v.unknown(), Export: v.optional(v.object({ Name: v.unknown() })) }),
    ),
    {},
  ),
});
const Manifest = v.object({
  artifacts: v.record(v.string(), v.object({ type: v.string(), properties: v.optional(v.unknown()) })),
});
const StackProperties = v.object({ templateFile: v.string(), stackName: v.optional(v.string()) });
const AssetManifestProperties = v.object({ file: v.string() });
const AssetManifest = v.object({
  files: v.optional(
    v.record(v.string(), v.object({ source: v.object({ path: v.optional(v.string()) }) })),
    {},
  ),
});

export type Resource = v.InferOutput<typeof Resource>;
export type Stack = { name: string } & v.InferOutput<typeof Template>;
export type CloudAssembly = { stacks: Stack[]; assetFolders: Map<string, string> };

/** What `cdk synth` wrote: the stacks' templates, and the folder of each asset by its hash. */
export function readAssembly(directory: string): CloudAssembly {
  const json = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const stacks: Stack[] = [];
  const assetFolders = new Map<string, string>();

  for (const [id, artifact] of Object.entries(v.parse(Manifest, json('manifest.json')).artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack') {
      const { templateFile, stackName } = v.parse(StackProperties, artifact.properties);
      stacks.push({ name: stackName ?? id, ...v.parse(Template, json(templateFile)) });
    }
    if (artifact.type === 'cdk:asset-manifest') {
      const { files } = v.parse(
        AssetManifest,
        json(v.parse(AssetManifestProperties, artifact.properties).file),
      );
      for (const [hash, { source }] of Object.entries(files)) {
        if (source.path !== undefined) assetFolders.set(hash, join(directory, source.path));
      }
    }
  }
  return { stacks, assetFolders };
}
