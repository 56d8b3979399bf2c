import type { Engine } from '#engine/engine';
import type { HealthReport } from '#shared/contract/service';
import { type MaintenanceStanding, maintenanceWords } from '#shared/domain/maintenance';
import type { Clock } from '#shared/kernel/time';
import { VERSION } from './version.ts';

/** `GET /healthz`: freshness and safety at a glance, nothing that is a secret. */
export function healthReport(engine: Engine, mode: HealthReport['mode'], clock: Clock): HealthReport {
  const nowMs = clock.wallMs();
  return {
    mode,
    version: VERSION,
    uptimeS: Math.round(clock.monoMs() - engine.startedMonoMs) / 1000,
    engine: engine.phase(),
    auto: engine.auto(),
    killed: engine.kill.engaged(),
    feeds: engine.market.feeds().map((feed) => ({
      feed: feed.feed,
      connection: feed.connection,
      fresh: feed.fresh,
      instruments: feed.instruments,
      lastHeardAgeMs: feed.lastHeardAtMs === null ? null : Math.max(0, Math.round(nowMs - feed.lastHeardAtMs)),
      reason: feed.reason,
      maintenance: maintenanceReport(feed.maintenance, nowMs),
    })),
    breakers: engine.breakers.all().map(({ scope, state, cause }) => ({ scope, state, cause })),
  };
}

function maintenanceReport(standing: MaintenanceStanding, nowMs: number): HealthReport['feeds'][number]['maintenance'] {
  const { windows, readAtMs, unreadableSinceMs, note, entriesWait } = standing;
  return {
    announced: windows.map((window) => maintenanceWords(window, nowMs)),
    entriesWait,
    readAgeMs: readAtMs === null ? null : Math.max(0, Math.round(nowMs - readAtMs)),
    unreadableForMs: unreadableSinceMs === null ? null : Math.max(0, Math.round(nowMs - unreadableSinceMs)),
    note,
  };
}
