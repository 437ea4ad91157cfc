import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkPresence, checkPresences } from '../../../src-main/library/presence.ts';
import { createLibraryReader } from '../../../src-main/platform/library-reader.ts';
import { manifestSchema } from '../../../src-shared/domain/model.ts';
import { temporaryFolder } from '../../support/folders.ts';

function reader() {
  const opened = createLibraryReader();
  onTestFinished(opened.close);
  return opened;
}

const SIZE = 4;

const manifestOf = (name: string, ...names: readonly string[]) =>
  manifestSchema.parse({
    version: 1,
    id: `hf:maker/${name}`,
    ref: `hf:maker/${name}`,
    name,
    origin: {
      source: 'hf',
      endpoint: 'https://hub.example',
      repository: `maker/${name}`,
      requestedRevision: 'main',
      revision: 'a'.repeat(40),
    },
    folder: `maker/${name}`,
    keep: false,
    trackedAt: '2026-01-01T00:00:00.000Z',
    files: names.map((one) => ({
      path: one,
      localPath: one,
      sizeBytes: SIZE,
      sha256: 'b'.repeat(64),
    })),
  });

/** A library where much is not as it should be, and a hundred models more. */
async function library() {
  const root = await temporaryFolder();
  const outside = await temporaryFolder();
  const put = async (place: string, bytes = SIZE) => {
    const file = path.join(root, 'maker', place);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, 'x'.repeat(bytes));
  };
  await put('whole/a');
  await put('whole/b/c');
  await put('short/a', SIZE - 1);
  await put('folder/a/inside');
  await put('linked/real');
  await symlink('real', path.join(root, 'maker/linked/a'));
  await symlink('nowhere', path.join(root, 'maker/linked/b'));
  await writeFile(path.join(outside, 'a'), 'x'.repeat(SIZE));
  await symlink(outside, path.join(root, 'maker/elsewhere'));
  const many = Array.from({ length: 100 }, (_, index) => manifestOf(`many-${index}`, 'a', 'gone'));
  for (const { name } of many) await put(`${name}/a`);
  const odd = [
    manifestOf('whole', 'a', 'b/c', 'b/gone', 'gone/too'),
    manifestOf('short', 'a'),
    manifestOf('folder', 'a'),
    manifestOf('linked', 'a', 'b', 'real'),
    manifestOf('elsewhere', 'a'),
    manifestOf('nothing', 'a'),
  ];
  return { root, manifests: [...odd, ...many] };
}

it('a look at many models sees what a look at each sees', async () => {
  const { root, manifests } = await library();
  const one = await Promise.all(manifests.map((manifest) => checkPresence(root, manifest)));
  expect(await checkPresences(root, manifests, reader())).toEqual(one);
  expect(one[0]?.map(({ state }) => state)).toEqual(['present', 'present', 'missing', 'missing']);
  expect(one[1]?.map(({ state }) => state)).toEqual(['damaged']);
});

it('reads manifests in the order they were asked for, and none that is torn', async () => {
  const folder = await temporaryFolder();
  const manifests = Array.from({ length: 600 }, (_, index) => manifestOf(`${index}`, 'a'));
  const files = manifests.map(({ name }) => path.join(folder, name));
  for (const [index, file] of files.entries())
    await writeFile(
      file,
      JSON.stringify(manifests[index]).slice(0, index === 300 ? 50 : undefined),
    );
  const read = await reader().manifests([...files, path.join(folder, 'gone')]);
  expect(read).toEqual([...manifests.map((one, index) => (index === 300 ? null : one)), null]);
});

it('goes on after it was closed, as a library may be opened again', async () => {
  const { root, manifests } = await library();
  const again = reader();
  await again.close();
  expect(await checkPresences(root, manifests, again)).toHaveLength(manifests.length);
});
