import { NavLink, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { InvoiceIcon, PlugIcon, PulseIcon } from '../components/icons.tsx';

/** Where one can go. */
export function Navigation() {
  return (
    <nav aria-label="Dashboard">
      <Text size="xs" fw={600} c="dimmed" px="sm" pb={6}>
        Dashboard
      </Text>
      <Entry href="/integrations" label="Integrations" icon={<PlugIcon />} />
      <Entry href="/integrations/webhook-events" label="Webhook Events" icon={<PulseIcon />} isNested />
      <Entry href="/invoices" label="Invoices" icon={<InvoiceIcon />} />
    </nav>
  );
}

type EntryProps = {
  readonly href: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly isNested?: boolean;
};

function Entry({ href, label, icon, isNested = false }: EntryProps) {
  const [path] = useLocation();
  const isWithin = path === href || path.startsWith(`${href}/`);
  const isHere = isWithin && !(href === '/integrations' && path.startsWith('/integrations/webhook-events'));
  return (
    <NavLink
      component={Link}
      href={href}
      label={label}
      leftSection={icon}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      className="nav-entry"
      pl={isNested ? 'xl' : 'sm'}
    />
  );
}
