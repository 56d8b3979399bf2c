import type { Page } from '@playwright/test';

interface Answer {
  readonly kind: string;
  readonly id?: number;
  readonly failure?: { readonly code: string; readonly message: string; readonly fields: { readonly path: string }[] };
}

/** Sends a command past the window's own forms, over the channel the window uses: what the engine says to it. */
export function sendRaw(page: Page, name: string, input: unknown, submissionId: string): Promise<Answer> {
  return page.evaluate(
    ({ request }) =>
      new Promise<Answer>((resolve, reject) => {
        setTimeout(() => reject(new Error('no answer')), 10_000);
        const take = (text: string) => {
          const { pushes } = JSON.parse(text) as { pushes: Answer[] };
          for (const push of pushes) if (push.id === request.id) resolve(push);
        };
        const desktop = (
          window as { crossbook?: { send(r: unknown): void; onMessage(listener: (text: string) => void): void } }
        ).crossbook;
        if (desktop !== undefined) {
          desktop.onMessage(take);
          desktop.send(request);
          return;
        }
        const socket = new WebSocket(`ws://${location.host}/channel`);
        socket.onmessage = (event) => take(event.data);
        socket.onopen = () => socket.send(JSON.stringify(request));
      }),
    { request: { kind: 'command', id: 987_654, name, input, submissionId } },
  );
}
