/** The one door to the main process, put there by the preload. */
export const bridge = window.larder;
