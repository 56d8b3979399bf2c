import type { Failure } from '#shared/contract/contract';

/** Failures that only this end can tell; all others are the engine's. */
export const NOT_SENT: Failure = {
  code: 'disconnected',
  message: 'The engine is not reachable, so nothing was sent.',
  kept: 'What you entered is kept in this window.',
  remedy: 'Wait until the window is connected again, then repeat it.',
  fields: [],
};
export const NO_ANSWER: Failure = {
  code: 'disconnected',
  message: 'The connection was lost before the engine answered: whether it was done is not known.',
  kept: 'What you entered is kept in this window.',
  remedy: 'When the window is connected again it shows the true state. Look there before repeating it.',
  fields: [],
};
export const UNREADABLE: Failure = {
  code: 'internal',
  message: 'The engine’s answer is not in the form this window understands.',
  kept: 'The request itself reached the engine.',
  remedy: 'Reload the window; if it stays, window and engine are of different versions.',
  fields: [],
};
