import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { type Config, loadConfig } from './session/config.ts';
import { SessionProvider } from './session/provider.tsx';
import { Screen } from './session/screen.tsx';
import './styles.css';
import { theme } from './theme.ts';

const root = createRoot(document.getElementById('root') ?? document.body);

await loadConfig().then(
  (config) => show(config),
  () => show(null),
);

function show(config: Config | null): void {
  root.render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        // Style elements, which the Content-Security-Policy refuses: the variables are in the stylesheet.
        withCssVariables={false}
        withGlobalClasses={false}
      >
        {config ? (
          <SessionProvider config={config}>
            <App />
          </SessionProvider>
        ) : (
          <Screen
            title="Fluxrate cannot be reached"
            action="Try again"
            onAction={() => window.location.reload()}
          >
            Check your connection, then try again.
          </Screen>
        )}
        <Notifications position="bottom-right" autoClose={6000} />
      </MantineProvider>
    </StrictMode>,
  );
}
