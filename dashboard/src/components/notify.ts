import { notifications } from '@mantine/notifications';

/** Says that something was done. What was not is said where it was asked for. */
export function notifyDone(message: string): void {
  notifications.show({
    message,
    color: 'green',
    withBorder: true,
    role: 'status',
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
