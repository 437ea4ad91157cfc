/** What a server is asked, and how it answers. */
export interface Question {
  readonly url: string;
  readonly key?: string | undefined;
  /** Sent as JSON by POST; left out for GET. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** For the whole of it; none for an answer that may take its time. */
  readonly patienceMs?: number;
}

/**
 * One exchange. With `hear`, the data of each server-sent event goes there, and `text` is `null`.
 * @throws whatever the network says; the reason of the signal
 */
export type AskServer = (
  question: Question,
  hear?: (data: string) => void,
) => Promise<{ readonly status: number; readonly text: string | null }>;
