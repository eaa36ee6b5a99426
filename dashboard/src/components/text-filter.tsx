import { Autocomplete } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

type Props = {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly suggestions?: readonly string[];
  readonly error?: string | null;
  readonly onChange: (value: string) => void;
};

/** A filter that one types; it is asked for once the typing has paused. */
export function TextFilter({ label, placeholder, value, suggestions = [], error, onChange }: Props) {
  const [typed, setTyped] = useState(value);
  const report = useDebouncedCallback((text: string) => onChange(text.trim()), 400);
  useEffect(() => setTyped(value), [value]);
  return (
    <Autocomplete
      label={label}
      placeholder={placeholder}
      data={[...suggestions]}
      value={typed}
      error={error}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      maxDropdownHeight={400}
      autoComplete="off"
      spellCheck={false}
      className="filter"
      comboboxProps={{ withinPortal: false, width: 'max-content', position: 'bottom-start' }}
      onChange={(text) => {
        setTyped(text);
        report(text);
      }}
    />
  );
}
