import type { Plan } from '#shared/domain/plan';
import { price } from '../../format/numbers.ts';
import { listingName, RESCUE_WORDS } from '../../format/words.ts';

/** EX-8, EX-9: how the deal is protected, and the ladder of rescue decided before its entry. */
export function ProtectiveExit({ plan }: { plan: Plan }) {
  return (
    <>
      <p>{plan.protectiveExit.sentence}</p>
      <ol className="cb-ladder" aria-label="Rescue ladder">
        {plan.rescue.map((step) => (
          <li key={`${step.action} ${step.leg} ${step.listing ?? ''}`}>
            {RESCUE_WORDS[step.action]}
            {step.listing === null || step.side === null ? '' : `: ${step.side} on ${listingName(step.listing)}`}
            {step.bound === null ? '' : `, not ${step.side === 'buy' ? 'above' : 'below'} ${price(step.bound)}`}
            {step.attempts === 0 ? '' : `, ${step.attempts} ${step.attempts === 1 ? 'attempt' : 'attempts'}`}
          </li>
        ))}
      </ol>
    </>
  );
}
