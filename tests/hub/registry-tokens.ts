import { randomBytes } from 'node:crypto';

/** Short-lived tokens a registry issues for one scope each. */
export interface RegistryTokens {
  issue(scope: string): string;
  holds(token: string | undefined, scope: string): boolean;
}

/** The time the distribution specification supposes where none is told. */
export const TOKEN_TTL_SECONDS = 60;

export function createRegistryTokens(now: () => number): RegistryTokens {
  const issued = new Map<string, { readonly scope: string; readonly endsAt: number }>();
  return {
    issue(scope) {
      const token = randomBytes(24).toString('base64url');
      issued.set(token, { scope, endsAt: now() + TOKEN_TTL_SECONDS * 1000 });
      return token;
    },
    holds(token, scope) {
      const found = issued.get(token ?? '');
      return found !== undefined && found.scope === scope && now() < found.endsAt;
    },
  };
}
