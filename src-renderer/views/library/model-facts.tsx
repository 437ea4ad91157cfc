import type { Model } from '../../../src-shared/domain/model.ts';
import { CopyText } from '../../components/copy-text.tsx';
import { Fact, FactList } from '../../components/fact-list.tsx';
import { SOURCE_WORDS, sourceIn } from '../../format/titles.ts';
import { formatAgo, formatCount, shortCommit, taskWords } from '../../format/words.ts';

/** What the source and the files themselves say of a model. */
export function ModelFacts({ model }: { readonly model: Model }) {
  const { revision, task, license, installedAt, ref, repository, metadata } = model;
  const source = sourceIn(ref);
  return (
    <FactList>
      <Fact label="Reference">
        <CopyText text={ref} label="Copy the reference" />
      </Fact>
      <Fact label="Source">{SOURCE_WORDS[source]}</Fact>
      <Fact label="Repository">{repository}</Fact>
      {task && <Fact label="Task">{taskWords(task)}</Fact>}
      {license && <Fact label="Licence">{license}</Fact>}
      {metadata?.architecture && <Fact label="Architecture">{metadata.architecture}</Fact>}
      {metadata?.parameterCount !== undefined && (
        <Fact label="Parameters">{formatCount(metadata.parameterCount)}</Fact>
      )}
      {metadata?.quantization && <Fact label="Quantisation">{metadata.quantization}</Fact>}
      {metadata?.contextLength !== undefined && (
        <Fact label="Context">{`${metadata.contextLength.toLocaleString('en')} tokens`}</Fact>
      )}
      {metadata && (
        <Fact label="Chat template">{metadata.hasChatTemplate ? 'yes' : 'none in the file'}</Fact>
      )}
      <Fact label={source === 'hf' ? 'Revision' : 'Fingerprint'}>
        <CopyText
          text={revision}
          shown={shortCommit(revision)}
          label={source === 'hf' ? 'Copy the commit' : 'Copy the fingerprint'}
        />
      </Fact>
      <Fact label="Complete since">
        {installedAt ? formatAgo(installedAt, Date.now()) : 'not yet'}
      </Fact>
    </FactList>
  );
}
