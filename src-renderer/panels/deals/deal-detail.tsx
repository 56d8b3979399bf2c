import type { Deal } from '#shared/domain/deal';
import { Age } from '../../components/age.tsx';
import { AlternatesTable } from '../../components/alternates-table.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { InputsTable } from '../../components/inputs-table.tsx';
import { MakerTakerFacts } from '../../components/maker-taker.tsx';
import { Mark } from '../../components/mark.tsx';
import { ProfitLoss } from '../../components/profit-loss.tsx';
import { TwoStepButton } from '../../components/two-step-button.tsx';
import { useCommand } from '../../components/use-command.ts';
import { WaterfallTable } from '../../components/waterfall-table.tsx';
import { percentOf, plain, signed, usd } from '../../format/numbers.ts';
import { dateTimeText } from '../../format/time.ts';
import { DEAL_STATE_WORDS, dealTone, OUTCOME_WORDS, routeName } from '../../format/words.ts';
import { CostsTable } from './costs-table.tsx';
import { FillsTable } from './fills-table.tsx';
import { LegsTable } from './legs-table.tsx';
import { OrdersTable } from './orders-table.tsx';
import { ProtectiveExit } from './protective-exit.tsx';

/** One deal: where it stands, what comes next, what was sent and filled, what it cost against what was expected. */
export function DealDetail({ deal }: { deal: Deal }) {
  const { run } = useCommand();
  const { id, plan } = deal;
  const closed = deal.state === 'closed';
  return (
    <>
      <div className="cb-card-head">
        <h2>
          {id}: {deal.base}, {routeName(plan.legs)}
        </h2>
        <TwoStepButton
          text="Flatten…"
          confirm={`Flatten ${id} at bounded prices`}
          unless={closed ? 'The deal is closed.' : null}
          onConfirm={() => run(`Flatten ${id}`, 'deal.flatten', { id })}
        />
      </div>
      <p>
        <Mark tone={dealTone(deal.state)}>{DEAL_STATE_WORDS[deal.state]}</Mark>
        {closed ? `: ${OUTCOME_WORDS[deal.outcome]}` : ''}
      </p>
      <p className="cb-next-step">
        <strong>Next:</strong> {deal.next}
      </p>
      <Facts label="Deal">
        <Fact name="Opened">
          {dateTimeText(deal.openedAtMs)} UTC, <Age atMs={deal.openedAtMs} /> ago
        </Fact>
        <Fact name="Closed">{closed ? `${dateTimeText(deal.closedAtMs)} UTC` : 'open'}</Fact>
        <Fact name={`Unhedged, ${deal.base}`}>{signed(deal.unhedgedBase)}</Fact>
        <Fact name="Unhedged, USD">{usd(deal.unhedgedUsd)}</Fact>
        <Fact name={`Residue, ${deal.base}`}>{plain(deal.residueBase)}</Fact>
        <Fact name="Notional, USD">{usd(plan.notionalUsd)}</Fact>
        <Fact name="Worst planned loss, USD">{usd(plan.worstLossUsd)}</Fact>
        <Fact name="Confidence">{percentOf(plan.confidence)}</Fact>
        <Fact name="Expected result, USD">{signed(deal.expectedNetUsd, 2)}</Fact>
        <Fact name="Realised result, USD">
          <ProfitLoss value={deal.realisedNetUsd} />
        </Fact>
        <Fact name="Profile, plan">
          {deal.profile}, {plan.id}
        </Fact>
      </Facts>
      <h3>Legs</h3>
      <LegsTable deal={deal} />
      <h3>Orders</h3>
      <OrdersTable orders={deal.orders} />
      <h3>Fills</h3>
      <FillsTable fills={deal.fills} />
      <h3>Costs, expected and realised</h3>
      <CostsTable costs={deal.costs} closed={closed} />
      <h3>Protective exit and rescue</h3>
      <ProtectiveExit plan={plan} />
      <h3>Waterfall of the plan</h3>
      <WaterfallTable waterfall={plan.waterfall} />
      <h3>Venues: chosen and alternates</h3>
      <AlternatesTable alternates={plan.alternates} chosen={plan.legs.map(({ listing }) => listing)} />
      <h3>Maker or taker</h3>
      <MakerTakerFacts decision={plan.makerTaker} />
      <h3>Inputs of the plan</h3>
      <InputsTable inputs={plan.inputs} conversion={plan.conversion} />
    </>
  );
}
