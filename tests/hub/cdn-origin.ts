import { deliver } from './deliver.ts';
import { answerWhole, type Exchange } from './exchange.ts';
import { xmlError } from './fault-answer.ts';
import { answerMode } from './hub-origin.ts';
import type { HubState } from './hub-state.ts';
import { findObject, type StoredObject } from './stored-objects.ts';

/**
 * Answers one request at the second origin, which knows nothing of tokens: a good signature is all
 * it asks for. A request that carries Authorization is a leak, refused and to be seen in the log.
 */
export async function answerCdn(exchange: Exchange, state: HubState): Promise<void> {
  const { url, record, method } = exchange;
  const path = url.pathname;
  const object = await findObject(path, state);
  record.file = object?.file ?? null;
  if (answerMode(exchange, state.mode, {})) return;
  if (method !== 'GET' && method !== 'HEAD')
    return refuse(exchange, 405, 'MethodNotAllowed', 'Only GET and HEAD');
  if (record.sawAuthorization) {
    return refuse(exchange, 400, 'InvalidArgument', 'Only one way of authorization is allowed');
  }
  const reason = state.signer.reject(path, url.searchParams);
  if (reason !== null) return refuse(exchange, 403, 'AccessDenied', reason);
  if (!object) return refuse(exchange, 404, 'NoSuchKey', 'The object does not exist');
  if (method === 'HEAD' && object.isGetOnly)
    return refuse(exchange, 403, 'SignatureDoesNotMatch', 'The address is signed for GET');
  const onExpire = (): void => {
    state.signer.revoke(path);
    refuse(exchange, 403, 'AccessDenied', 'Request has expired');
  };
  await deliver(exchange, toDelivery(exchange, state, object), { ...state, onExpire });
}

function toDelivery({ url }: Exchange, state: HubState, object: StoredObject) {
  const disposition = url.searchParams.get('response-content-disposition');
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'access-control-allow-origin': '*',
      ...(disposition ? { 'content-disposition': disposition } : {}),
    },
    errorStyle: 'xml',
    pointer: object.pointer,
    released: state.released,
    content: object.content,
    etag: object.etag,
    file: object.file,
    mayCompress: false,
  } as const;
}

function refuse(exchange: Exchange, status: number, code: string, message: string): void {
  answerWhole(exchange, status, {
    headers: { 'content-type': 'application/xml' },
    body: xmlError(code, message),
  });
}
