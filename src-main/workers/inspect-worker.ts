/** Reads the headers of model files, one request at a time: these parsers block. */
import { parentPort } from 'node:worker_threads';
import type { FormDepth, FormReport } from '../formats/format.ts';
import { inspectCode, inspectFile, inspectModel, type ModelReport } from '../formats/inspect.ts';
import type { CodeReport } from '../formats/safety/scan.ts';

export type InspectRequest =
  | {
      readonly kind: 'file';
      readonly job: number;
      readonly path: string;
      readonly name: string;
      readonly depth: FormDepth;
    }
  | {
      readonly kind: 'model';
      readonly job: number;
      readonly files: readonly { readonly path: string; readonly name: string }[];
    }
  | { readonly kind: 'code'; readonly job: number; readonly path: string; readonly name: string };

export type InspectAnswer =
  | { readonly kind: 'file'; readonly job: number; readonly report: FormReport }
  | { readonly kind: 'model'; readonly job: number; readonly report: ModelReport }
  | { readonly kind: 'code'; readonly job: number; readonly report: CodeReport | null }
  | {
      readonly kind: 'failed';
      readonly job: number;
      readonly code: string;
      readonly message: string;
    };

parentPort?.on('message', (request: InspectRequest) => {
  parentPort?.postMessage(answerTo(request));
});

function answerTo(request: InspectRequest): InspectAnswer {
  const { job } = request;
  try {
    if (request.kind === 'model') {
      return { kind: 'model', job, report: inspectModel(request.files) };
    }
    if (request.kind === 'code') {
      return { kind: 'code', job, report: inspectCode(request.path, request.name) };
    }
    return { kind: 'file', job, report: inspectFile(request.path, request) };
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    return { kind: 'failed', job, code: error.code ?? 'UNKNOWN', message: error.message };
  }
}
