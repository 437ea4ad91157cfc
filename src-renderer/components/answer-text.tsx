import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { memo, useMemo } from 'react';
import { blocksOf, partsOf } from '../format/answer-blocks.ts';
import classes from './answer-text.module.css';

/** What a model wrote: text with its line breaks, code in its own box. Nothing in it becomes part of the page. */
export const AnswerText = memo(function AnswerText({ text }: { readonly text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <div className={classes.answer}>
      {blocks.map((block, index) =>
        block.kind === 'code' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks only ever grow at the end
          <CodeBlock key={index} code={block.text} language={block.language} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks only ever grow at the end
          <p key={index} className={classes.text}>
            {partsOf(block.text).map((part, place) =>
              // biome-ignore lint/suspicious/noArrayIndexKey: parts only ever grow at the end
              part.isCode ? <code key={place}>{part.text}</code> : part.text,
            )}
          </p>
        ),
      )}
    </div>
  );
});

interface CodeBlockProps {
  readonly code: string;
  /** As it was told; may be empty. */
  readonly language: string;
  /** Names the copy button. */
  readonly copyLabel?: string;
  /** What is copied, where that is more than is shown. */
  readonly onCopy?: () => void;
}

/** Code as it is, with a button that copies it. */
export function CodeBlock({ code, language, copyLabel = 'Copy the code', onCopy }: CodeBlockProps) {
  const { copied, copy } = useClipboard({ timeout: 1500 });
  const label = copied ? 'Copied' : copyLabel;
  return (
    <figure className={classes.code} aria-label={language ? `Code: ${language}` : 'Code'}>
      <Tooltip label={label}>
        <ActionIcon
          size="sm"
          className={classes.copy ?? ''}
          aria-label={label}
          onClick={onCopy ?? (() => copy(code))}
        >
          {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        </ActionIcon>
      </Tooltip>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
