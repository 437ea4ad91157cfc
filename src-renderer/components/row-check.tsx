import classes from './row-check.module.css';

interface RowCheckProps {
  readonly label: string;
  readonly checked: boolean;
  /** Some of what it stands for is checked. */
  readonly isPartly?: boolean;
  readonly onChange: (isWithShift: boolean) => void;
}

/** A checkbox of the browser itself: there may be as many as rows, made anew while they scroll. */
export function RowCheck({ label, checked, isPartly = false, onChange }: RowCheckProps) {
  return (
    <input
      type="checkbox"
      className={classes.check}
      aria-label={label}
      checked={checked}
      ref={(box) => {
        if (box) box.indeterminate = isPartly;
      }}
      onChange={({ nativeEvent }) => onChange(isWithShift(nativeEvent))}
    />
  );
}

/** A change of a checkbox comes from a click, or from a key that the browser makes one of. */
const isWithShift = (event: Event) => event instanceof MouseEvent && event.shiftKey;
