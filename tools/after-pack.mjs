import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Called by electron-builder for each packaged folder: takes out the application a runtime brings for
 * development, which an unpacked runtime still has.
 * @param {{ appOutDir: string, packager: { getResourcesDir: (folder: string) => string } }} context
 */
export async function afterPack({ appOutDir, packager }) {
  await rm(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
}
