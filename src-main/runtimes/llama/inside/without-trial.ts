/**
 * On Linux and Windows node-llama-cpp first tries its library in one more process, so that one that does not fit
 * ends nobody else. This process is that one already, and a packaged application may start no further ones: the
 * trial is left out. Has to be called before node-llama-cpp is imported.
 */
import * as modules from 'node:module';

const TRIAL = '/testBindingBinary.js';
const PASSED = 'data:text/javascript,export const testBindingBinary = async () => true;';

interface Resolved {
  readonly url: string;
  readonly shortCircuit?: boolean;
}
type Next = (specifier: string, context: unknown) => Resolved;
type Resolve = (specifier: string, context: unknown, next: Next) => Resolved;

/** Node 22.15 and later; before that hooks run in a thread of their own, and come as text. */
type RegisterHooks = (hooks: { resolve: Resolve }) => void;

export function loadWithoutTrial(): void {
  const { registerHooks } = modules as { registerHooks?: RegisterHooks };
  if (registerHooks) {
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier.endsWith(TRIAL) ? { url: PASSED, shortCircuit: true } : next(specifier, context),
    });
    return;
  }
  const hook = `export const resolve = async (specifier, context, next) => specifier.endsWith(${JSON.stringify(TRIAL)}) ? { url: ${JSON.stringify(PASSED)}, shortCircuit: true } : next(specifier, context);`;
  modules.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
