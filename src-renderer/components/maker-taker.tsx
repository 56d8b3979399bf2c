import type { MakerTaker } from '#shared/domain/plan';
import { percentOf } from '../format/numbers.ts';
import { spanText } from '../format/time.ts';
import { Fact, Facts } from './facts.tsx';

/** RO-2: waiting against taking, with what it was judged by. */
export function MakerTakerFacts({ decision }: { decision: MakerTaker }) {
  return (
    <>
      <Facts>
        <Fact name="Chosen">{decision.chosen}</Fact>
        <Fact name="Expected wait of a resting order">{spanText(decision.expectedWaitMs)}</Fact>
        <Fact name="Chance that it fills">{percentOf(decision.fillProbability)}</Fact>
        <Fact name="Edge lost while waiting, bps">{decision.decayBps.toFixed(2)}</Fact>
        <Fact name="Extra cost of taking, bps">{decision.extraTakerCostBps.toFixed(2)}</Fact>
      </Facts>
      <p className="cb-muted">{decision.evidence}</p>
    </>
  );
}
