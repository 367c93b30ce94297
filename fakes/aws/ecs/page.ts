/** ECS's pagination: `maxResults` 1 to 100, and an opaque `nextToken`. */
import { AwsError } from "../service.ts";

interface PageInput {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export function page<Item>(
  all: readonly Item[],
  { maxResults, nextToken }: PageInput,
  defaultSize: number,
): { readonly items: readonly Item[]; readonly next: { readonly nextToken?: string } } {
  const size = maxResults ?? defaultSize;
  if (size < 1 || size > 100)
    throw new AwsError("InvalidParameterException", "maxResults must be from 1 to 100.");
  const from =
    nextToken === undefined
      ? 0
      : Number(
          Buffer.from(nextToken, "base64url")
            .toString()
            .replace(/^from:/, ""),
        );
  if (!Number.isInteger(from) || from < 0) throw new AwsError("InvalidParameterException", "Invalid token.");
  const until = from + size;
  const next = until < all.length ? { nextToken: Buffer.from(`from:${until}`).toString("base64url") } : {};
  return { items: all.slice(from, until), next };
}
