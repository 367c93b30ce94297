/** Links that Holdpoint builds itself. No outside text becomes a label. */

/** Longer links would leave no room for the rest of a text object. */
const linkAtMost = 2_000;

/** The link to a card. `workspaceUrl` is from auth.test: "https://example.slack.com/". */
export function cardLink(
  card: { readonly channel: string; readonly ts: string },
  workspaceUrl?: string,
): string {
  const channel = encodeURIComponent(card.channel);
  return workspaceUrl === undefined
    ? `https://slack.com/app_redirect?channel=${channel}&message_ts=${encodeURIComponent(card.ts)}`
    : new URL(`/archives/${channel}/p${encodeURIComponent(card.ts.replace(".", ""))}`, workspaceUrl).href;
}

/** A link in mrkdwn, or undefined if the URL is not https or too long. The label is Holdpoint's own text. */
export function linked(url: string | undefined, label: string): string | undefined {
  const safe = safeUrl(url);
  if (safe === undefined || safe.length > linkAtMost) return undefined;
  return `<${safe.replaceAll("&", "&amp;")}|${label}>`;
}

/** Encodes a URL so that it can neither end the link nor begin a label. */
export function safeUrl(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { href, protocol } = new URL(url);
  if (protocol !== "https:" || href.length > 3_000) return undefined;
  return href.replaceAll("|", "%7C").replaceAll("<", "%3C").replaceAll(">", "%3E");
}
