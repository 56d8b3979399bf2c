import { Button, PopoverNext } from '@blueprintjs/core';
import { count } from '../format/numbers.ts';
import { statusText } from '../format/status-text.ts';
import { useAppSelector } from '../store/hooks.ts';
import type { CommandResult } from '../store/results.ts';
import { selectConnection, selectStatus } from '../store/selectors.ts';

const CHANNEL_WORDS = { connecting: 'connecting', open: 'connected', lost: 'not connected' } as const;

/** UI-2: what became of the last command; and the state of this window's own connection. */
export function Footer() {
  const results = useAppSelector((state) => state.results);
  const version = useAppSelector((state) => selectStatus(state)?.version ?? null);
  const { channel, malformed, gaps } = useAppSelector(selectConnection);
  const [latest] = results;
  return (
    <footer className="cb-footer">
      <output className="cb-result" aria-label="Last command">
        {latest === undefined ? 'No command given yet.' : <ResultText result={latest} />}
      </output>
      {results.length < 2 ? null : (
        <PopoverNext
          placement="top-end"
          content={
            <ol className="cb-popover-list" aria-label="Earlier commands">
              {results.map((result) => (
                <li key={`${result.atMs} ${result.action}`}>
                  <ResultText result={result} />
                </li>
              ))}
            </ol>
          }
        >
          <Button size="small" variant="minimal" text="Earlier commands" />
        </PopoverNext>
      )}
      <span className="cb-footer-facts">
        Window {CHANNEL_WORDS[channel]}
        {malformed + gaps === 0 ? '' : `, ${count(malformed)} unreadable messages, ${count(gaps)} gaps mended`}
        {version === null ? '' : ` · Crossbook ${version}`} · times are UTC
      </span>
    </footer>
  );
}

function ResultText({ result }: { result: CommandResult }) {
  return (
    <>
      <span className={result.result === 'accepted' ? '' : 'cb-tone-warn'}>{statusText(result)}</span>
      {result.text === '' ? '' : ` · ${result.text}`}
      {result.remedy === '' ? '' : ` ${result.remedy}`}
    </>
  );
}
