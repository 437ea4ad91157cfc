/** Ollama and ComfyUI as they answer over HTTP. */
import { serve } from './small-server.ts';

export interface LoadedInOllama {
  readonly name: string;
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Ollama with what it holds in memory. @see server/routes.go, PsHandler */
export async function startOllama() {
  /** All but the list of its models, which every server that may answer is asked for. */
  const asked: string[] = [];
  let loaded: readonly LoadedInOllama[] = [];
  const url = await serve((request, response) => {
    if (request.url !== '/v1/models') asked.push(request.url ?? '');
    if (request.url !== '/api/ps') return void response.writeHead(404).end('404 page not found');
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ models: loaded.map(runningModel) }));
  });
  return {
    url,
    asked,
    hold: (...models: LoadedInOllama[]) => {
      loaded = models;
    },
  };
}

const runningModel = ({ name, digest, expiresAt }: LoadedInOllama) => ({
  name,
  model: name,
  size: 2_019_393_189,
  digest,
  details: {
    parent_model: '',
    format: 'gguf',
    family: 'llama',
    families: ['llama'],
    parameter_size: '1.2B',
    quantization_level: 'Q8_0',
  },
  // Go writes nanoseconds, and the offset of its zone.
  expires_at: new Date(expiresAt + 7_200_000).toISOString().replace('Z', '417331+02:00'),
  size_vram: 2_019_393_189,
  context_length: 4_096,
});

export interface ComfyRun {
  readonly id: string;
  readonly at: number;
  readonly durationMs?: number;
  readonly end?: 'execution_success' | 'execution_error' | 'execution_interrupted';
  readonly checkpoint?: string;
  readonly lora?: string;
}

export const SECRET = 'my secret garden at dawn';

/** ComfyUI with its history. @see execution.py: PromptExecutor, PromptQueue.get_history */
export async function startComfyUi() {
  const asked: string[] = [];
  const history: [string, unknown][] = [];
  const url = await serve((request, response) => {
    asked.push(request.url ?? '');
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://comfy');
    if (pathname !== '/history') return void response.writeHead(404).end('404: Not Found');
    const most = Number(searchParams.get('max_items') ?? history.length);
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(Object.fromEntries(history.slice(-most))));
  });
  return {
    url,
    asked,
    ran: (run: ComfyRun) => void history.push([run.id, historyEntry(run)]),
    /** As other versions, or other programs, may answer. */
    add: (id: string, entry: unknown) => void history.push([id, entry]),
  };
}

export function historyEntry(run: ComfyRun) {
  const {
    id,
    at,
    durationMs = 8_000,
    end = 'execution_success',
    checkpoint = 'sdxl.safetensors',
  } = run;
  const graph = {
    '3': {
      inputs: { seed: 1566802, steps: 20, cfg: 8, sampler_name: 'euler', model: ['10', 0] },
      class_type: 'KSampler',
      _meta: { title: 'KSampler' },
    },
    '4': { inputs: { ckpt_name: checkpoint }, class_type: 'CheckpointLoaderSimple' },
    '6': {
      inputs: { text: `${SECRET}.safetensors`, clip: ['4', 1] },
      class_type: 'CLIPTextEncode',
    },
    '9': { inputs: { filename_prefix: SECRET, images: ['8', 0] }, class_type: 'SaveImage' },
    ...(run.lora && {
      '10': {
        inputs: { lora_name: run.lora, strength_model: 0.8, model: ['4', 0], clip: ['4', 1] },
        class_type: 'LoraLoader',
      },
    }),
  };
  const ending = {
    execution_success: {},
    execution_interrupted: { node_id: '3', node_type: 'KSampler', executed: ['4'] },
    execution_error: {
      node_id: '3',
      node_type: 'KSampler',
      executed: ['4'],
      exception_message: `Allocation failed while making ${SECRET}`,
      exception_type: 'torch.OutOfMemoryError',
      traceback: [],
      current_inputs: { text: [SECRET] },
      current_outputs: [],
    },
  }[end];
  return {
    prompt: [0, id, graph, { extra_pnginfo: { workflow: { nodes: [SECRET] } } }, ['9']],
    outputs: { '9': { images: [{ filename: 'a.png', subfolder: '', type: 'output' }] } },
    status: {
      status_str: end === 'execution_success' ? 'success' : 'error',
      completed: end === 'execution_success',
      messages: [
        ['execution_start', { prompt_id: id, timestamp: at }],
        ['execution_cached', { nodes: [], prompt_id: id, timestamp: at + 3 }],
        [end, { prompt_id: id, timestamp: at + durationMs, ...ending }],
      ],
    },
    meta: { '9': { node_id: '9', display_node: '9', parent_node: null, real_node_id: '9' } },
  };
}
