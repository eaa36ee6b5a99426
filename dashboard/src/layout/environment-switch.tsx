import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { PLATFORM_ID } from '../../../functions/domain/tenant.ts';
import { focusFirstWrong } from '../components/focus-first-wrong.ts';
import { CheckIcon, ChevronIcon } from '../components/icons.tsx';
import { DEFAULT_ENVIRONMENT, useEnvironment } from '../environment.ts';
import { knownEnvironments, rememberEnvironment } from './known-environments.ts';

/** Names the environment, and goes to the same page of another. */
export function EnvironmentSwitch() {
  const current = useEnvironment();
  const [path, navigate] = useLocation();
  const button = useRef<HTMLButtonElement>(null);
  // The item that opened the dialog went with the menu, so the focus goes back to what opened that.
  const [isAsking, asking] = useDisclosure(false, { onClose: () => button.current?.focus() });
  useEffect(() => rememberEnvironment(current), [current]);

  const go = (environment: string) => {
    asking.close();
    // An id belongs to its environment: only the list that it stands in is there in the other.
    const [page = '/integrations'] =
      /^\/(integrations(\/(stripe|webhook-events))?|invoices)/.exec(path) ?? [];
    navigate(`~/${environment}${page}`);
  };

  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button
            ref={button}
            variant="default"
            size="sm"
            rightSection={<ChevronIcon size={16} />}
            aria-label={`Environment: ${current}`}
            className="environment"
          >
            {current}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {[...new Set([DEFAULT_ENVIRONMENT, ...knownEnvironments(), current])].map((environment) => (
            <Menu.Item
              key={environment}
              onClick={() => go(environment)}
              rightSection={environment === current ? <CheckIcon size={16} /> : null}
              aria-current={environment === current ? 'true' : undefined}
            >
              {environment}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={asking.open}>Another environment…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isAsking} onClose={asking.close} title="Another environment">
        <EnvironmentForm onChosen={go} />
      </Modal>
    </>
  );
}

function EnvironmentForm({ onChosen }: { readonly onChosen: (environment: string) => void }) {
  const form = useForm({
    initialValues: { environment: '' },
    validate: {
      environment: (id) => (PLATFORM_ID.test(id) ? null : 'Use 1 to 64 letters, digits, “_” or “-”.'),
    },
  });
  return (
    <form
      onSubmit={form.onSubmit(({ environment }) => onChosen(environment), focusFirstWrong(form))}
      noValidate
    >
      <TextInput
        label="Environment"
        description="Its id, as your platform gives it: such as prod, staging or test."
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('environment')}
      />
      <Button type="submit" mt="md" fullWidth>
        Go there
      </Button>
    </form>
  );
}
