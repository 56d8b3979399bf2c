import type { Candidate } from '#shared/domain/plan';
import { Age } from '../../components/age.tsx';
import { AlternatesTable } from '../../components/alternates-table.tsx';
import { DealLink } from '../../components/deal-link.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { InputsTable } from '../../components/inputs-table.tsx';
import { MakerTakerFacts } from '../../components/maker-taker.tsx';
import { Mark } from '../../components/mark.tsx';
import { WaterfallTable } from '../../components/waterfall-table.tsx';
import { bps, DASH, percentOf, plain, usd } from '../../format/numbers.ts';
import { dateTimeText, spanText } from '../../format/time.ts';
import { listingName, verdictSentence, verdictWord } from '../../format/words.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectDeals } from '../../store/selectors.ts';
import { QuotesNow } from './quotes-now.tsx';

/** Why the candidate was planned or not: verdict, waterfall, alternates, maker or taker, inputs. */
export function CandidateDetail({ candidate }: { candidate: Candidate | null }) {
  return (
    <aside className="cb-split-side" aria-label="Candidate">
      {candidate === null ? (
        <p className="cb-muted cb-empty">Choose a candidate to see how it was judged.</p>
      ) : (
        <Judged candidate={candidate} />
      )}
    </aside>
  );
}

function Judged({ candidate }: { candidate: Candidate }) {
  const { base, buy, sell, verdict, waterfall, alternates, makerTaker } = candidate;
  const planId = verdict.kind === 'plan' ? verdict.planId : null;
  const deal = useAppSelector((state) =>
    planId === null ? null : (selectDeals(state).find(({ plan }) => plan.id === planId) ?? null),
  );
  return (
    <>
      <div className="cb-card-head">
        <h2>
          {base}: buy {listingName(buy)}, sell {listingName(sell)}
        </h2>
        {deal === null ? null : (
          <span>
            Deal <DealLink id={deal.id} />
          </span>
        )}
      </div>
      <p>
        <Mark tone={verdict.kind === 'plan' ? 'good' : 'warn'}>{verdictWord(verdict)}</Mark> {verdictSentence(verdict)}
      </p>
      <Facts>
        <Fact name="Judged">
          {dateTimeText(candidate.atMs)} UTC, <Age atMs={candidate.atMs} /> ago
        </Fact>
        <Fact name="Cycle, profile">
          #{candidate.cycle}, {candidate.profile}
        </Fact>
        <Fact name="Gross / net, bps">
          {bps(candidate.grossBps)} / {bps(candidate.netBps)}
        </Fact>
        <Fact name={`Size, ${base}`}>{plain(candidate.quantity)}</Fact>
        <Fact name="Notional, USD">{usd(candidate.notionalUsd)}</Fact>
        <Fact name="Divergence had lived">{spanText(candidate.ageMs)}</Fact>
        <Fact name="Confidence">{percentOf(candidate.confidence)}</Fact>
      </Facts>
      <h3>Waterfall</h3>
      {waterfall === null ? (
        <p className="cb-muted">Its costs were not worked out.</p>
      ) : (
        <WaterfallTable waterfall={waterfall} />
      )}
      <h3>Venues: chosen and alternates</h3>
      <AlternatesTable alternates={alternates} chosen={[buy, sell]} />
      <h3>Maker or taker</h3>
      {makerTaker === null ? <p className="cb-muted">Not judged.</p> : <MakerTakerFacts decision={makerTaker} />}
      <h3>Inputs</h3>
      {deal === null ? (
        <QuotesNow listings={[buy, sell]} />
      ) : (
        <InputsTable inputs={deal.plan.inputs} conversion={deal.plan.conversion} />
      )}
      {planId === null ? null : <p className="cb-muted">Plan {planId ?? DASH}</p>}
    </>
  );
}
