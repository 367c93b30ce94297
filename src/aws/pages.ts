/** Pagination of AWS's lists. */

import type { OnCut } from "./naming.ts";

/** AppConfig capitalizes it. */
interface Page {
  readonly nextToken?: string | undefined;
  readonly NextToken?: string | undefined;
}

/** More than anybody has; it only makes the loop finite. */
const pagesAtMost = 50;

/** All items of `pages`, for example of an SDK paginator. `onCut` is called if there were more pages than `atMost`. */
export async function itemsOf<P extends Page, Item>(
  pages: AsyncIterable<P>,
  itemsIn: (page: P) => readonly Item[] | undefined,
  {
    onCut = () => {},
    atMost = pagesAtMost,
  }: { readonly onCut?: OnCut | undefined; readonly atMost?: number } = {},
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let count = 0;
  for await (const page of pages) {
    all.push(...(itemsIn(page) ?? []));
    count += 1;
    if (count < atMost) continue;
    if ((page.nextToken ?? page.NextToken) !== undefined) onCut();
    break;
  }
  return all;
}

/** For operations without an SDK paginator. */
export async function* pagesOf<P extends Page>(
  read: (token: { readonly nextToken?: string }) => Promise<P>,
): AsyncGenerator<P, void, undefined> {
  let token: { readonly nextToken?: string } | undefined = {};
  while (token !== undefined) {
    const page: P = await read(token);
    yield page;
    token = page.nextToken === undefined ? undefined : { nextToken: page.nextToken };
  }
}
