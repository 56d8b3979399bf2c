import '@blueprintjs/core/lib/css/blueprint.css';
import '@fontsource-variable/inter/standard.css';
import './app/styles/tokens.css';
import './app/styles/base.css';
import './app/styles/shell.css';
import './app/styles/status.css';
import './app/styles/panels.css';
import './app/styles/dashboard.css';
import './app/styles/auto-mode.css';
import './app/styles/planner.css';
import './app/styles/accounts.css';
import './app/styles/market.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'react-redux';
import { invariant } from '#shared/kernel/invariant';
import { Shell } from './app/shell.tsx';
import { browserClock } from './bridge/browser-clock.ts';
import { openChannel } from './bridge/channel.ts';
import { EngineClient } from './bridge/client.ts';
import { attachStore } from './store/attach.ts';
import { createStore } from './store/store.ts';
import { keepUi, loadUi } from './store/ui-storage.ts';

const client = new EngineClient(openChannel(), browserClock);
const saved = loadUi(window.localStorage);
const store = createStore(client, saved.state, browserClock.monoMs);
const layoutProblem = saved.problem;
keepUi(store, window.localStorage, browserClock);
attachStore(client, store);

const root = document.getElementById('root');
invariant(root, 'index.html has a #root');
createRoot(root).render(
  <StrictMode>
    <Provider store={store}>
      <Shell layoutProblem={layoutProblem} />
    </Provider>
  </StrictMode>,
);
