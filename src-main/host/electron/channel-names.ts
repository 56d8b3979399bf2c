/** Names on the wire between preload and main; raw IPC appears only in `ipc.ts` and `preload.ts`. */
export const FROM_WINDOW = {
  /** The document is there and wants a session; an earlier one of this window ends. */
  open: 'crossbook:open',
  request: 'crossbook:request',
  /** One message was taken off the line: what is not taken yet is how far a window is behind. */
  taken: 'crossbook:taken',
} as const;

export const TO_WINDOW = { message: 'crossbook:message', state: 'crossbook:state' } as const;
