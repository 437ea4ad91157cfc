/**
 * What other programs on this computer tell over HTTP. Whoever does not answer is not there: that is no error. Only
 * what is counted leaves this file; prompts and outputs are in the answers, and are not read.
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md (list running models)
 * @see https://docs.comfy.org/development/comfyui-server/comms_routes
 */
import { z } from 'zod';
import { AppError } from '../../src-shared/errors.ts';
import type { ComfyUiRun } from '../engines/analytics/comfyui-signal.ts';
import type { LoadedModel } from '../engines/analytics/ollama-signal.ts';
import { type HttpClient, readJson } from './http.ts';
import { isThisComputer } from './proxy.ts';

const PATIENCE_MS = 3_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** `OLLAMA_HOST` as Ollama reads it: with or without scheme and port. `null` when it is another computer. */
export function ollamaAddress({ OLLAMA_HOST }: Environment): string | null {
  return addressOf(OLLAMA_HOST, 'http://127.0.0.1:11434');
}

/** `COMFYUI_BASE_URL`, as other programs call it. `null` when it is another computer. */
export function comfyUiAddress({ COMFYUI_BASE_URL }: Environment): string | null {
  return addressOf(COMFYUI_BASE_URL, 'http://127.0.0.1:8188');
}

function addressOf(text: string | undefined, usual: string): string | null {
  const named = text?.trim().replace(/^["']|["']$/g, '');
  if (!named) return usual;
  const [, scheme = 'http', rest = ''] = /^(?:(https?):\/\/)?(.*)$/i.exec(named) ?? [];
  const withHost = rest.startsWith(':') ? `127.0.0.1${rest}` : rest;
  const address = `${scheme}://${withHost}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  // It listens everywhere, here as well.
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = '127.0.0.1';
  if (!isThisComputer(url.hostname)) return null;
  const isBare = !/:\d+(\/|$)/.test(withHost) && named === rest;
  if (isBare) url.port = new URL(usual).port;
  return url.origin;
}

/** @returns `null` when nobody answers, or not like this */
async function ask<T>(http: HttpClient, url: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const answer = await http.send({ url, signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.status === 200 ? readJson(answer, schema) : null;
  } catch (error) {
    const isTooLate = error instanceof DOMException && error.name === 'TimeoutError';
    if (isTooLate || error instanceof AppError) return null;
    throw error;
  }
}

const loadedSchema = z.object({
  models: z
    .array(
      z.object({
        name: z.string().max(1_000),
        digest: z
          .string()
          .max(100)
          .transform((digest) => digest.replace(/^sha256[:-]/, '')),
        expires_at: z.string().transform((time, context) => {
          const at = Date.parse(time);
          if (Number.isNaN(at)) context.addIssue('is no time');
          return at;
        }),
      }),
    )
    .max(1_000),
});

/** Models that Ollama holds in memory now. */
export async function loadedInOllama(
  http: HttpClient,
  address: string,
): Promise<LoadedModel[] | null> {
  const answer = await ask(http, `${address}/api/ps`, loadedSchema);
  return (
    answer?.models.map(({ name, digest, expires_at: expiresAt }) => ({
      name,
      digest,
      expiresAt,
    })) ?? null
  );
}

/** A file of weights under a key such as `ckpt_name` or `clip_name2`. */
const isNameKey = (key: string) => /_name\d*$/.test(key);
const MODEL_FILE = /^[^\n]{1,400}\.(safetensors|sft|ckpt|pt2?|pth|bin|gguf|onnx)$/i;

const nodeSchema = z
  .object({ inputs: z.record(z.string(), z.unknown()) })
  .transform(({ inputs }) =>
    Object.entries(inputs).flatMap(([key, value]) =>
      isNameKey(key) && typeof value === 'string' && MODEL_FILE.test(value) ? [value] : [],
    ),
  );

const messageSchema = z.tuple([
  z.string(),
  z.object({ timestamp: z.number().optional(), exception_type: z.string().optional() }),
]);

const runSchema = z.object({
  /** Number, id, graph; then what the window had added. */
  prompt: z.tuple([z.unknown(), z.unknown(), z.record(z.string(), nodeSchema)], z.unknown()),
  status: z.object({ messages: z.array(messageSchema) }),
});

const historySchema = z.record(z.string(), z.unknown());

const ENDS: Readonly<Record<string, ComfyUiRun['outcome']>> = {
  execution_success: 'success',
  execution_error: 'error',
  execution_interrupted: 'stopped',
};

/** The newest runs of ComfyUI, oldest first. Those of which it did not keep the times are left out. */
export async function comfyUiHistory(
  http: HttpClient,
  address: string,
  most: number,
): Promise<ComfyUiRun[] | null> {
  const answer = await ask(http, `${address}/history?max_items=${most}`, historySchema);
  return answer && Object.entries(answer).flatMap(([id, entry]) => runOf(id, entry) ?? []);
}

function runOf(id: string, entry: unknown): ComfyUiRun | null {
  const { data } = runSchema.safeParse(entry);
  if (!data) return null;
  const [, , graph] = data.prompt;
  const { messages } = data.status;
  const start = messages.find(([kind]) => kind === 'execution_start')?.[1];
  const [kind = '', end] = messages.findLast(([name]) => name in ENDS) ?? [];
  const outcome = ENDS[kind];
  if (!outcome || start?.timestamp === undefined || end?.timestamp === undefined) return null;
  const exception = end.exception_type;
  return {
    id,
    files: [...new Set(Object.values(graph).flat())],
    startedAt: start.timestamp,
    endedAt: end.timestamp,
    outcome,
    // A name of a class; anything else could say more than it should.
    ...(exception && /^[\w.]{1,100}$/.test(exception) && { errorCode: exception }),
  };
}
