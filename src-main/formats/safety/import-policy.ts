/**
 * What checkpoints may import. The list of what is allowed decides, as lists of what is forbidden have been got round
 * again and again; that one only says how bad it is.
 * @see https://github.com/trailofbits/fickling and https://github.com/mmaitre314/picklescan for the cases
 */
import type { Import } from './pickle-imports.ts';

export type ImportGrade = 'allowed' | 'suspicious' | 'dangerous';

const names = (module: string, ...all: readonly string[]) => all.map((name) => `${module} ${name}`);

const STORAGES = [
  'Double',
  'Float',
  'Half',
  'Long',
  'Int',
  'Short',
  'Char',
  'Byte',
  'Bool',
  'BFloat16',
  'ComplexDouble',
  'ComplexFloat',
  'QUInt8',
  'QInt8',
  'QInt32',
  'QUInt4x2',
  'QUInt2x4',
].map((type) => `${type}Storage`);

const TORCH_TYPES = [
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'float8_e4m3fn',
  'float8_e5m2',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint8',
  'bool',
  'complex64',
  'complex128',
  'Size',
  'device',
  'Tensor',
];

const NUMPY_MULTIARRAY = ['numpy.core.multiarray', 'numpy._core.multiarray'];

/** Containers, tensors and plain values: making one of them runs nothing of the file's own. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...names('collections', 'OrderedDict', 'defaultdict', 'Counter', 'deque'),
  ...['builtins', '__builtin__'].flatMap((module) =>
    names(
      module,
      'set',
      'frozenset',
      'list',
      'dict',
      'tuple',
      'int',
      'float',
      'complex',
      'bool',
      'str',
      'bytes',
      'bytearray',
      'slice',
      'range',
      'object',
      'long',
      'unicode',
    ),
  ),
  ...names('torch', ...STORAGES, ...TORCH_TYPES),
  ...names('torch.storage', 'UntypedStorage', 'TypedStorage'),
  ...names(
    'torch._utils',
    '_rebuild_tensor',
    '_rebuild_tensor_v2',
    '_rebuild_parameter',
    '_rebuild_parameter_with_state',
    '_rebuild_sparse_tensor',
    '_rebuild_qtensor',
    '_rebuild_meta_tensor_no_storage',
  ),
  ...names('torch.nn.parameter', 'Parameter', 'Buffer'),
  ...names('torch.serialization', '_get_layout'),
  ...names('numpy', 'dtype', 'ndarray', 'float32', 'float64', 'int32', 'int64', 'bool_'),
  ...NUMPY_MULTIARRAY.flatMap((module) => names(module, '_reconstruct', 'scalar')),
  ...names('_codecs', 'encode'),
  ...names('datetime', 'datetime', 'date', 'timedelta', 'timezone'),
  ...names('argparse', 'Namespace'),
  ...names('pathlib', 'PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath', 'Path'),
]);

/** With all that is in them and below them. */
const DANGEROUS_MODULES: readonly string[] = [
  'os',
  'posix',
  'nt',
  'sys',
  'subprocess',
  'commands',
  'socket',
  'ssl',
  'shutil',
  'runpy',
  'pty',
  'pdb',
  'bdb',
  'profile',
  'cProfile',
  'timeit',
  'ctypes',
  'asyncio',
  'aiohttp',
  'httplib',
  'http',
  'requests',
  'urllib',
  'urllib2',
  'webbrowser',
  'pickle',
  '_pickle',
  'cPickle',
  'pip',
  'venv',
  'ensurepip',
  'test',
  'pydoc',
  'uuid',
  'distutils',
  'marshal',
  'importlib',
  'imp',
  'zipimport',
  'multiprocessing',
  'threading',
  'gc',
  'inspect',
  'tempfile',
  'dill',
  'joblib',
  'cloudpickle',
  'ftplib',
  'smtplib',
  'telnetlib',
  'imaplib',
  'code',
  'codeop',
  'doctest',
  'trace',
  'pkgutil',
  'idlelib',
  'lib2to3',
  '_osx_support',
  '_aix_support',
  '_pyrepl',
  '_io',
  'io',
  'logging',
  'types',
  'platform',
  'signal',
  'numpy.f2py',
  'numpy.testing',
  'torch.hub',
  'torch.jit',
  'torch._inductor',
  'torch._dynamo',
  'torch.utils',
  'torch.fx',
  '__main__',
  '?',
];

const DANGEROUS_NAMES: ReadonlySet<string> = new Set([
  ...['builtins', '__builtin__'].flatMap((module) =>
    names(
      module,
      'eval',
      'exec',
      'execfile',
      'compile',
      'getattr',
      'setattr',
      'delattr',
      'apply',
      'open',
      'breakpoint',
      '__import__',
      'input',
      'globals',
      'vars',
      'map',
      'filter',
    ),
  ),
  ...['operator', '_operator'].flatMap((module) =>
    names(module, 'attrgetter', 'itemgetter', 'methodcaller'),
  ),
  ...names('functools', 'partial', 'reduce'),
  ...names('torch', 'load'),
  ...names('torch.serialization', 'load'),
  ...names('torch.storage', '_load_from_bytes'),
]);

export function gradeImport({ module, name }: Import): ImportGrade {
  const full = `${module} ${name}`;
  if (ALLOWED.has(full)) return 'allowed';
  const isBelow = DANGEROUS_MODULES.some(
    (dangerous) => module === dangerous || module.startsWith(`${dangerous}.`),
  );
  // A dotted name reaches into what it names, from protocol 4 on.
  const reachesInto = name.includes('.') || DANGEROUS_MODULES.includes(name);
  return isBelow || reachesInto || DANGEROUS_NAMES.has(full) ? 'dangerous' : 'suspicious';
}
