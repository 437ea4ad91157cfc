const NAMES = /\.(pt|pth|ckpt|bin|pkl|pickle|joblib|dat|data|t7|mar|pt2|npy|npz)$/i;

/** Whether a file is one of those that programs unpickle, by its name. */
export const mayBePickled = (name: string) => NAMES.test(name);
