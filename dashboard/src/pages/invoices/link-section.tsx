import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import type { Invoice } from '../../api/types.ts';
import { CopyField } from '../../components/copy-field.tsx';
import { ExternalIcon } from '../../components/icons.tsx';
import { Section } from '../../components/section.tsx';

/** Where the customer pays. */
export function LinkSection({ invoice }: { readonly invoice: Invoice }) {
  const link = invoice.payment_link;
  return (
    <Section
      title="Payment link"
      aside={
        link &&
        !link.active && (
          <Badge variant="light" color="gray">
            Closed
          </Badge>
        )
      }
    >
      {link ? (
        <Stack gap="sm">
          <CopyField value={link.url} label="Payment link" />
          {link.active && (
            <Group>
              <Button
                component="a"
                href={link.url}
                target="_blank"
                rel="noreferrer"
                variant="default"
                rightSection={<ExternalIcon size={16} />}
              >
                Open the payment page
              </Button>
            </Group>
          )}
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          {invoice.status === 'FINALIZING' ? 'It is being made. That may take a minute.' : 'There is none.'}
        </Text>
      )}
    </Section>
  );
}
