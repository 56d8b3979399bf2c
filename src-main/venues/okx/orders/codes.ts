/**
 * OKX's result codes, sorted (EX-3). The same code can stand for the whole call or for one order of it (`sCode`).
 * https://www.okx.com/docs-v5/en/#error-code-rest-api-public
 */
const range = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

/** The venue did nothing: what was asked for is impossible, or not allowed now. */
export const REJECTED: ReadonlySet<string> = new Set([
  // Malformed: body, JSON, content type, parameters.
  ...['50000', '50002', '50006', '50014', '50015', '50016', '50024', '50025', '50115'],
  // Account or currency frozen by auto-deleveraging, liquidation, funding.
  ...['50009', ...range(50017, 50023)],
  // Restricted account, instrument, country.
  ...['50027', '50028', '50029', '50030', '50032', '50033', '50044', '50049', '50051', '50052', '50059', '50060'],
  // The deadline of ours had passed; switched off features.
  ...['50036', '50037', '50038', '50062', '50067', '50072', '50075', '50122'],
  // Parameters, instruments, limits of size and price, balance, account mode.
  ...range(51000, 51010),
  ...['51012', '51014', '51015', '51017', '51018', '51019', ...range(51020, 51031), '51033', '51034', '51037', '51038'],
  ...range(51044, 51053),
  ...['51058', '51087', '51088', '51100', '51101', '51102', '51103', '51104', '51105', '51106', '51107', '51108'],
  ...['51109', '51110', '51111', '51112', '51115', '51116', '51117', '51119', '51120', '51121', '51122', '51123'],
  ...['51124', '51125', '51126', '51127', '51128', '51129', '51130', '51131', '51132', '51133', '51134', '51135'],
  ...['51136', '51137', '51138', '51139', '51147', '51148', '51150', '51155', '51159', '51162', '51163', '51165'],
  ...['51168', '51169', '51170', '51174', '51185', '51186', '51187', '51196', '51197', '51201', '51202', '51203'],
  ...['51204', '51205', '51206', '51250', '51252', '51261', '51275', '51276', ...range(51277, 51281), '51299'],
  ...['51300', ...range(51302, 51308), '51327', '51328', '51329', '51330', '51331', '51332', '51333', '51341'],
  '51415',
  // Not there.
  ...['51063', '51400', '51401', '51402', '51403', '51404', '51405', '51407', '51408', '51410', '51416', '51603'],
  // Collateral, open interest, self-trade mode, disclaimers, cool-off.
  ...['54000', '54005', '54006', '54007', '54011', '54012', '54018', '54019', '54024', '54025', '54030', '54031'],
  ...['54035', '54036', '54072', '54073', '54075', '54092', '54094'],
  // Leverage.
  ...range(59100, 59109),
]);

/** Signature, key, passphrase, clock, address, permission: refused before anything was done. */
export const AUTHENTICATION: ReadonlySet<string> = new Set([
  ...['50007', '50008', '50010', '50012', '50035', '50100', '50101', '50103', '50104', '50105', '50106'],
  ...['50107', '50108', '50109', '50110', '50111', '50112', '50113', '50114', '50118', '50119', '50120', '50121'],
  ...['51024'],
]);

export const RATE_LIMIT: ReadonlySet<string> = new Set(['50011', '50040', '50061', '51113']);

export const MAINTENANCE: ReadonlySet<string> = new Set(['50001', '50046']);

/** Busy, timed out, failed inside: a question may be asked again, but a create may have been done. */
export const UNCLEAR: ReadonlySet<string> = new Set(['50004', '50005', '50013', '50026', '50042', '51054', '51149']);

/** An order with that client id is there: perhaps the very one that was sent. */
export const DUPLICATE: ReadonlySet<string> = new Set(['50071', '51011', '51016', '51065', '51068']);

/** Answers to a cancel that say that the order is final, was never there, or has become another one. */
export const GONE: ReadonlySet<string> = new Set(['51063', '51400', '51401', '51402', '51405', '51416', '51603']);
/** "Already in canceling status or pending settlement": the cancel before this one is at work. */
export const CANCELLING = '51410';

export const NOT_FOUND: ReadonlySet<string> = new Set(['51063', '51603']);
