import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { AppError, toErrorReport } from '../../../src-shared/errors.ts';
import { aLibrary, aModel, anEvent, GB } from './support/builders.ts';
import { createFakeBridge } from './support/fake-bridge.ts';
import { renderApp } from './support/render-app.tsx';

const USB = '/media/ada/Disk/models';
const main = aLibrary();
const other = aLibrary({ folder: USB, isMain: false, modelCount: 1, usedBytes: 4 * GB });
const both = { 'libraries.list': () => ({ items: [main, other] }) };

type Answers = Parameters<typeof createFakeBridge>[0];

async function openStorage(answers: Answers = both) {
  const bridge = createFakeBridge(answers);
  renderApp(bridge);
  const navigation = await screen.findByRole('navigation');
  fireEvent.click(within(navigation).getByRole('button', { name: 'Storage' }));
  await screen.findByRole('heading', { name: 'Storage' });
  return bridge;
}

const row = (folder: string) => screen.findByRole('region', { name: `Library ${folder}` });

async function choose(folder: string, action: string | RegExp) {
  const name = `More actions for the library ${folder}`;
  fireEvent.click(within(await row(folder)).getByRole('button', { name }));
  fireEvent.click(await screen.findByRole('menuitem', { name: action }));
}

describe('libraries in the storage view', () => {
  it('each says what is in it, and which one new models come to', async () => {
    await openStorage();
    expect(
      within(await row(main.folder)).getByText('2 models, 8.00 GB, 40.0 GB free'),
    ).toBeTruthy();
    expect(within(await row(main.folder)).getByText('New models come here')).toBeTruthy();
    expect(within(await row(USB)).queryByText('New models come here')).toBeNull();
  });

  it('one whose drive is unplugged says that nothing is lost, as soon as it is', async () => {
    const bridge = await openStorage();
    const error = toErrorReport(new AppError('LIBRARY_MISSING', { folder: USB }));
    const offline = { ...other, state: 'offline' as const, error, freeBytes: null };
    await row(USB);
    bridge.emit(anEvent(1, 'library.state', { items: [main, offline] }));
    const status = await within(await row(USB)).findByRole('status');
    expect(status.textContent).toBe('Its drive is not plugged in. Nothing is lost.');
  });

  it('another folder is added once it was chosen', async () => {
    const bridge = await openStorage({ 'folders.choose': () => ({ path: USB }) });
    fireEvent.click(await screen.findByRole('button', { name: 'Add a library…' }));
    await waitFor(() => expect(bridge.inputsOf('libraries.add')).toEqual([{ folder: USB }]));
  });

  it('all models of one move to another after it was asked', async () => {
    const bridge = await openStorage();
    await choose(main.folder, `Move all models to ${USB}…`);
    expect(bridge.inputsOf('libraries.move')).toEqual([]);
    fireEvent.click(await screen.findByRole('button', { name: 'Move 8.00 GB' }));
    await waitFor(() =>
      expect(bridge.inputsOf('libraries.move')).toEqual([{ folder: main.folder, to: USB }]),
    );
  });

  it('a move can be stopped', async () => {
    const moving = aLibrary({ movesTo: USB });
    const bridge = await openStorage({ 'libraries.list': () => ({ items: [moving, other] }) });
    fireEvent.click(within(await row(main.folder)).getByRole('button', { name: 'Stop moving' }));
    await waitFor(() =>
      expect(bridge.inputsOf('libraries.move')).toEqual([{ folder: main.folder, to: null }]),
    );
  });

  it('a budget is set in gigabytes, and shown with what is used of it', async () => {
    const bridge = await openStorage();
    await choose(USB, 'Set a budget…');
    const field = await screen.findByRole('textbox', { name: 'Models and downloads may take' });
    fireEvent.change(field, { target: { value: '50' } });
    fireEvent.click(await screen.findByRole('button', { name: 'Set to 50.0 GB' }));
    await waitFor(() =>
      expect(bridge.inputsOf('libraries.change')).toEqual([{ folder: USB, budgetBytes: 50 * GB }]),
    );
    bridge.emit(anEvent(1, 'library.state', { items: [main, { ...other, budgetBytes: 50 * GB }] }));
    expect(await screen.findByText(/4\.00 GB of 50\.0 GB/)).toBeTruthy();
  });
});

it('a model is moved from its row to another library', async () => {
  const model = aModel({ library: main.folder });
  const bridge = createFakeBridge({ ...both, 'models.list': () => ({ items: [model] }) });
  renderApp(bridge);
  fireEvent.click(await screen.findByRole('button', { name: /^More actions for/ }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Move to Disk/models' }));
  await waitFor(() =>
    expect(bridge.inputsOf('models.move')).toEqual([{ modelId: model.id, to: USB }]),
  );
});
