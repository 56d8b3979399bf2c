import { CardLinks } from '../../components/card-links.tsx';
import { useAppSelector } from '../../store/hooks.ts';
import { selectSettings } from '../../store/selectors.ts';
import { LimitsCard } from './limits-card.tsx';
import { ProfilesCard } from './profiles-card.tsx';
import { RoutingCard } from './routing-card.tsx';
import { RuntimeCard } from './runtime-card.tsx';
import { StackCard } from './stack-card.tsx';

const CARDS = [
  ['auto-profiles', 'Profiles'],
  ['auto-limits', 'Risk limits'],
  ['auto-stack', 'Venue stack'],
  ['auto-routing', 'Routing policy'],
  ['auto-runtime', 'Runtime status'],
] as const;

/** What auto mode may do, and what it is doing. Forms hold what the engine has until the user changes them. */
export function AutoModePanel() {
  const settings = useAppSelector(selectSettings);
  return (
    <>
      <div className="cb-title">
        <h1>Auto Mode</h1>
        <CardLinks cards={CARDS} />
        <span className="cb-muted">
          Nothing here takes effect until it is saved; what is typed is kept in this window.
        </span>
      </div>
      <div className="cb-auto-mode">
        {settings === null ? (
          <p className="cb-muted">The settings are unknown until the engine answers.</p>
        ) : (
          <div className="cb-column">
            <ProfilesCard profiles={settings.profiles} />
            <LimitsCard limits={settings.limits} budgetMode={settings.budgetMode} />
          </div>
        )}
        <div className="cb-column">
          {settings === null ? null : (
            <>
              <StackCard stack={settings.venueStack} />
              <RoutingCard routing={settings.routing} limits={settings.limits} />
            </>
          )}
          <RuntimeCard />
        </div>
      </div>
    </>
  );
}
