import { Text } from '@mantine/core';
import type { SourceFile } from '../../src-shared/domain/model.ts';
import { CopyText } from './copy-text.tsx';

/** The published fingerprint of a file, shortened; the copy button has all of it. */
export function Digest({ file }: { readonly file: SourceFile }) {
  const digest = file.sha256 ?? file.gitSha1;
  if (!digest)
    return (
      <Text span inherit>
        no digest
      </Text>
    );
  const kind = file.sha256 ? 'SHA-256' : 'git SHA-1';
  return (
    <CopyText text={digest} shown={digest.slice(0, 8)} label={`Copy the ${kind} of ${file.path}`} />
  );
}
