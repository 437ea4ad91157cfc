import { formatExactly } from '../format/local-time.ts';
import { formatAgo } from '../format/words.ts';

interface MomentProps {
  readonly at: string;
  readonly now: number;
}

/** How long ago something was; the exact time is in its title. */
export function Moment({ at, now }: MomentProps) {
  return (
    <time dateTime={at} title={formatExactly(at)}>
      {formatAgo(at, now)}
    </time>
  );
}
