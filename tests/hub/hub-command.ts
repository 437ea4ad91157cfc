import { bytesContent, syntheticContent } from './content.ts';
import { createDemoUpdate } from './demo-repositories.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Hub } from './hub.ts';
import type { HubMode } from './hub-state.ts';
import type { PlainFile } from './plain-files.ts';
import type { HubRates } from './rates.ts';
import type { HubAccount } from './repository.ts';

/** What another process may ask of a hub; each is the method of the same name. */
export type HubCommand =
  | {
      readonly command: 'setFaults';
      readonly pattern: string;
      readonly plans: FaultPlan | readonly FaultPlan[];
    }
  | { readonly command: 'clearFaults'; readonly pattern?: string }
  | { readonly command: 'setMode'; readonly mode: HubMode }
  | { readonly command: 'setRates'; readonly rates: HubRates }
  | {
      readonly command: 'throttle';
      readonly pattern: string;
      readonly bytesPerSecond: number | null;
    }
  | { readonly command: 'setAccount'; readonly token: string; readonly account: HubAccount | null }
  /** Null removes the file. */
  | {
      readonly command: 'setPlainFile';
      readonly path: string;
      readonly file: PlainFileFacts | null;
    }
  | { readonly command: 'removeRepository'; readonly id: string }
  | { readonly command: 'bytesSent'; readonly filter?: string }
  /** Answered when the matching requests have been sent that many body bytes, together. */
  | { readonly command: 'whenSent'; readonly filter: string; readonly bytes: number }
  /** Pushes a newer commit of `larder-demo/tiny-words-GGUF`; the result is its id. */
  | { readonly command: 'pushDemoUpdate' }
  | { readonly command: PlainCommand };

/** A plain file as data: its text, or so many bytes of noise. */
export type PlainFileFacts = Omit<PlainFile, 'content'> &
  (
    | { readonly text: string }
    | { readonly sizeBytes: number; readonly seed?: number; readonly sha256?: string }
  );

type PlainCommand =
  | 'releaseStalls'
  | 'expireSignedUrls'
  | 'log'
  | 'leaks'
  | 'clearLog'
  | 'goOffline'
  | 'goOnline'
  | 'stop';

/** Carries out one command. The result is plain data, undefined where there is none. */
export async function runHubCommand(hub: Hub, asked: HubCommand): Promise<unknown> {
  switch (asked.command) {
    case 'setFaults':
      return hub.setFaults(asked.pattern, asked.plans);
    case 'clearFaults':
      return hub.clearFaults(asked.pattern);
    case 'setMode':
      return hub.setMode(asked.mode);
    case 'setRates':
      return hub.setRates(asked.rates);
    case 'throttle':
      return hub.throttle(asked.pattern, asked.bytesPerSecond);
    case 'setAccount':
      return hub.setAccount(asked.token, asked.account);
    case 'setPlainFile':
      return hub.setPlainFile(asked.path, asked.file && toPlainFile(asked.file));
    case 'removeRepository':
      return hub.removeRepository(asked.id);
    case 'bytesSent':
      return hub.bytesSent(asked.filter);
    case 'whenSent':
      return hub.until(() => hub.bytesSent(asked.filter) >= asked.bytes);
    case 'pushDemoUpdate':
      return hub.pushCommit('larder-demo/tiny-words-GGUF', createDemoUpdate());
    default:
      return runPlainCommand(hub, asked.command);
  }
}

function toPlainFile(facts: PlainFileFacts): PlainFile {
  const content = 'text' in facts ? bytesContent(facts.text) : syntheticContent(facts);
  return { ...facts, content };
}

async function runPlainCommand(hub: Hub, command: PlainCommand): Promise<unknown> {
  switch (command) {
    case 'releaseStalls':
      return hub.releaseStalls();
    case 'expireSignedUrls':
      return hub.expireSignedUrls();
    case 'log':
      return hub.log;
    case 'leaks':
      return hub.leaks;
    case 'clearLog':
      return hub.clearLog();
    case 'goOffline':
      return hub.goOffline();
    case 'goOnline':
      return hub.goOnline();
    case 'stop':
      return hub.close();
    default:
      throw new Error(`unknown command ${JSON.stringify(command)}`);
  }
}
