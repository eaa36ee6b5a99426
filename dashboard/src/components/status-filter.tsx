import { Select } from '@mantine/core';

type Props<Status extends string> = {
  readonly words: Readonly<Record<Status, readonly [label: string, color: string]>>;
  readonly value: Status | undefined;
  readonly onChange: (status: string) => void;
};

export function StatusFilter<Status extends string>({ words, value, onChange }: Props<Status>) {
  const options = Object.entries<readonly [string, string]>(words).map(([status, [label]]) => ({
    value: status,
    label,
  }));
  return (
    <Select
      label="Status"
      placeholder="Any"
      data={options}
      value={value ?? null}
      onChange={(status) => onChange(status ?? '')}
      clearable
      clearButtonProps={{ 'aria-label': 'Clear Status' }}
      className="filter"
      comboboxProps={{ withinPortal: false }}
    />
  );
}

/** The status that an address names, if there is one of that name. */
export function statusIn<Status extends string>(
  words: Readonly<Record<Status, unknown>>,
  name: string | null,
): Status | undefined {
  return isKey(words, name) ? name : undefined;
}

function isKey<Key extends string>(of: Readonly<Record<Key, unknown>>, name: string | null): name is Key {
  return name !== null && Object.hasOwn(of, name);
}
