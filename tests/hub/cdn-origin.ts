import { deliver } from './deliver.ts';
import { answerWhole, type Exchange } from './exchange.ts';
import { xmlError } from './fault-answer.ts';
import { describeFile } from './file-facts.ts';
import { answerMode } from './hub-origin.ts';
import type { HubState, StoredObject } from './hub-state.ts';
import { isLargeFile } from './repository.ts';

/**
 * Answers one request at the second origin, which knows nothing of tokens: a good signature is all
 * it asks for. A request that carries Authorization is a leak, refused and to be seen in the log.
 */
export async function answerCdn(exchange: Exchange, state: HubState): Promise<void> {
  const { url, record, method } = exchange;
  const object = url.pathname;
  const stored = await findObject(object, state);
  record.file = stored?.file ?? null;
  if (answerMode(exchange, state.mode, {})) return;
  if (method !== 'GET' && method !== 'HEAD')
    return refuse(exchange, 405, 'MethodNotAllowed', 'Only GET and HEAD');
  if (record.sawAuthorization) {
    return refuse(exchange, 400, 'InvalidArgument', 'Only one way of authorization is allowed');
  }
  const reason = state.signer.reject(object, url.searchParams);
  if (reason !== null) return refuse(exchange, 403, 'AccessDenied', reason);
  if (!stored?.facts.lfs) return refuse(exchange, 404, 'NoSuchKey', 'The object does not exist');
  const onExpire = (): void => {
    state.signer.revoke(object);
    refuse(exchange, 403, 'AccessDenied', 'Request has expired');
  };
  await deliver(exchange, toDelivery(exchange, state, stored), { ...state, onExpire });
}

function toDelivery({ url }: Exchange, state: HubState, { file, facts }: StoredObject) {
  const disposition = url.searchParams.get('response-content-disposition');
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'access-control-allow-origin': '*',
      ...(disposition ? { 'content-disposition': disposition } : {}),
    },
    errorStyle: 'xml',
    pointer: facts.lfs?.pointer ?? null,
    released: state.released,
    content: facts.content,
    etag: `"${facts.lfs?.xetHash ?? ''}"`,
    file,
    mayCompress: false,
  } as const;
}

function refuse(exchange: Exchange, status: number, code: string, message: string): void {
  answerWhole(exchange, status, {
    headers: { 'content-type': 'application/xml' },
    body: xmlError(code, message),
  });
}

/** Addresses signed before a restart of the hub are found by looking through the repository. */
async function findObject(object: string, state: HubState): Promise<StoredObject | undefined> {
  const known = state.objects.get(object);
  if (known) return known;
  const [, , objectId = '', xetHash] = object.split('/');
  const repository = state.store.findByObjectId(objectId);
  for (const file of repository?.commits.flatMap(({ files }) => files).filter(isLargeFile) ?? []) {
    const facts = await describeFile(file);
    if (facts.lfs?.xetHash !== xetHash) continue;
    return { file: `${repository?.definition.id}/${file.path}`, facts };
  }
  return undefined;
}
