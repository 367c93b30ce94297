/**
 * The command's name in the manifest. A workspace may rename it: replies use the name from the request, if that is
 * known.
 */
export const defaultSlash = "/deploy";
