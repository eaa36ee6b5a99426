import type { Connection } from '../../api/types.ts';
import { Section } from '../../components/section.tsx';
import { SettingsForm } from './settings-form.tsx';

/** Its name, and its secrets, which can be replaced but never read. */
export function SettingsSection({ connection }: { readonly connection: Connection }) {
  return (
    <Section title="Settings" description="Leave a secret blank to keep the one that is saved.">
      <SettingsForm connection={connection} />
    </Section>
  );
}
