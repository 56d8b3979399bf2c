import { FEEDS, feedName } from '#shared/domain/ids';
import type { PracticeState } from '#shared/domain/practice';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { toneOf } from '../../components/feeds-table.tsx';
import { MaintenanceLine } from '../../components/maintenance-line.tsx';
import { Mark } from '../../components/mark.tsx';
import { count, DASH } from '../../format/numbers.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectFeeds } from '../../store/selectors.ts';

const WORLD_WORDS = {
  synthetic: 'invented from the seed',
  recorded: 'driven by recorded candles',
  none: 'none: the venues are the real ones',
} as const;

/** What the venues are made of; per feed what it lists and sends, beside what the engine makes of it. */
export function WorldCard({ practice }: { practice: PracticeState }) {
  const states = useAppSelector(selectFeeds);
  return (
    <Card title="World" pushed>
      <Facts>
        <Fact name="World">{WORLD_WORDS[practice.world]}</Fact>
        <Fact name="Seed">{practice.seed ?? DASH}</Fact>
      </Facts>
      {practice.feeds.length === 0 ? null : (
        <div className="cb-scroll-x">
          <table className="cb-table">
            <caption className="cb-hidden">Practice feeds</caption>
            <thead>
              <tr>
                <th scope="col">Feed</th>
                <th scope="col" className="cb-right">
                  Instruments
                </th>
                <th scope="col" className="cb-right">
                  Sockets
                </th>
                <th scope="col" className="cb-right">
                  Frames sent
                </th>
                <th scope="col">The engine sees</th>
              </tr>
            </thead>
            <tbody>
              {FEEDS.flatMap((feed) => practice.feeds.filter((one) => one.feed === feed)).map((one) => {
                const state = states.find(({ feed }) => feed === one.feed);
                return (
                  <tr key={one.feed}>
                    <th scope="row">{feedName(one.feed)}</th>
                    <td className="cb-right cb-num" title={one.instruments.join(', ')}>
                      {count(one.instruments.length)}
                    </td>
                    <td className="cb-right cb-num">{count(one.sockets)}</td>
                    <td className="cb-right cb-num">{count(one.framesSent)}</td>
                    <td>
                      {state === undefined ? (
                        <span className="cb-muted">not read</span>
                      ) : (
                        <Mark tone={toneOf(state)}>
                          {state.connection}, {state.fresh} of {state.instruments} fresh
                        </Mark>
                      )}
                      {state?.reason == null ? null : <span className="cb-second cb-reason">{state.reason}</span>}
                      {state === undefined ? null : <MaintenanceLine standing={state.maintenance} />}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
