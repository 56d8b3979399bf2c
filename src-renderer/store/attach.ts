import { TOPICS } from '#shared/contract/contract';
import type { EngineClient } from '../bridge/client.ts';
import { type RowsSink, rowsFeed, type ValueSink, valueFeed } from '../bridge/feeds.ts';
import { connectionSlice } from './connection.ts';
import { topicsOf } from './panel-topics.ts';
import type { AppStore } from './store.ts';
import type { rowsTopic } from './topic-rows.ts';
import type { valueTopic } from './topic-value.ts';
import {
  accounts,
  candidates,
  deals,
  feeds,
  keys,
  notifications,
  performanceTopic,
  practice,
  quotes,
  runtime,
  settings,
  status,
  vault,
} from './topics.ts';
import { ui } from './ui.ts';

/** Subscribes the store to the topics of the panel that is shown; from here on the store is their replica. */
export function attachStore(client: EngineClient, store: AppStore): void {
  const { dispatch } = store;

  const valueSink = <T extends object>({ actions }: ReturnType<typeof valueTopic<T>>): ValueSink<T> => ({
    snapshot: (value) => dispatch(actions.snapshot(value)),
    patch: (patch) => dispatch(actions.patch(patch)),
    forget: () => dispatch(actions.forget()),
    problem: (text) => dispatch(actions.problem(text)),
  });
  const rowsSink = <T>({ actions }: ReturnType<typeof rowsTopic<T>>): RowsSink<T> => ({
    snapshot: (rows, missing) => dispatch(actions.snapshot({ rows, missing })),
    change: (upserts, removes, missing) => dispatch(actions.change({ upserts, removes, missing })),
    forget: () => dispatch(actions.forget()),
    problem: (text) => dispatch(actions.problem(text)),
  });

  let panel = store.getState().ui.panel;
  client.follow(topicsOf(panel));
  store.subscribe(() => {
    const state = store.getState();
    if (state.ui.panel !== panel) {
      panel = state.ui.panel;
      client.follow(topicsOf(panel));
    }
    const theme = state.settings.value?.theme;
    if (theme !== undefined && theme !== state.ui.lastTheme) dispatch(ui.themeHeard(theme));
  });

  client.connect(
    [
      valueFeed('status', TOPICS.status.schema, valueSink(status)),
      valueFeed('runtime', TOPICS.runtime.schema, valueSink(runtime)),
      valueFeed('performance', TOPICS.performance.schema, valueSink(performanceTopic)),
      valueFeed('settings', TOPICS.settings.schema, valueSink(settings)),
      valueFeed('practice', TOPICS.practice.schema, valueSink(practice)),
      rowsFeed('feeds', TOPICS.feeds.schema, rowsSink(feeds)),
      rowsFeed('quotes', TOPICS.quotes.schema, rowsSink(quotes)),
      rowsFeed('candidates', TOPICS.candidates.schema, rowsSink(candidates)),
      rowsFeed('deals', TOPICS.deals.schema, rowsSink(deals)),
      rowsFeed('notifications', TOPICS.notifications.schema, rowsSink(notifications)),
      rowsFeed('accounts', TOPICS.accounts.schema, rowsSink(accounts)),
      rowsFeed('keys', TOPICS.keys.schema, rowsSink(keys)),
      valueFeed('vault', TOPICS.vault.schema, valueSink(vault)),
    ],
    (connection) => dispatch(connectionSlice.actions.changed(connection)),
  );
}
