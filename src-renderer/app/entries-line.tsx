import { Button, PopoverNext } from '@blueprintjs/core';
import { Mark } from '../components/mark.tsx';
import { useAppSelector } from '../store/hooks.ts';
import { selectLost, selectStatus } from '../store/selectors.ts';

/** UI-1: why no trade would be made now, in words, on a line that is always there. */
export function EntriesLine() {
  const status = useAppSelector(selectStatus);
  const lost = useAppSelector(selectLost);
  const blocks = status?.blocks ?? [];
  return (
    <div className="cb-entries" role="status" aria-label="New entries">
      <span className="cb-cell-name">New entries</span>
      {status === null ? (
        <Mark tone="quiet">unknown until the engine answers</Mark>
      ) : blocks.length === 0 ? (
        <Mark tone={lost ? 'warn' : 'good'}>{lost ? 'were allowed when last heard' : 'allowed'}</Mark>
      ) : (
        <>
          <Mark tone="warn">blocked</Mark>
          <span className="cb-entries-text">{blocks.map((block) => block.text).join(' ')}</span>
          <PopoverNext
            placement="bottom-end"
            content={
              <ul className="cb-popover-list" aria-label="Why no trades">
                {blocks.map((block) => (
                  <li key={block.code}>
                    <code>{block.code}</code> {block.text}
                  </li>
                ))}
              </ul>
            }
          >
            <Button size="small" variant="minimal" text={`Why no trades (${blocks.length})`} />
          </PopoverNext>
        </>
      )}
    </div>
  );
}
