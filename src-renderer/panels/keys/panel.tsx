import { useAppSelector } from '../../store/hooks.ts';
import { KeyFormCard } from './key-form-card.tsx';
import { KeysCard } from './keys-card.tsx';
import { ProfileCard } from './profile-card.tsx';
import { VaultCard } from './vault-card.tsx';

/** SE-1: the keys of every venue, what they may do, and where their secrets lie. No secret is ever shown again. */
export function KeysPanel() {
  const vault = useAppSelector((state) => state.vault.value);
  return (
    <>
      <div className="cb-title">
        <h1>Keys</h1>
        <span className="cb-muted">
          Secrets go into the vault and are never shown again. A key that can withdraw is refused.
        </span>
      </div>
      {vault === null ? (
        <p className="cb-muted">Unknown until the engine answers.</p>
      ) : (
        <div className="cb-keys">
          <KeysCard />
          <div className="cb-column">
            <VaultCard vault={vault} />
            <KeyFormCard vault={vault} />
            <ProfileCard vault={vault} />
          </div>
        </div>
      )}
    </>
  );
}
