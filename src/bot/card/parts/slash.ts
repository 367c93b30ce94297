/** What the manifest calls the command. A workspace may rename it: answers name it as the request did, where that is known. */
export const defaultSlash = "/deploy";
