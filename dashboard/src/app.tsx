import { Redirect, Route, Switch, useParams } from 'wouter';
import { PLATFORM_ID } from '../../functions/domain/tenant.ts';
import { DEFAULT_ENVIRONMENT } from './environment.ts';
import { Shell } from './layout/shell.tsx';
import { useArrival } from './layout/use-arrival.ts';
import { useKeptFocus } from './layout/use-kept-focus.ts';
import { IntegrationsPage } from './pages/integrations/page.tsx';
import { InvoicePage } from './pages/invoices/invoice-page.tsx';
import { InvoicesPage } from './pages/invoices/page.tsx';
import { ManagePage } from './pages/manage/page.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { WebhookEventsPage } from './pages/webhook-events/page.tsx';

/** Every page, by its path. The first segment is the environment, and links are written from there. */
export function App() {
  return (
    <Switch>
      <Route path="/">
        <Redirect to={`/${DEFAULT_ENVIRONMENT}/integrations`} replace />
      </Route>
      <Route path="/signed-in">
        <Redirect to="/" replace />
      </Route>
      <Route path="/:env" nest>
        <Environment />
      </Route>
    </Switch>
  );
}

function Environment() {
  const { env = '' } = useParams<{ env: string }>();
  useArrival();
  useKeptFocus();
  if (!PLATFORM_ID.test(env)) return <Redirect to="~/" replace />;
  return (
    // Another environment is another world: nothing of one stays on the page of the next.
    <Shell key={env}>
      <Switch>
        <Route path="/">
          <Redirect to="/integrations" replace />
        </Route>
        <Route path="/integrations" component={IntegrationsPage} />
        <Route path="/integrations/stripe" component={ManagePage} />
        <Route path="/integrations/webhook-events/:event_id?" component={WebhookEventsPage} />
        <Route path="/invoices" component={InvoicesPage} />
        <Route path="/invoices/:invoice_id" component={InvoicePage} />
        <Route component={NotFoundPage} />
      </Switch>
    </Shell>
  );
}
