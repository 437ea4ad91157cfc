import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { FoundModel } from '../../../src-shared/domain/inventory.ts';
import type { Proposal } from '../../../src-shared/domain/storage.ts';
import { aLibrary, aModel, anEvent, anInventory, aVolume, GB } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

type Answers = Parameters<typeof createFakeBridge>[0];

async function openStorage(answers: Answers = {}) {
  const bridge = createFakeBridge(answers);
  renderApp(bridge);
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: 'Storage' }));
  await screen.findByRole('heading', { name: 'Storage' });
  return bridge;
}

const proposal = (changes: Partial<Proposal> = {}): Proposal => ({
  modelId: 'hf:acme/old',
  name: 'Old',
  sizeBytes: 4 * GB,
  freedBytes: 4 * GB,
  score: 80,
  reasons: ['Last used 90 days ago.'],
  rule: null,
  isChosen: false,
  ...changes,
});

const found = (changes: Partial<FoundModel> = {}): FoundModel => ({
  id: 'f1',
  app: 'ollama',
  folder: '/home/ada/.ollama/models',
  name: 'llama3.2:3b',
  format: 'gguf',
  files: [],
  sizeBytes: 2 * GB,
  lacks: [],
  sameAs: [],
  ...changes,
});

const place = {
  app: 'ollama' as const,
  folder: '/home/ada/.ollama/models',
  isChosen: false,
  models: 1,
  sizeBytes: 2 * GB,
};

const cleanupOf = (...items: Proposal[]) => ({
  items,
  targetBytes: null,
  chosenBytes: 0,
  reachesTarget: true,
});

describe('R3.4 the storage view', () => {
  it('says in words what takes room', async () => {
    const volume = aVolume({ partial: 3 * GB });
    await openStorage({ 'storage.get': () => ({ volumes: [volume], keepFreeBytes: 0 }) });
    const bar = await screen.findByRole('img', {
      name: /Models 40\.0 GB, Unfinished downloads 3\.00 GB/,
    });
    expect(bar.getAttribute('aria-label')).toContain('Free 38.2 GB');
    expect(screen.getByText('38.2 GB free where the library is')).toBeTruthy();
  });

  it('removes what was chosen after it was asked, and asks for the picture anew', async () => {
    const bridge = await openStorage({
      'cleanup.propose': () => cleanupOf(proposal(), proposal({ modelId: 'hf:acme/b', name: 'B' })),
      'cleanup.run': () => ({ freedBytes: 4 * GB, undoUntil: null, items: [] }),
    });
    fireEvent.click(await screen.findByRole('checkbox', { name: /^Old/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Remove 1 model, 4.00 GB…' }));
    const before = bridge.inputsOf('storage.get').length;
    fireEvent.click(await screen.findByRole('button', { name: 'Delete 4.00 GB' }));
    await waitFor(() =>
      expect(bridge.inputsOf('cleanup.run')).toEqual([
        { modelIds: ['hf:acme/old'], toTrash: false },
      ]),
    );
    await waitFor(() => expect(bridge.inputsOf('storage.get').length).toBeGreaterThan(before));
    expect(await screen.findByText('4.00 GB freed')).toBeTruthy();
  });

  it('what a person chose stays chosen when the picture is drawn anew', async () => {
    const bridge = await openStorage({
      'cleanup.propose': () => cleanupOf(proposal(), proposal({ modelId: 'hf:acme/b', name: 'B' })),
    });
    fireEvent.click(await screen.findByRole('checkbox', { name: /^Old/ }));
    const before = bridge.inputsOf('cleanup.propose').length;
    bridge.emit(anEvent(1, 'library.state', { items: [aLibrary()] }));
    await waitFor(() => expect(bridge.inputsOf('cleanup.propose').length).toBeGreaterThan(before));
    expect(await screen.findByRole('button', { name: 'Remove 1 model, 4.00 GB…' })).toBeTruthy();
  });

  it('chooses for a target, and says when it cannot be reached', async () => {
    const bridge = await openStorage({
      'cleanup.propose': ({ targetBytes }) =>
        targetBytes === undefined
          ? cleanupOf(proposal())
          : {
              ...cleanupOf(proposal({ isChosen: true })),
              chosenBytes: 4 * GB,
              reachesTarget: false,
            },
    });
    const select = await screen.findByRole('combobox', { name: 'How much should become free' });
    fireEvent.change(select, { target: { value: String(50 * GB) } });
    expect(await screen.findByText(/frees 4\.00 GB, less than you asked for/)).toBeTruthy();
    expect(bridge.inputsOf('cleanup.propose').at(-1)).toEqual({ targetBytes: 50 * GB });
    expect(screen.getByRole('button', { name: 'Remove 1 model, 4.00 GB…' })).toBeTruthy();
  });

  it('keeps a model', async () => {
    const bridge = await openStorage({
      'cleanup.propose': () => cleanupOf(proposal()),
      'models.keep': () => aModel({ keep: true }),
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Keep Old' }));
    await waitFor(() =>
      expect(bridge.inputsOf('models.keep')).toEqual([{ modelId: 'hf:acme/old', keep: true }]),
    );
  });

  it('says so when there is nothing to propose', async () => {
    await openStorage();
    expect(await screen.findByText(/Nothing to propose/)).toBeTruthy();
  });
});

describe('S9 models of other programs', () => {
  it('are used in place, and let go of again', async () => {
    let isAdopted = false;
    const bridge = await openStorage({
      'import.list': () =>
        anInventory({ places: [place], items: [found({ sameAs: isAdopted ? ['ollama:x'] : [] })] }),
      'import.adopt': () => {
        isAdopted = true;
        return { items: [{ id: 'f1', modelId: 'ollama:x', way: 'linked', error: null }] };
      },
      'import.undo': () => ({ modelId: 'ollama:x' }),
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Use llama3.2:3b in place' }));
    expect(await screen.findByText(/it takes no further room/)).toBeTruthy();
    const model = aModel({ id: 'ollama:x', adopted: { app: 'ollama', way: 'linked' } });
    bridge.emit(anEvent(1, 'model.status', { modelId: 'ollama:x', model }));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo: use llama3.2:3b in place' }));
    await waitFor(() => expect(bridge.inputsOf('import.undo')).toEqual([{ modelId: 'ollama:x' }]));
  });

  it('that lack a file say which, and cannot be used', async () => {
    const lacking = found({ lacks: ['b.gguf', 'c.gguf'] });
    await openStorage({ 'import.list': () => anInventory({ places: [place], items: [lacking] }) });
    expect(await screen.findByText('Lacks b.gguf and 1 more file')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /in place/ })).toBeNull();
  });

  it('a scan says how far it is, and can be stopped', async () => {
    const scan = { ...anInventory().scan, state: 'scanning' as const, filesSeen: 1_200 };
    const bridge = await openStorage({
      'import.list': () => anInventory({ scan }),
      'import.stop': () => anInventory().scan,
    });
    bridge.emit(anEvent(1, 'inventory.state', { scan, places: [] }));
    expect(await screen.findByText('Looking: 1,200 files seen')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(bridge.inputsOf('import.stop')).toHaveLength(1));
  });

  it('a scan that waits for the computer to be idle says so', async () => {
    const scan = { ...anInventory().scan, state: 'identifying' as const, isWaiting: true };
    const waiting = { ...scan, bytesToIdentify: 9 * GB, bytesIdentified: 2 * GB };
    await openStorage({ 'import.list': () => anInventory({ scan: waiting }) });
    expect(await screen.findByText(/Will read 7\.00 GB more/)).toBeTruthy();
  });

  it('a folder is added once a person chose one', async () => {
    const bridge = await openStorage({
      'folders.choose': () => ({ path: '/data/models' }),
      'import.scan': () => anInventory().scan,
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Add a folder…' }));
    await waitFor(() =>
      expect(bridge.inputsOf('import.scan')).toEqual([{ folders: ['/data/models'] }]),
    );
  });

  it('bytes that are here more than once are told with their places', async () => {
    const duplicate = {
      sha256: 'a',
      sizeBytes: 2 * GB,
      places: ['/a/x', '/b/y'],
      wastedBytes: 2 * GB,
    };
    await openStorage({ 'import.list': () => anInventory({ duplicates: [duplicate] }) });
    expect(await screen.findByText('2 times 2.00 GB')).toBeTruthy();
    expect(screen.getByText('/b/y')).toBeTruthy();
  });
});
