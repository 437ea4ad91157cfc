import { Box, Button, Group, Text } from '@mantine/core';
import { formatBytes } from '../../src-shared/domain/format.ts';
import type { ModelHealth, RepairMode } from '../../src-shared/domain/health.ts';
import { repairChoices, repairWords } from '../format/health.ts';
import { formatExactly } from '../format/local-time.ts';
import { FindingItem } from './finding-item.tsx';

export interface HealthDetailsProps {
  readonly health: ModelHealth;
  readonly title: string;
  readonly onRepair: (mode: RepairMode) => void;
  readonly onQuarantine: () => void;
  readonly onIgnore: (findingId: string) => void;
  readonly onCount: (findingId: string) => void;
}

/** The findings of a model with their evidence, the dearer ways of repair, and what the verdict rests on. */
export function HealthDetails(props: HealthDetailsProps) {
  const { health, onIgnore, onCount } = props;
  return (
    <Box mt={8}>
      {health.findings.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing was found.
        </Text>
      )}
      <Box component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Findings">
        {health.findings.map((finding) => (
          <FindingItem
            key={finding.id}
            finding={finding}
            onIgnore={() => onIgnore(finding.id)}
            onCount={() => onCount(finding.id)}
          />
        ))}
      </Box>
      <Basis {...props} />
      <Others {...props} />
    </Box>
  );
}

/** Times to the minute for those who cannot hover, and how much of the model is proven. */
function Basis({ health }: HealthDetailsProps) {
  const { lastCheckedAt, lastProvenAt, nextDueAt, provenBytes, sizeBytes, integrityScore } = health;
  const facts = [
    `${formatBytes(provenBytes)} of ${formatBytes(sizeBytes)} proven (integrity ${integrityScore} of 100)`,
    lastProvenAt && `last proven ${formatExactly(lastProvenAt)}`,
    lastCheckedAt && `last looked at ${formatExactly(lastCheckedAt)}`,
    nextDueAt && `due ${formatExactly(nextDueAt)}`,
  ];
  return (
    <Text size="xs" c="dimmed" className="numbers" mt={6}>
      {facts.filter(Boolean).join(' · ')}
    </Text>
  );
}

function Others({ health, title, onRepair, onQuarantine }: HealthDetailsProps) {
  const { can, repairs, findings } = health;
  const dearer = can.repair ? repairChoices(repairs).slice(1) : [];
  if (dearer.length === 0 && !can.quarantine) return null;
  return (
    <Group gap="xs" mt={8}>
      {dearer.map((repair) => {
        const words = repairWords(repair, findings);
        return (
          <Button
            key={repair.mode}
            size="compact-sm"
            variant="default"
            aria-label={`${words}: ${title}`}
            onClick={() => onRepair(repair.mode)}
          >
            {words}
          </Button>
        );
      })}
      {can.quarantine && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Take out of use… ${title}`}
          onClick={onQuarantine}
        >
          Take out of use…
        </Button>
      )}
    </Group>
  );
}
