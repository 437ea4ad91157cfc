import { expect, it } from 'vitest';
import {
  type ComfyUiRun,
  createComfyUiSignal,
  usesOfRun,
} from '../../../src-main/engines/analytics/comfyui-signal.ts';
import { createManualClock } from '../transports/manual-clock.ts';
import { aFound } from './known-models.ts';

const START = Date.UTC(2026, 0, 31);
const known = {
  manifests: [],
  found: [
    aFound('local:comfyui/sdxl', { places: ['/c/checkpoints/sdxl.safetensors'] }),
    aFound('local:comfyui/detail', { places: ['/c/loras/detail.safetensors'] }),
  ],
};

const aRun = (id: string, changes: Partial<ComfyUiRun> = {}): ComfyUiRun => ({
  id,
  files: ['sdxl.safetensors'],
  startedAt: START + 1_000,
  endedAt: START + 9_000,
  outcome: 'success',
  ...changes,
});

it('R8.1 a run is one use of each model it names, of those that are known', () => {
  const files = [
    'sdxl.safetensors',
    'detail.safetensors',
    'sdxl.safetensors',
    'unknown.safetensors',
  ];
  const uses = usesOfRun(aRun('a', { files }), known);
  expect(uses).toEqual(
    ['local:comfyui/sdxl', 'local:comfyui/detail'].map((modelId) => ({
      modelId,
      task: 'image',
      startedAt: '2026-01-31T00:00:01.000Z',
      durationMs: 8_000,
      success: true,
      app: 'comfyui',
    })),
  );
});

it('a failed run is a failure with its kind; one that was stopped is neither failure nor measure', () => {
  const failed = aRun('a', { outcome: 'error', errorCode: 'torch.OutOfMemoryError' });
  expect(usesOfRun(failed, known)).toMatchObject([
    { success: false, durationMs: 8_000, errorCode: 'torch.OutOfMemoryError' },
  ]);
  const [stopped] = usesOfRun(aRun('b', { outcome: 'stopped' }), known);
  expect(stopped).toMatchObject({ success: true });
  expect(stopped).not.toHaveProperty('durationMs');
});

function rig() {
  const { clock, advance } = createManualClock(START);
  const asked: number[] = [];
  let runs: ComfyUiRun[] | null = [];
  const signal = createComfyUiSignal({
    clock,
    isOn: () => true,
    known: () => known,
    history: async (most) => {
      asked.push(most);
      return runs?.slice(-most) ?? null;
    },
  });
  const look = async () => (await signal.look()).length;
  const tell = (...next: ComfyUiRun[]) => {
    runs = next;
  };
  const silence = () => {
    runs = null;
  };
  return { signal, look, asked, advance, tell, silence };
}

it('each run counts once, however many came between two looks', async () => {
  const { look, tell, asked } = rig();
  expect(await look()).toBe(0);
  tell(aRun('a'), aRun('b'), aRun('c'));
  expect(await look()).toBe(3);
  expect(await look()).toBe(0);
  expect(asked).toEqual([1, 1, 64, 1]);
});

it('what ran before it was wanted does not count, nor while it was not', async () => {
  const { signal, look, tell, advance } = rig();
  const early = aRun('a', { startedAt: START - 9_000, endedAt: START - 1_000 });
  tell(early, aRun('b'));
  expect(await look()).toBe(1);
  signal.forget();
  advance(60_000);
  expect(await look()).toBe(0);
});

it('a ComfyUI that starts later than Larder is heard from its first run on', async () => {
  const { look, tell, silence } = rig();
  silence();
  expect(await look()).toBe(0);
  tell(aRun('a'));
  expect(await look()).toBe(1);
});
