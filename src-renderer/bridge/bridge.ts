import { throughDoor } from './door.ts';

/** The one door to the main process. */
export const bridge = throughDoor(window.larder);
