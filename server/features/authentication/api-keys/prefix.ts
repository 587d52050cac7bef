/** Secret scanners know a key by such a prefix; an access token never begins like this. */
export const API_KEY_PREFIX = "lmk_";
