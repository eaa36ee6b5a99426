import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useRef } from 'react';
import { Link } from 'wouter';
import type { Connection } from '../../api/types.ts';
import { MoreIcon } from '../../components/icons.tsx';
import { DisconnectModal } from './disconnect-modal.tsx';

/** ···: what is seldom wanted. */
export function ConnectionMenu({ connection }: { readonly connection: Connection }) {
  const button = useRef<HTMLButtonElement>(null);
  // The item that opened the dialog went with the menu, so the focus goes back to what opened that.
  const [isDisconnecting, disconnecting] = useDisclosure(false, { onClose: () => button.current?.focus() });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon ref={button} variant="default" size={36} aria-label="More actions">
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} href="/integrations/webhook-events">
            Webhook Events
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item c="var(--mantine-color-error)" onClick={disconnecting.open}>
            Disconnect
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DisconnectModal connection={connection} isOpen={isDisconnecting} onClose={disconnecting.close} />
    </>
  );
}
