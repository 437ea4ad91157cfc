/**
 * Looks through an ONNX graph for what has to be there: fields that end exactly where the file does, a version, a
 * graph, operator sets, and the files beside it that hold tensors too large for it.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto and https://onnx.ai/onnx/repo-docs/ExternalData.html
 */
import { ByteCursor } from './byte-cursor.ts';
import { FormProblem, findingsOf, malformed, problemOf } from './form-problem.ts';
import type { ByteSource, ExternalFile, FormDepth, FormReport } from './format.ts';
import { createGraph, type Graph, readGraph } from './onnx-graph.ts';
import { ProtobufWalk } from './protobuf.ts';

const READ_LIMIT_BYTES: Readonly<Record<FormDepth, number>> = {
  quick: 256 * 1024,
  structure: 64 * 2 ** 20,
};

/** Fields of `ModelProto`. */
const IR_VERSION = 1;
const GRAPH = 7;
const OPSET_IMPORT = 8;

/** `quick` does not look into the graph. */
export function parseOnnx(source: ByteSource, depth: FormDepth): FormReport {
  const cursor = new ByteCursor(source, READ_LIMIT_BYTES[depth]);
  const graph = createGraph();
  const problem = problemOf(() => readModel(cursor, depth === 'structure' ? graph : null));
  if (problem) return { format: 'onnx', findings: findingsOf(problem, depth), metadata: {} };
  const common = { format: 'onnx' as const, findings: [], expectedBytes: source.sizeBytes };
  if (depth === 'quick') return { ...common, metadata: {} };
  return {
    ...common,
    metadata: { parameterCount: graph.elementCount },
    externalFiles: externalFilesOf(graph),
  };
}

const externalFilesOf = ({ externalBytes }: Graph): ExternalFile[] =>
  [...externalBytes].map(([path, atLeastBytes]) => ({ path, atLeastBytes }));

function readModel(cursor: ByteCursor, graph: Graph | null): void {
  if (cursor.sizeBytes === 0) throw cursor.truncated();
  const walk = new ProtobufWalk(cursor);
  const seen = { version: 0, hasGraph: false, hasOperators: false };
  walk.message(cursor.sizeBytes, ({ number, wire, value, start, end }) => {
    if (number === IR_VERSION) {
      refuseSecond(seen.version > 0, start, cursor);
      seen.version = wire === 'varint' ? value : 0;
      if (seen.version === 0) throw malformed('The version of the graph is no number.');
    } else if (number === GRAPH) {
      refuseSecond(seen.hasGraph, start, cursor);
      if (wire !== 'bytes') throw malformed('The graph is none.');
      seen.hasGraph = true;
      cursor.where = 'its graph';
      if (graph) readGraph({ walk, cursor, end }, graph);
    } else if (number === OPSET_IMPORT) seen.hasOperators = true;
    cursor.where = seen.hasGraph ? 'what follows its graph' : 'its header';
  });
  refuseMissing(seen, cursor.sizeBytes);
}

/** Fields are written in the order of their numbers, once each: a second one means a second file. */
function refuseSecond(isThere: boolean, start: number, { sizeBytes }: ByteCursor): void {
  if (!isThere) return;
  const sentence = 'The file holds a second graph behind its end.';
  throw new FormProblem({ kind: 'oversized', sentence, expected: start, measured: sizeBytes });
}

/** Since version 3 a graph has to tell its operator sets. */
const OPERATORS_SINCE = 3;

function refuseMissing(
  seen: { readonly version: number; readonly hasGraph: boolean; readonly hasOperators: boolean },
  measured: number,
): void {
  if (seen.version === 0) throw malformed('The file does not tell a version, as a graph does.');
  if (!seen.hasGraph) {
    throw new FormProblem({
      kind: 'truncated',
      sentence: 'The file ends before its graph.',
      measured,
    });
  }
  if (seen.hasOperators || seen.version < OPERATORS_SINCE) return;
  const sentence = 'The file ends behind its graph, before the operators it needs.';
  throw new FormProblem({ kind: 'truncated', sentence, measured });
}
