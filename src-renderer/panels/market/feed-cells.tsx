import type { ReactNode } from 'react';
import type { MarketRow } from '#shared/contract/rows';
import type { FundingState } from '#shared/domain/funding';
import { Age } from '../../components/age.tsx';
import { useEngineText } from '../../components/engine-time.ts';
import { Mark } from '../../components/mark.tsx';
import { countdownText, FUNDING_PROBLEM_WORDS, intervalText, rateText } from '../../format/funding.ts';
import { DASH, plain, price, signed } from '../../format/numbers.ts';
import { STALE_WORDS } from '../../format/words.ts';

const bpsText = (value: number | null): string => (value === null ? DASH : signed(value.toFixed(3), 2));

/** One instrument on one feed. Two values share a cell where they belong together; the first is the main one. */
export function FeedCells({ row }: { row: MarketRow }) {
  const { bid, bidSize, ask, askSize, quote, base } = row;
  return (
    <>
      <Pair title={`${bid ?? 'unknown'} ${quote} × ${bidSize ?? 'unknown'} ${base}`} main={price(bid)}>
        {plain(bidSize)}
      </Pair>
      <Pair title={`${ask ?? 'unknown'} ${quote} × ${askSize ?? 'unknown'} ${base}`} main={price(ask)}>
        {plain(askSize)}
      </Pair>
      <Pair title={row.stale?.detail ?? 'confirmed lately'} main={<Age atMs={row.freshAtMs} />}>
        {row.stale === null ? 'fresh' : `stale: ${STALE_WORDS[row.stale.cause]}`}
      </Pair>
      <td className="cb-right cb-num">{row.spreadBps === null ? DASH : plain(row.spreadBps.toFixed(3), 2)}</td>
      <td className="cb-right cb-num">{bpsText(row.basisBps)}</td>
      {row.funding === null ? <NoFunding spot={row.feed.endsWith(':spot')} /> : <FundingCells funding={row.funding} />}
      <td className="cb-right">{row.status === 'normal' ? 'normal' : <strong>{row.status}</strong>}</td>
    </>
  );
}

function Pair({ main, title, children }: { main: ReactNode; title?: string; children: ReactNode }) {
  return (
    <td className="cb-right cb-num" title={title}>
      {main}
      <span className="cb-second">{children}</span>
    </td>
  );
}

/** Spot has no funding; a perpetual whose venue told none has an unknown one. */
function NoFunding({ spot }: { spot: boolean }) {
  return (
    <>
      {['funding', 'predicted', 'mark'].map((name) => (
        <td key={name} className="cb-right cb-muted">
          {spot ? '' : DASH}
        </td>
      ))}
    </>
  );
}

function FundingCells({ funding }: { funding: FundingState }) {
  const { rate, intervalMs, accrual, predictedRate, nextSettlementMs, markPrice, indexPrice, problems } = funding;
  const problem = problems.map((one) => FUNDING_PROBLEM_WORDS[one]).join(', ');
  const settlement = useEngineText((nowMs) =>
    nextSettlementMs === null ? DASH : `in ${countdownText(nextSettlementMs - nowMs)}`,
  );
  return (
    <>
      <Pair
        title={problem === '' ? `${rate ?? 'unknown'} of notional for one interval` : `Not usable: ${problem}`}
        main={rateText(rate)}
      >
        {problem === '' ? intervalWords(intervalMs, accrual) : <Mark tone="warn">{problem}</Mark>}
      </Pair>
      <Pair main={rateText(predictedRate)}>{settlement}</Pair>
      <Pair main={price(markPrice)}>{price(indexPrice)}</Pair>
    </>
  );
}

const intervalWords = (ms: number | null, accrual: FundingState['accrual']): string =>
  `${accrual === 'continuous' ? 'accrues, ' : ''}per ${intervalText(ms)}`;
