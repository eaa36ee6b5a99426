import { notifications } from '@mantine/notifications';

/** Says that something was done. What was not is said where it was asked for. */
export const notifyDone = (message: string) => notify(message, 'green');

/** Says what came of it, where that may not be what was hoped for. */
export const notifyOutcome = (message: string) => notify(message, 'blue');

function notify(message: string, color: string): void {
  notifications.show({
    message,
    color,
    withBorder: true,
    role: 'status',
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
