import { Button } from '@blueprintjs/core';

/** Jumps to the cards of a long panel, by mouse and by keyboard. */
export function CardLinks({ cards }: { cards: readonly (readonly [id: string, name: string])[] }) {
  return (
    <nav aria-label="Groups of this panel">
      {cards.map(([id, name]) => (
        <Button
          key={id}
          size="small"
          variant="minimal"
          text={name}
          aria-label={`Go to ${name}`}
          onClick={() => {
            const card = document.getElementById(id);
            card?.scrollIntoView({ block: 'start' });
            card?.focus({ preventScroll: true });
          }}
        />
      ))}
    </nav>
  );
}
