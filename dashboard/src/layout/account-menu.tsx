import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { CheckIcon, MoonIcon, ScreenIcon, SignOutIcon, SunIcon } from '../components/icons.tsx';
import { useSignOut } from '../session/sign-out.ts';

const SCHEMES: readonly (readonly [MantineColorScheme, label: string, icon: ReactNode])[] = [
  ['auto', 'As the system', <ScreenIcon key="auto" size={16} />],
  ['light', 'Light', <SunIcon key="light" size={16} />],
  ['dark', 'Dark', <MoonIcon key="dark" size={16} />],
];

/** What is the reader's own: light or dark, and the way out. */
export function AccountMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label="Appearance and account">
          <SunIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(([scheme, label, icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={icon}
            rightSection={scheme === colorScheme ? <CheckIcon size={16} /> : null}
            aria-current={scheme === colorScheme ? 'true' : undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<SignOutIcon size={16} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
