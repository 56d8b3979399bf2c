import { useAppSelector } from '../../store/hooks.ts';
import { selectPractice } from '../../store/selectors.ts';
import { ActiveFaultsCard } from './active-faults-card.tsx';
import { FaultCard } from './fault-card.tsx';
import { PracticeKeysCard } from './practice-keys-card.tsx';
import { WorldCard } from './world-card.tsx';

/** PP-2, PP-3: the world the practice venues show, and what a person makes go wrong on them. */
export function PracticePanel() {
  const practice = useAppSelector(selectPractice);
  return (
    <>
      <div className="cb-title">
        <h1>Practice</h1>
        <span className="cb-muted">{practice?.note ?? 'Unknown until the engine answers.'}</span>
      </div>
      {practice === null ? null : (
        <div className="cb-practice">
          <div className="cb-column">
            <FaultCard practice={practice} />
            <ActiveFaultsCard practice={practice} />
          </div>
          <div className="cb-column">
            <WorldCard practice={practice} />
            <PracticeKeysCard />
          </div>
        </div>
      )}
    </>
  );
}
