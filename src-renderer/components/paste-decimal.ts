import type { ClipboardEvent } from 'react';
import { parseDecimal } from '../format/decimal.ts';

/** For number fields: they take a typed comma for a decimal sign, but drop a pasted one. */
export function pasteDecimal(unit: string, onNumber: (value: number) => void) {
  return (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text');
    const value = text.includes(',') ? parseDecimal(text, unit) : null;
    if (value === null) return;
    event.preventDefault();
    onNumber(value);
  };
}
