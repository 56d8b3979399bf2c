import { memo } from 'react';
import { feedName } from '#shared/domain/ids';
import type { FeedState } from '#shared/domain/market';
import { count } from '../format/numbers.ts';
import { signedMsText, spanText } from '../format/time.ts';
import { Age } from './age.tsx';
import { MaintenanceLine } from './maintenance-line.tsx';
import { Mark, type Tone } from './mark.tsx';

const HEADS: readonly (readonly [head: string, title: string])[] = [
  ['Connection', 'State of its sockets, and how often it connected'],
  ['Fresh', 'Instruments whose book may be traded on, of all it lists'],
  ['Heard', 'Time since anything came from it'],
  ['Skew', 'Its clock against ours'],
  ['Trip', 'Round trip of its server-time call'],
  ['Lag p50', 'Median of receive time less venue time, skew taken off'],
  ['Lag p99', '99 of 100 updates arrive within this'],
  ['Frames', 'Frames decoded since the start'],
  ['Gaps', 'Sequence gaps since the start'],
  ['Sums', 'Bad checksums since the start'],
  ['Errors', 'Frames that could not be decoded'],
  ['Again', 'Reconnects since the start'],
];

/** Every feed's connection and counters, one row each. */
export function FeedsTable({ feeds }: { feeds: readonly FeedState[] }) {
  return (
    <div className="cb-scroll-x">
      <table className="cb-table cb-small">
        <caption className="cb-hidden">Connection and counters of each feed</caption>
        {HEAD}
        <tbody>
          {feeds.map((feed) => (
            <FeedRow key={feed.feed} feed={feed} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const HEAD = (
  <thead>
    <tr>
      <th scope="col">Feed</th>
      {HEADS.map(([head, title]) => (
        <th key={head} scope="col" className="cb-right" title={title}>
          {head}
        </th>
      ))}
    </tr>
  </thead>
);

const FeedRow = memo(function FeedRow({ feed }: { feed: FeedState }) {
  return (
    <tr className={feed.reason === null ? undefined : 'cb-stale'}>
      <th scope="row" title={feed.maintenance.note ?? undefined}>
        {feedName(feed.feed)}
        {feed.reason === null ? null : <span className="cb-second cb-reason">{feed.reason}</span>}
        <MaintenanceLine standing={feed.maintenance} />
      </th>
      <td className="cb-right">
        <Mark tone={toneOf(feed)}>{feed.connection}</Mark> <span className="cb-unit">#{feed.epoch}</span>
      </td>
      <td className="cb-right cb-num">
        {feed.fresh} of {feed.instruments}
      </td>
      <td className="cb-right">
        <Age atMs={feed.lastHeardAtMs} />
      </td>
      <td className="cb-right cb-num">{signedMsText(feed.skewMs)}</td>
      <td className="cb-right cb-num">{spanText(feed.roundTripMs)}</td>
      <td className="cb-right cb-num">{spanText(feed.lagP50Ms)}</td>
      <td className="cb-right cb-num">{spanText(feed.lagP99Ms)}</td>
      <td className="cb-right cb-num">{count(feed.frames)}</td>
      <td className="cb-right cb-num">{count(feed.gaps)}</td>
      <td className="cb-right cb-num">{count(feed.checksumErrors)}</td>
      <td className="cb-right cb-num">{count(feed.decodeErrors)}</td>
      <td className="cb-right cb-num">{count(feed.reconnects)}</td>
    </tr>
  );
});

/** Bright only when it is not as it should be (UI-4). */
export function toneOf({ connection, fresh, instruments }: FeedState): Tone {
  if (connection === 'disconnected' || connection === 'stopped') return 'bad';
  if (connection === 'connecting') return 'warn';
  return fresh === instruments && instruments > 0 ? 'good' : fresh === 0 ? 'bad' : 'warn';
}
