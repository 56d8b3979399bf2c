import { type MaintenanceStanding, maintenanceWords } from '#shared/domain/maintenance';
import { clockText } from '../format/time.ts';
import { Age } from './age.tsx';
import { useEngineText } from './engine-time.ts';
import { Mark } from './mark.tsx';

/** What a venue announces of a feed's maintenance, and how old that reading is; nothing while there is nothing to say. */
export function MaintenanceLine({ standing, feed }: { standing: MaintenanceStanding; feed?: string }) {
  const { windows, readAtMs, unreadableSinceMs, note, entriesWait } = standing;
  const [first, ...later] = windows;
  const words = useEngineText((nowMs) => (first === undefined ? '' : maintenanceWords(first, nowMs)));
  if (first === undefined && unreadableSinceMs === null) return null;
  const prefix = feed === undefined ? '' : `${feed}: `;
  return (
    <span className="cb-second cb-maintenance">
      {first === undefined ? null : (
        <span
          className="cb-maintenance-window"
          title={`${first.source}${later.length === 0 ? '' : `, ${later.length} more`}`}
        >
          <Mark tone={entriesWait ? 'warn' : 'quiet'}>{`${prefix}${words}`}</Mark>
          <span className="cb-unit">
            {entriesWait ? ', no entries' : ''}
            {later.length === 0 ? '' : `, ${later.length} more`}
            {', read '}
            <Age atMs={readAtMs} /> ago
          </span>
        </span>
      )}
      {unreadableSinceMs === null ? null : (
        <span className="cb-maintenance-window" title={note ?? ''}>
          {`${prefix}announcements not readable since ${clockText(unreadableSinceMs)} UTC`}
        </span>
      )}
    </span>
  );
}
