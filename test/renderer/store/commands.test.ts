import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { EngineClient } from '../../../src-renderer/bridge/client.ts';
import { statusText } from '../../../src-renderer/format/status-text.ts';
import { attachStore } from '../../../src-renderer/store/attach.ts';
import { commandReply, refuseHere, runCommand } from '../../../src-renderer/store/commands.ts';
import { createStore } from '../../../src-renderer/store/store.ts';
import { FIRST_UI_STATE } from '../../../src-renderer/store/ui-state.ts';
import { TestChannel } from '../fixtures/raw-channel.ts';

function start() {
  const clock = new VirtualClock(0);
  const channel = new TestChannel();
  const client = new EngineClient(channel, clock);
  const store = createStore(client, FIRST_UI_STATE, () => clock.monoMs());
  attachStore(client, store);
  const commands = () => channel.sent.filter((request) => request.kind === 'command');
  return { channel, store, commands, open: () => channel.become('open') };
}
const begin = runCommand('Start auto mode', 'auto.start', {});

describe('command results', () => {
  it('[UI-2] an accepted command is reported as <action>: <result>; reason=<code>; t=<time>', async () => {
    const { channel, store, open } = start();
    open();
    const done = store.dispatch(begin);
    channel.answer('command', { text: 'Auto mode runs.' });
    expect(await done).toBeNull();
    const [result] = store.getState().results;
    expect(result).toMatchObject({ result: 'accepted', code: 'ok', text: 'Auto mode runs.' });
    expect(result && statusText(result)).toMatch(/^Start auto mode: accepted; reason=ok; t=\d\d:\d\d:\d\dZ$/);
  });

  it('[UI-8] a refusal keeps what was wrong, what was kept and what to do', async () => {
    const { channel, store, commands, open } = start();
    open();
    const done = store.dispatch(begin);
    const failure = {
      code: 'refused',
      message: 'killed',
      kept: 'nothing changed',
      remedy: 're-arm',
      fields: [],
    } as const;
    channel.push({ kind: 'failed', id: commands()[0]?.id ?? -1, ok: false, failure: { ...failure, fields: [] } });
    expect(await done).toEqual({ ...failure, fields: [] });
    expect(store.getState().results[0]).toMatchObject({ result: 'refused', code: 'refused', kept: 'nothing changed' });
  });

  it('tells apart what was not sent and what was lost on the way', async () => {
    const { channel, store, open } = start();
    await store.dispatch(begin);
    expect(store.getState().results[0]).toMatchObject({ result: 'not sent', code: 'disconnected' });
    open();
    const lost = store.dispatch(runCommand('Stop auto mode', 'auto.stop', {}));
    channel.become('lost');
    await lost;
    expect(store.getState().results[0]).toMatchObject({ result: 'not known', code: 'disconnected' });
  });

  it('[UI-6] a double press is one command and one result', async () => {
    const { channel, store, commands, open } = start();
    open();
    const both = Promise.all([store.dispatch(begin), store.dispatch(begin)]);
    channel.answer('command', { text: 'Auto mode runs.' });
    expect(await both).toEqual([null, null]);
    expect(commands()).toHaveLength(1);
    expect(store.getState().results).toHaveLength(1);
  });

  it('[SE-1] a command with secrets is not kept to be known again, and none of it enters the store', async () => {
    const { channel, store, commands, open } = start();
    open();
    const secret = 'typed-into-a-form-and-never-to-be-seen';
    const commandsOf = [
      runCommand('Save key Mine', 'key.save', { kind: 'bybit', label: 'Mine', entity: 'global', fields: { secret } }),
      runCommand('Import key Mine', 'key.import', { kind: 'coinbase', label: 'Mine', entity: 'global', json: secret }),
      runCommand('Open the vault', 'vault.open', { passphrase: secret }),
      runCommand('Change the passphrase', 'vault.reseal', { to: 'passphrase', passphrase: secret }),
    ];
    for (const command of commandsOf) {
      const sent = commands().length;
      const asked = [store.dispatch(command), store.dispatch(command)];
      // Two, because nothing was kept by which the second could be told from another one.
      expect(commands()).toHaveLength(sent + 2);
      for (const { id } of commands().slice(sent)) {
        const failure = { code: 'refused', message: 'no', kept: '', remedy: '', fields: [] } as const;
        channel.push({ kind: 'failed', id, ok: false, failure: { ...failure, fields: [] } });
      }
      await Promise.all(asked);
    }
    const exported = store.dispatch(commandReply('Export profile', 'vault.export', { passphrase: secret }));
    channel.become('lost');
    await exported;
    expect(store.getState().results.length).toBe(9);
    expect(JSON.stringify(store.getState())).not.toContain(secret);
  });

  it('a form that breaks a bound is reported and never sent', () => {
    const { store, commands, open } = start();
    open();
    store.dispatch(refuseHere('Save limits', 1));
    expect(commands()).toHaveLength(0);
    expect(store.getState().results[0]).toMatchObject({ result: 'not sent', code: 'out-of-bounds' });
  });

  it('keeps the newest twenty', () => {
    const { store } = start();
    for (let index = 0; index < 25; index += 1) store.dispatch(refuseHere(`Save ${index}`, 1));
    expect(store.getState().results).toHaveLength(20);
    expect(store.getState().results[0]?.action).toBe('Save 24');
  });
});
