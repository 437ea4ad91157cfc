import { useEffect, useLayoutEffect, useRef } from 'react';
import { useSlice } from '../../stores/stores-context.ts';
import classes from './try.module.css';
import { TurnItem } from './turn-item.tsx';

/** So close to the end counts as being there. */
const NEAR_END_PX = 80;

/** What was asked and answered, the latest at the end, which stays in sight unless somebody scrolls away. */
export function Conversation() {
  const turns = useSlice('conversation', (state) => state.turns);
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const count = turns.length;
  useEffect(() => {
    if (count > 0) isAtEnd.current = true;
  }, [count]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && isAtEnd.current && turns.length > 0) element.scrollTop = element.scrollHeight;
  }, [turns]);
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    isAtEnd.current = left < NEAR_END_PX;
  };
  return (
    <div
      ref={scroller}
      className={classes.conversation}
      onScroll={onScroll}
      role="log"
      aria-label="Conversation"
      aria-live="polite"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
    >
      <div className={classes.column}>
        {turns.map((turn) => (
          <TurnItem key={turn.id} turn={turn} />
        ))}
      </div>
    </div>
  );
}
