/** Reads the manifests of a library and looks at its files, one request at a time: all of it blocks. */
import { parentPort } from 'node:worker_threads';
import { type Glance, type Glanced, glanceAt, readManifest } from '../library/glance.ts';

export type LibraryRequest =
  | { readonly kind: 'manifests'; readonly job: number; readonly files: readonly string[] }
  | {
      readonly kind: 'glance';
      readonly job: number;
      readonly root: string;
      readonly models: readonly Glanced[];
    };

export type LibraryAnswer =
  /** As JSON, which takes the other thread half the time that objects would. */
  | { readonly kind: 'manifests'; readonly job: number; readonly json: string }
  | { readonly kind: 'glance'; readonly job: number; readonly glances: readonly Glance[] };

parentPort?.on('message', (request: LibraryRequest) => {
  parentPort?.postMessage(answerTo(request));
});

function answerTo(request: LibraryRequest): LibraryAnswer {
  const { kind, job } = request;
  if (kind === 'manifests') {
    return { kind, job, json: JSON.stringify(request.files.map(readManifest)) };
  }
  return { kind, job, glances: glanceAt(request.root, request.models) };
}
