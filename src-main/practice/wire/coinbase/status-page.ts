import type { HttpResponse } from '#shared/kernel/transport';
import type { Asked } from '../http.ts';
import { json, text } from '../http.ts';
import { isoMillis } from '../instants.ts';
import type { MaintenanceBoard, PlannedMaintenance } from '../maintenance-board.ts';
import type { VenueClock } from '../venue-clock.ts';

/** The status page of Coinbase Exchange; it stands by itself and goes on when the venue does not. */
export const STATUS_PAGE = 'status.exchange.coinbase.com';

const PAGE_ID = 'bklmvp2c52bl';
/** The page writes its times as they are where it is kept. */
const ZONE = '-08:00';
const ZONE_MS = -8 * 3_600_000;

const local = (ms: number): string => isoMillis(ms + ZONE_MS).replace('Z', ZONE);

/** Statuspage's common form, as far as it tells of maintenance: https://status.coinbase.com/api */
export class StatusPage {
  readonly #maintenance: MaintenanceBoard;
  readonly #clock: VenueClock;

  constructor(maintenance: MaintenanceBoard, clock: VenueClock) {
    this.#maintenance = maintenance;
    this.#clock = clock;
  }

  request({ method, path }: Asked): HttpResponse {
    const list = /^\/api\/v2\/scheduled-maintenances\/(upcoming|active)\.json$/.exec(path)?.[1];
    if (list === undefined || method !== 'GET') return text(404, 'text/html', '<html><title>404</title></html>');
    // Of this page are the plans of the spot exchange; the gateway announces its own in prose.
    const plans = this.#maintenance.plans().filter(({ feeds }) => feeds.includes('coinbase:spot'));
    return json(200, {
      page: {
        id: PAGE_ID,
        name: 'Coinbase Exchange',
        url: `https://${STATUS_PAGE}`,
        time_zone: 'America/Los_Angeles',
        updated_at: local(this.#clock.wallMs()),
      },
      scheduled_maintenances: plans.filter(({ begun }) => begun === (list === 'active')).map(row),
    });
  }
}

function row({ number, title, announcedMs, fromMs, toMs, begun }: PlannedMaintenance): object {
  const id = `mnt${String(number).padStart(9, '0')}`;
  const updatedAt = local(begun ? fromMs : announcedMs);
  const update = {
    id: `upd${String(number).padStart(9, '0')}`,
    status: begun ? 'in_progress' : 'scheduled',
    body: begun ? 'Scheduled maintenance is currently in progress.' : 'Trading will be unavailable during this time.',
    incident_id: id,
    created_at: updatedAt,
    updated_at: updatedAt,
    display_at: updatedAt,
    affected_components: null,
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  };
  return {
    id,
    name: title,
    status: update.status,
    created_at: local(announcedMs),
    updated_at: updatedAt,
    monitoring_at: null,
    resolved_at: null,
    impact: 'maintenance',
    shortlink: `https://stspg.io/${id}`,
    started_at: local(announcedMs),
    page_id: PAGE_ID,
    incident_updates: [update],
    components: [
      { id: 'cmp000000001', name: 'Trading', status: 'operational', group: false, group_id: null, page_id: PAGE_ID },
    ],
    scheduled_for: local(fromMs),
    scheduled_until: local(toMs),
  };
}
