/** Cuts an answer into text and code. Whatever it holds is shown as text, never as a page. Pure. */

export type AnswerBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string; readonly language: string };

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/;

/** Code stands between fences of three or more backticks; an open fence reaches to the end, as while it is written. */
export function blocksOf(answer: string): readonly AnswerBlock[] {
  const blocks: AnswerBlock[] = [];
  let lines: string[] = [];
  let open: { readonly fence: string; readonly language: string } | null = null;
  const close = () => {
    const text = lines.join('\n');
    lines = [];
    if (open) blocks.push({ kind: 'code', text, language: open.language });
    else if (text.trim() !== '') blocks.push({ kind: 'text', text: text.trim() });
  };
  for (const line of answer.split('\n')) {
    if (open) {
      if (endsFence(line, open.fence)) {
        close();
        open = null;
      } else lines.push(line);
      continue;
    }
    const [, fence, language = ''] = FENCE.exec(line) ?? [];
    if (fence === undefined) {
      lines.push(line);
      continue;
    }
    close();
    open = { fence, language };
  }
  if (open || lines.length > 0) close();
  return blocks;
}

/** As many of the same marks, or more, and nothing else. */
function endsFence(line: string, fence: string): boolean {
  const marks = line.trim();
  const [mark = ''] = fence;
  return marks.length >= fence.length && marks === mark.repeat(marks.length);
}

export interface TextPart {
  readonly isCode: boolean;
  readonly text: string;
}

/** Cuts one text at its single backticks. */
export function partsOf(text: string): readonly TextPart[] {
  return text
    .split(/(`[^`\n]+`)/)
    .filter((part) => part !== '')
    .map((part) =>
      /^`[^`\n]+`$/.test(part)
        ? { isCode: true, text: part.slice(1, -1) }
        : { isCode: false, text: part },
    );
}
