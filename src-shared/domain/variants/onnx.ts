/** ONNX weights: one group for each folder and number type. Pure. */
import type { SourceFile } from '../model.ts';
import { baseName, companionsOf, folderOf, groupBy, type RawGroup, stemOf } from './classify.ts';

const TYPE = /[_.-](fp16|fp32|bf16|int8|uint8|quantized|bnb4|q4f16|q[1-8]|int4)$/i;
/** From most to least exact; what comes first stands for the model when there are no plain weights. */
const TYPE_ORDER = ['', 'fp32', 'fp16', 'bf16', 'q8', 'int8', 'uint8', 'quantized', 'q4f16', 'q4'];

export function groupOnnx(files: readonly SourceFile[]): RawGroup[] {
  const graphs = files.filter(({ path }) => /\.onnx$/i.test(path));
  const folders = groupBy(graphs, ({ path }) => folderOf(path));
  return [...folders].flatMap(([folder, inside]) => groupFolder(folder, inside, files));
}

function groupFolder(
  folder: string,
  graphs: readonly SourceFile[],
  files: readonly SourceFile[],
): RawGroup[] {
  const parts = groupBy(graphs, ({ path }) => stemOf(path).replace(TYPE, ''));
  const types = [...new Set(graphs.map(typeOf))].toSorted();
  const isMain = folder === '' || folder === 'onnx';
  const configs = companionsFor(folder, files);
  return types.map((type) => {
    const chosen = [...parts.values()].flatMap((forms) => chooseForm(forms, type));
    const suffix = type === '' ? '' : `-${type}`;
    const place = TYPE_ORDER.indexOf(type);
    return {
      names: [`${isMain ? 'onnx' : folder}${suffix}`, `${folder || 'top'}/onnx${suffix}`],
      format: 'onnx',
      files: [...chosen.flatMap((graph) => [graph, ...externalData(graph, files)]), ...configs],
      rank: isMain ? 200 + (place < 0 ? TYPE_ORDER.length : place) : null,
    };
  });
}

const typeOf = ({ path }: SourceFile) => TYPE.exec(stemOf(path))?.[1]?.toLowerCase() ?? '';

/** A part that does not come in this number type is taken as it is. */
function chooseForm(forms: readonly SourceFile[], type: string): SourceFile[] {
  const form =
    forms.find((file) => typeOf(file) === type) ?? forms.find((file) => typeOf(file) === '');
  return form ? [form] : [];
}

/** Tensors above 2 GB lie beside the graph: `model.onnx_data`, `model.onnx.data`, `model.onnx_data_1`. */
function externalData({ path }: SourceFile, files: readonly SourceFile[]): SourceFile[] {
  return files.filter(
    (file) => file.path.startsWith(path) && /^[._]data(_\d+)?$/.test(file.path.slice(path.length)),
  );
}

/** What lies beside the graphs, and what lies at the top unless the folder has a configuration itself. */
function companionsFor(folder: string, files: readonly SourceFile[]): SourceFile[] {
  const own = companionsOf(folder, files);
  const isSelfContained = own.some(({ path }) => /(^|_)config\.json$/.test(baseName(path)));
  const top = companionsOf('', files).filter(({ path }) => folderOf(path) === '');
  return folder === '' || isSelfContained ? own : [...own, ...top];
}
