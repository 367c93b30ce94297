/** AppConfig's pagination: `MaxResults` 1 to 50, and an opaque `NextToken`. */
import { AwsError } from "../service.ts";

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const most = 50;

export function page<Item>(
  all: readonly Item[],
  { MaxResults, NextToken }: PageInput,
): { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  const size = MaxResults ?? most;
  if (!Number.isInteger(size) || size < 1 || size > most)
    throw new AwsError("BadRequestException", `MaxResults must be from 1 to ${most}.`);
  const from = NextToken === undefined ? 0 : placeOf(NextToken);
  const next = from + size < all.length ? { NextToken: tokenOf(from + size) } : {};
  return { items: all.slice(from, from + size), next };
}

function tokenOf(from: number): string {
  return Buffer.from(`from:${from}`).toString("base64url");
}

function placeOf(token: string): number {
  const from = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (from === undefined) throw new AwsError("BadRequestException", "The NextToken is not valid.");
  return Number(from);
}
