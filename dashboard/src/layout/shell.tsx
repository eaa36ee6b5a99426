import { Anchor, Burger, Drawer, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { Logo } from '../components/logo.tsx';
import { AccountMenu } from './account-menu.tsx';
import { EnvironmentSwitch } from './environment-switch.tsx';
import { Navigation } from './navigation.tsx';

/** What is around every page. Mantine's AppShell writes style elements, which the Content-Security-Policy refuses. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation();
  const [isMenuOpen, menu] = useDisclosure(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere is done with the menu
  useEffect(menu.close, [path]);

  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="shell-header">
        <Group gap="sm" wrap="nowrap">
          <Burger
            className="shell-burger"
            opened={isMenuOpen}
            onClick={menu.toggle}
            size="sm"
            aria-label="Menu"
            aria-expanded={isMenuOpen}
          />
          <Anchor component={Link} href="/integrations" underline="never" c="inherit" className="shell-brand">
            <Logo />
            <Text span fw={650} size="lg" className="shell-name">
              Fluxrate
            </Text>
          </Anchor>
        </Group>
        <Group gap="xs" wrap="nowrap" className="shell-tools">
          <EnvironmentSwitch />
          <AccountMenu />
        </Group>
      </header>
      <aside className="shell-sidebar">
        <Navigation />
      </aside>
      <Drawer opened={isMenuOpen} onClose={menu.close} size="xs" title="Menu">
        <Navigation />
      </Drawer>
      <main className="shell-main" id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
