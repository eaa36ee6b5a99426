import { Button, Center, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Logo } from '../components/logo.tsx';

type Props = {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: string;
  readonly onAction?: () => void;
  readonly isBusy?: boolean;
};

/** One thing to say, and at most one thing to do: what is shown instead of a page. */
export function Screen({ title, children, action, onAction, isBusy = false }: Props) {
  const main = useRef<HTMLDivElement>(null);
  // It takes a page's place: a screen reader begins here.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever it says something else
  useEffect(() => main.current?.focus(), [title]);
  return (
    <Center component="main" mih="100dvh" p="md" ref={main} tabIndex={-1} className="screen">
      <title>{`${title} · Fluxrate`}</title>
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={400}>
        <Stack align="center" ta="center" gap="md">
          <Logo size={40} />
          <Title order={1} size="h3">
            {title}
          </Title>
          {children && <Text c="dimmed">{children}</Text>}
          {action && (
            <Button onClick={onAction} loading={isBusy} fullWidth>
              {action}
            </Button>
          )}
          {!action && isBusy && <Loader size="sm" aria-hidden />}
        </Stack>
      </Paper>
    </Center>
  );
}
