import type { Notification } from '#shared/domain/safety';
import { Age } from '../../components/age.tsx';
import { Card } from '../../components/card.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { Mark } from '../../components/mark.tsx';
import { clockText } from '../../format/time.ts';
import { useAppSelector } from '../../store/hooks.ts';
import { selectNotifications } from '../../store/selectors.ts';

const TONES = { alarm: 'bad', alert: 'warn', prompt: 'warn', message: 'quiet' } as const;

/** UI-7: alarms first and until acknowledged; acknowledging never clears the condition, which is said beside it. */
export function NotificationsCard() {
  const notifications = useAppSelector(selectNotifications);
  const known = useAppSelector((state) => state.notifications.known);
  return (
    <Card title="Notifications" className="cb-area-notifications" pushed={known}>
      {notifications.length === 0 ? (
        <p className="cb-muted">{known ? 'Nothing to report.' : 'Unknown until the engine answers.'}</p>
      ) : (
        <ul className="cb-notifications" aria-label="Notifications">
          {notifications.map((notification) => (
            <NotificationRow key={notification.id} notification={notification} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function NotificationRow({ notification }: { notification: Notification }) {
  const { id, kind, text, atMs, count, acknowledged, active } = notification;
  const urgent = kind === 'alarm' && !acknowledged;
  return (
    <li className={urgent ? 'cb-urgent' : undefined}>
      <Mark tone={acknowledged && !active ? 'quiet' : TONES[kind]}>{urgent ? 'ALARM' : kind}</Mark>
      <span className="cb-notification-text">
        {text}
        <span className="cb-muted">
          {' '}
          {clockText(atMs)} UTC, <Age atMs={atMs} /> ago{count > 1 ? `, ${count} times` : ''}
          {kind === 'message' ? '' : active ? ', still so' : ', no longer so'}
          {acknowledged ? ', acknowledged' : ''}
        </span>
      </span>
      {kind === 'message' || acknowledged ? null : (
        <CommandButton
          action={`Acknowledge ${kind}`}
          text="Acknowledge"
          name="notification.acknowledge"
          input={{ id }}
        />
      )}
    </li>
  );
}
