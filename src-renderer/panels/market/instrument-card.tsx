import type { MarketRow } from '#shared/contract/rows';
import type { FundingState, TransferState } from '#shared/domain/funding';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Mark } from '../../components/mark.tsx';
import { FUNDING_PROBLEM_WORDS, intervalText, rateText } from '../../format/funding.ts';
import { DASH, plain } from '../../format/numbers.ts';
import { clockText } from '../../format/time.ts';
import { listingName } from '../../format/words.ts';

/** The chosen instrument's terms as its venue's catalogue has them, and for a perpetual its funding terms now. */
export function InstrumentCard({ row, atMs }: { row: MarketRow; atMs: number }) {
  return (
    <Card title={listingName(row.listing)} className="cb-area-instrument" trueAtMs={atMs}>
      <Facts>
        <Fact name="Venue’s symbol">{row.symbol}</Fact>
        <Fact name={`Price tick, ${row.quote}`}>{plain(row.priceTick)}</Fact>
        <Fact name={`Lot step, ${row.base}`}>{plain(row.lotStep)}</Fact>
        <Fact name={`Contract, ${row.base}`}>{plain(row.contractSize)}</Fact>
        <Fact name="Settles in">{row.settle}</Fact>
        <Fact name="Book">{row.bookId === row.listing ? 'its own' : `shared: ${listingName(row.bookId)}`}</Fact>
        <Fact name={`${row.base} deposits`}>
          <Transfer state={row.deposits} />
        </Fact>
        <Fact name={`${row.base} withdrawals`}>
          <Transfer state={row.withdrawals} />
        </Fact>
        {row.funding === null ? null : <FundingFacts funding={row.funding} />}
      </Facts>
    </Card>
  );
}

function Transfer({ state }: { state: TransferState }) {
  if (state === 'unknown') return <>not told</>;
  return <Mark tone={state === 'open' ? 'good' : 'bad'}>{state}</Mark>;
}

function FundingFacts({ funding }: { funding: FundingState }) {
  const { problems, intervalChange } = funding;
  return (
    <>
      <Fact name="Funding accrues">{funding.accrual === 'continuous' ? 'continuously' : 'at each settlement'}</Fact>
      <Fact name="Per hour of holding">{rateText(funding.ratePerHour, 6)}</Fact>
      <Fact name="Per year">{funding.aprPct === null ? DASH : `${plain(funding.aprPct, 2)} %`}</Fact>
      <Fact name="Rate heard">
        <Age atMs={funding.atMs} />
      </Fact>
      <Fact name="Interval changed">
        {intervalChange === null
          ? 'not while running'
          : `${intervalText(intervalChange.fromMs)} › ${intervalText(intervalChange.toMs)} at ${clockText(intervalChange.atMs)}`}
      </Fact>
      <Fact name="Usable">
        {problems.length === 0 ? (
          <Mark tone="good">yes</Mark>
        ) : (
          <Mark tone="warn">{problems.map((one) => FUNDING_PROBLEM_WORDS[one]).join(', ')}</Mark>
        )}
      </Fact>
    </>
  );
}
