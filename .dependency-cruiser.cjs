/**
 * Who may import whom. Each rule is one of docs/architecture's; `tools/boundaries.mjs` runs them, and
 * tests/unit/tools/boundaries.test.ts breaks each of them once.
 */
const ELECTRON = '^electron(/|$)|(^|/)node_modules/electron/';
const MAY_KNOW_ELECTRON = [
  '^src-main/app/',
  '^src-main/main\\.ts$',
  '^src-main/transports/ipc\\.ts$',
  '^src-main/platform/electron-[^/]+\\.ts$',
  '^src-preload/',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'shared-is-pure',
      comment: 'src-shared imports zod and itself.',
      severity: 'error',
      from: { path: '^src-shared/' },
      to: { pathNot: ['^src-shared/', '^zod(/|$)', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'electron-at-the-edge',
      comment: 'The core runs in plain Node: Electron is known to the edges only, even as a type.',
      severity: 'error',
      from: { path: '^src-', pathNot: MAY_KNOW_ELECTRON },
      to: { path: ELECTRON },
    },
    {
      name: 'engines-apart',
      comment: 'An engine hears of another through app/compose.ts or app/wiring.',
      severity: 'error',
      from: { path: '^src-main/engines/([^/]+)/' },
      to: { path: '^src-main/engines/[^/]+/', pathNot: '^src-main/engines/$1/' },
    },
    {
      name: 'engines-on-ports',
      comment: 'What an engine needs comes in as an argument, typed in engines/ports.ts.',
      severity: 'error',
      from: { path: '^src-main/engines/' },
      to: { path: '^src-main/(stores|transports|platform|app)/' },
    },
    {
      name: 'no-barrels',
      comment: 'A module is imported from where it is.',
      severity: 'error',
      from: { path: '^src-' },
      to: { path: '^src-.*(^|/)index\\.tsx?$' },
    },
    {
      name: 'renderer-on-contract',
      comment:
        'Of the rest of the program the window imports src-shared only, and nothing of Node.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-(main|preload)/' },
    },
    {
      name: 'renderer-without-node',
      comment: 'The window is sandboxed: there is no Node in it.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'components-take-props',
      comment: 'Only views read stores.',
      severity: 'error',
      from: { path: '^src-renderer/components/' },
      to: { path: '^src-renderer/stores/' },
    },
    {
      name: 'main-without-window',
      comment: 'The main process knows neither the window nor its preload script.',
      severity: 'error',
      from: { path: '^src-main/' },
      to: { path: '^src-(renderer|preload)/' },
    },
    {
      name: 'preload-on-contract',
      comment: 'The preload script exposes the contract and nothing else.',
      severity: 'error',
      from: { path: '^src-preload/' },
      to: { path: '^src-(main|renderer)/' },
    },
    {
      name: 'program-without-tests',
      comment: 'Nothing that ships imports tests or tools.',
      severity: 'error',
      from: { path: '^src-' },
      to: { path: '^(tests|tools)/' },
    },
    {
      name: 'no-circles',
      comment: 'A circle of imports has no top from which to understand it.',
      severity: 'error',
      from: { path: '^src-' },
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'What cannot be found cannot be checked.',
      severity: 'error',
      from: { path: '^src-' },
      to: { couldNotResolve: true, pathNot: '\\?(url|raw|inline)$' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['(^|/)node_modules/', '^(tests|tools|out)/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
