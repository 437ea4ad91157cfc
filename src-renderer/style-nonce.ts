/**
 * The window's content security policy lets in only style elements that carry the nonce of this load. The
 * main process writes it into the page; the libraries that make style elements get it from here.
 */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// Where `get-nonce`, used by the scroll lock of dialogs, looks for it.
Reflect.set(globalThis, '__webpack_nonce__', nonce);

export const styleNonce = () => nonce;
