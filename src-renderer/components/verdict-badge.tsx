import { Badge } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconHelpCircle,
  IconPlugOff,
  IconPuzzle,
  IconShieldX,
  IconZoomQuestion,
} from '@tabler/icons-react';
import type { Verdict } from '../../src-shared/domain/health.ts';
import { VERDICTS } from '../format/health.ts';
import type { Tone } from '../format/model-status.ts';

const ICONS: Record<Verdict, Icon> = {
  healthy: IconCircleCheck,
  suspect: IconZoomQuestion,
  damaged: IconAlertTriangle,
  incomplete: IconPuzzle,
  unsafe: IconShieldX,
  offline: IconPlugOff,
  unverifiable: IconHelpCircle,
};

const COLORS: Record<Tone, string> = {
  ready: 'leaf',
  busy: 'leaf',
  waiting: 'amber',
  idle: 'gray',
  problem: 'red',
};

interface VerdictBadgeProps {
  readonly verdict: Verdict;
  readonly size?: 'sm' | 'md';
}

/** A verdict by icon and word, so that colour only helps. */
export function VerdictBadge({ verdict, size = 'md' }: VerdictBadgeProps) {
  const { words, tone } = VERDICTS[verdict];
  const Glyph = ICONS[verdict];
  return (
    <Badge
      variant="light"
      size={size}
      color={COLORS[tone]}
      leftSection={<Glyph size={13} aria-hidden />}
      style={{ flexShrink: 0 }}
    >
      {words}
    </Badge>
  );
}
