/** What has to be done before a repository can be downloaded, in words. Pure. */
import type { Repository } from '../../src-shared/domain/hub.ts';
import { SOURCE_WORDS, sourceIn } from './titles.ts';
import { formatDay } from './words.ts';

type Lacking = Pick<Repository, 'ref' | 'access' | 'earlyAccessUntil'>;

export interface AccessWords {
  readonly title: string;
  readonly sentences: string;
  /** Label of the button that opens the model page. */
  readonly page: string;
  /** The token can be typed in here. */
  readonly takesToken: boolean;
}

/** Hugging Face has conditions and a token that is kept; other hubs read theirs from the environment. */
export function accessWords(repository: Lacking): AccessWords {
  if (sourceIn(repository.ref) === 'hf') return ofHuggingFace(repository);
  return { page: 'Open model page', takesToken: false, ...ofOthers(repository) };
}

function ofHuggingFace({ access }: Lacking): AccessWords {
  const page = 'Read the conditions';
  if (access === 'needs-token') {
    return {
      title: 'This model asks for an access token',
      sentences:
        'Accept its conditions on the model page, then add the access token of your account here.',
      page,
      takesToken: true,
    };
  }
  return {
    title: 'Access has to be granted',
    sentences:
      'Your token is known, but this account has not been granted access yet. Accept the conditions on the model page; some authors answer by hand, which can take days.',
    page,
    takesToken: false,
  };
}

const TOKEN_PLACE =
  'Larder reads its access token from the environment variable CIVITAI_TOKEN when it starts.';

function ofOthers({ ref, access, earlyAccessUntil }: Lacking) {
  const hub = SOURCE_WORDS[sourceIn(ref)];
  switch (access) {
    case 'early-access':
      return {
        title: earlyAccessUntil
          ? `In early access until ${formatDay(earlyAccessUntil)}`
          : 'In early access',
        sentences: `Until ${earlyAccessUntil ? 'then' : 'that ends'} it has to be bought at ${hub}; afterwards anybody can download it. Bought, it is downloaded with the token of that account. ${TOKEN_PLACE}`,
      };
    case 'needs-token':
      return {
        title: 'Only for those who are signed in',
        sentences: `${hub} gives this to accounts only. ${TOKEN_PLACE}`,
      };
    default:
      return {
        title: 'Access has to be granted',
        sentences: `${hub} does not give this to you. Its page may say who gets it.`,
      };
  }
}
